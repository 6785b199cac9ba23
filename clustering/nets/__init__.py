"""Networks, written here."""

from clustering.nets.autoencoder import Autoencoder, autoencoder

__all__ = ["Autoencoder", "autoencoder"]
