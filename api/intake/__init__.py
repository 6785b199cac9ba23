"""Uploads: from the bytes of a request to an object in the store, never held whole."""
