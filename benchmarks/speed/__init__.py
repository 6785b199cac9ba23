"""Seconds an epoch, in turn with a peer: see `__main__.py`."""
