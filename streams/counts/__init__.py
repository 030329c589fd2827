"""How counting is done: buckets of event time, aggregates, and the catalogue of KPIs. Pure."""
