"""Imported by the peer's own Python: what its training takes, and answers to orders for it."""

import json
import sys
import time
from contextlib import contextmanager

import numpy as np
import torch


def now():
    """Seconds by the clock, and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


@contextmanager
def timed(module):
    """A list that each call of the module class's `fit` inside the block adds its seconds to."""
    spent, plain = [], module.fit

    def fit(*args, **kwargs):
        began = now()
        try:
            return plain(*args, **kwargs)
        finally:
            spent.append(now() - began)

    module.fit = fit
    try:
        yield spent
    finally:
        module.fit = plain


def loss(net, x):
    """Mean squared error of the net's reconstruction of x (n, d)."""
    with torch.no_grad():
        x = torch.from_numpy(x)
        return (net.decode(net.encode(x)) - x).square().mean().item()


def answer(fit):
    """Answer each JSON order on stdin with one JSON line on stdout: seconds an epoch, and the loss.

    Args:
        fit: from an order to a net, seconds an epoch, and the samples (n, d) that the net reconstructs.
    """
    torch.set_num_threads(1)
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        net, seconds, x = fit(json.loads(line))
        found = {"epoch_s": seconds[0], "epoch_cpu_s": seconds[1], "loss": loss(net, x)}
        print(json.dumps(found), file=out, flush=True)
