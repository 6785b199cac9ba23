"""Imported by the peer's own Python: its autoencoder in the setting of all comparisons."""

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    # A torchvision built for another torch lacks its operators. The peer imports it and needs none of them.
    torch.library.register_fake = lambda _: lambda function: function

from clustpy.deep.neural_networks import FeedforwardAutoencoder

HIDDEN = [512, 256, 128]
WIDTH, BATCH = 10, 256


def autoencoder(x, seed):
    """An untrained one for samples (n, d); its constructor draws weights without regard to its seed."""
    torch.manual_seed(seed)
    return FeedforwardAutoencoder([x.shape[1], *HIDDEN, WIDTH], random_state=seed)


def train(net, x, epochs):
    """Reconstruct samples (n, d) with the peer's default learning rate."""
    net.fit(n_epochs=epochs, optimizer_params={"lr": 1e-3}, batch_size=BATCH, data=x)
