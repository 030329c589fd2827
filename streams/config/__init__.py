"""What a site promises: queues, calendars, SLA policies, windows and limits, from one YAML file."""
