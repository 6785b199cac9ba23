"""Let a decoder follow an encoder that was trained without it."""

from typing import Any, Protocol

import torch
from torch import Tensor

from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.optim import clipped, optimizer
from clustering.params.deep import SelfLabelledParams
from clustering.params.self_label import SelfLabelParams
from clustering.params.training import AdamOptimizer
from clustering.run import Run
from clustering.train import epochs

REFIT = "refit decoder"


class Decoding(Protocol):
    """A method over an autoencoder."""

    training: bool

    @property
    def params(self) -> SelfLabelledParams: ...
    def embed(self, x: Tensor) -> Tensor: ...
    def train(self, mode: bool = True) -> Any: ...


def refit_decoder(
    run: Run, method: Decoding, data: Data, *, net: Autoencoder, params: SelfLabelParams
) -> None:
    """Train a decoder alone to reconstruct samples from their embeddings, as the stage "refit decoder".

    Encoder, centers and labels stay as they are, running statistics of the encoder's norms included.

    Args:
        run: the surroundings.
        method: embeds.
        data: all samples, seen without views.
        net: whose decoder is trained.
        params: how many epochs, and at what rate Adam learns.
    """
    descent = optimizer([clipped(net.decoder, None)], AdamOptimizer(), params.decoder_lr)
    training, batch_size = method.training, params.batch_size or method.params.batch_size
    method.train(False)
    net.decoder.train()
    for epoch in epochs(run, REFIT, params.decoder_epochs, resumes=[descent]):
        for batch in epoch.batches(data, batch_size):
            with torch.no_grad():
                z = method.embed(batch.x)
            epoch.descend(reconstruction(net.decode(z), batch.x, mean="element"), descent)
    method.train(training)
