"""Remembers: rows, bytes and the rules for changing them."""
