"""Networks, written here."""

from clustering.nets.autoencoder import Autoencoder
from clustering.nets.contrastive import Contrastive
from clustering.nets.net import Net
from clustering.nets.network import network

__all__ = ["Autoencoder", "Contrastive", "Net", "network"]
