"""Partitions of embeddings that live on the device: k-means, and rules by which centers follow samples."""
