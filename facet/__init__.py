"""Asks: the Python client and the command line."""
