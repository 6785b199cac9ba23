"""Speaks: the HTTP API. Never imports torch."""
