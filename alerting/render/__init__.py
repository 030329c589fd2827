"""Promises in, text out: one module a reader of that text. Pure."""
