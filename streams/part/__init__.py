"""What one partition adds up to: a ledger of facts, the deadlines ahead, the cells. Pure."""
