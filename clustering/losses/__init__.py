"""Losses: pure functions of tensors, one idea a file, each with its equation and its source."""
