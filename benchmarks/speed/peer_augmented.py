"""Run by the peer's own Python, as `-m benchmarks.speed.peer_augmented`: fits an augmented IDEC on request.

Its views are drawn sample by sample in the DataLoader's own process, by torchvision: through PIL, as in the
example of the peer's documentation of `get_dataloader`, or on tensors.
Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import sys

import numpy as np
import torch

from benchmarks.peer.autoencoder import BATCH, WIDTH, train
from benchmarks.peer.timing import answer, timed

from clustpy.deep import IDEC, get_dataloader  # isort: skip (the module above makes it importable)
from clustpy.deep.dec import _DEC_Module  # isort: skip
from clustpy.deep.neural_networks import FeedforwardAutoencoder  # isort: skip
from torchvision import transforms  # isort: skip


def loaders(images, how):
    """Batches of views and clean samples in random order, and of clean samples in order."""
    last = [transforms.Normalize([images.mean()], [images.std()]), transforms.Lambda(torch.flatten)]
    affine = transforms.RandomAffine(degrees=(-16, 16), translate=(0.1, 0.1), shear=(-8, 8), fill=0)
    by = {"pil": [transforms.ToPILImage(), affine, transforms.ToTensor()], "tensor": [affine]}
    view = transforms.Compose([*by[how], *last])
    clean = transforms.Compose(last)
    both = {"aug_transforms_list": [view], "orig_transforms_list": [clean]}
    return (
        get_dataloader(images, BATCH, shuffle=True, ds_kwargs=both),
        get_dataloader(images, BATCH, shuffle=False, ds_kwargs={"orig_transforms_list": [clean]}),
    )


def fit(x, order):
    """The net, seconds an epoch of IDEC by the clock and of the processor, and what the net reconstructs."""
    seed, epochs, standard = order["seed"], order["epochs"], (x - x.mean()) / x.std()
    net = FeedforwardAutoencoder([x.shape[1], *order["hidden"], WIDTH], random_state=seed)
    train(net, standard, 1)
    idec = IDEC(
        n_clusters=10,
        batch_size=BATCH,
        clustering_epochs=epochs,
        neural_network=net,
        custom_dataloaders=loaders(torch.from_numpy(x).reshape(-1, 1, 28, 28), order["views"]),
        augmentation_invariance=True,
        random_state=seed,
    )
    with timed(_DEC_Module) as spent:
        fitted = idec.fit(x)
    return fitted.neural_network_trained_, spent[0] / epochs, standard


samples = np.load(sys.argv[1])
answer(lambda order: fit(samples, order))
