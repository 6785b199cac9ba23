"""Computes: deep clustering in PyTorch, usable as a plain library.

Imports nothing, so that `clustering.params` loads without torch.
"""
