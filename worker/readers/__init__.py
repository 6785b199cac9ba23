"""Uploads in, canonical files and a report out; runs in a sandboxed child of `worker.ingest`."""
