"""Networks, written here."""

from clustering.nets.autoencoder import Autoencoder
from clustering.nets.network import network

__all__ = ["Autoencoder", "network"]
