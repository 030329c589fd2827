"""What one partition adds up to: a ledger of facts, windows, deadlines, cells. Pure."""
