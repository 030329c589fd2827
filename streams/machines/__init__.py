"""What events mean: a ticket, a call or a chat as a fold over its sorted timeline. Pure."""
