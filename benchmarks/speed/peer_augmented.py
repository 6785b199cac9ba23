"""Run by the peer's own Python, as `-m benchmarks.speed.peer_augmented`: fits an augmented IDEC on request.

Its views are drawn sample by sample in the DataLoader's own process, by torchvision: through PIL, as in the
example of the peer's documentation of `get_dataloader`, or on tensors.
Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import json
import sys
import time

import numpy as np
import torch

from benchmarks.peer.autoencoder import BATCH, WIDTH, train

from clustpy.deep import IDEC, get_dataloader  # isort: skip (the module above makes it importable)
from clustpy.deep.dec import _DEC_Module  # isort: skip
from clustpy.deep.neural_networks import FeedforwardAutoencoder  # isort: skip
from torchvision import transforms  # isort: skip


def now():
    return np.array([time.perf_counter(), time.process_time()])


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
    """Seconds an epoch of IDEC, by the clock and of the processor, and the net."""
    seed, epochs, spent = order["seed"], order["epochs"], []
    net = FeedforwardAutoencoder([x.shape[1], *order["hidden"], WIDTH], random_state=seed)
    train(net, (x - x.mean()) / x.std(), 1)
    plain = _DEC_Module.fit

    def timed(*args, **kwargs):
        began = now()
        try:
            return plain(*args, **kwargs)
        finally:
            spent.append(now() - began)

    _DEC_Module.fit = timed
    try:
        fitted = IDEC(
            n_clusters=10,
            batch_size=BATCH,
            clustering_epochs=epochs,
            neural_network=net,
            custom_dataloaders=loaders(torch.from_numpy(x).reshape(-1, 1, 28, 28), order["views"]),
            augmentation_invariance=True,
            random_state=seed,
        ).fit(x)
    finally:
        _DEC_Module.fit = plain
    return fitted.neural_network_trained_, spent[0] / epochs


def loss(net, x):
    with torch.no_grad():
        x = torch.from_numpy((x - x.mean()) / x.std())
        return (net.decode(net.encode(x)) - x).square().mean().item()


def main():
    torch.set_num_threads(1)
    out, sys.stdout = sys.stdout, sys.stderr
    x = np.load(sys.argv[1])
    for line in sys.stdin:
        net, seconds = fit(x, json.loads(line))
        found = {"epoch_s": seconds[0], "epoch_cpu_s": seconds[1], "loss": loss(net, x)}
        print(json.dumps(found), file=out, flush=True)


main()
