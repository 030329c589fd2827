"""Foreign logs: one module a source, one pure function each, from a foreign record to events."""
