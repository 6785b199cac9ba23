"""Rows and arrays of result files: read by range, sent as JSON pages, CSV, Parquet or npy."""
