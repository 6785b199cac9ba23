"""Let a decoder follow an encoder that was trained without it."""

from typing import Any, Protocol

import torch
from torch import Tensor

from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.optim import clipped, optimizer
from clustering.params.training import AdamOptimizer
from clustering.run import Run
from clustering.train import epochs

REFIT = "refit decoder"


class Decoding(Protocol):
    """A method over an autoencoder."""

    training: bool

    def embed(self, x: Tensor) -> Tensor: ...
    def train(self, mode: bool = True) -> Any: ...


def refit_decoder(
    run: Run, method: Decoding, net: Autoencoder, data: Data, *, count: int, lr: float, batch_size: int
) -> None:
    """Train a decoder alone to reconstruct samples from their embeddings, as the stage "refit decoder".

    Encoder, centers and labels stay as they are, running statistics of the encoder's norms included.

    Args:
        run: the surroundings.
        method: embeds.
        net: whose decoder is trained.
        data: all samples, seen without views.
        count: epochs.
        lr: Adam's learning rate.
        batch_size: samples a step.
    """
    descent = optimizer([clipped(net.decoder, None)], AdamOptimizer(), lr)
    training = method.training
    method.train(False)
    net.decoder.train()
    for epoch in epochs(run, REFIT, count, resumes=[descent]):
        for batch in epoch.batches(data, batch_size):
            with torch.no_grad():
                z = method.embed(batch.x)
            epoch.descend(reconstruction(net.decode(z), batch.x, mean="element"), descent)
    method.train(training)
