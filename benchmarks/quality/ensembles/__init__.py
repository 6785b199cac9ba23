"""Contrastive and ensemble methods on small images."""
