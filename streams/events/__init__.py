"""What arrives: one frozen struct a type of event, one module a subject."""
