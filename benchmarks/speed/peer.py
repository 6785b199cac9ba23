"""Run by the peer's own Python, as `-m benchmarks.speed.peer`: fits ClustPy on request.

Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import json
import sys
import time

import numpy as np
import torch

from benchmarks.peer.autoencoder import BATCH, autoencoder, train

from clustpy.deep import DCN  # isort: skip (the module above makes it importable)
from clustpy.deep.dcn import _DCN_Module  # isort: skip


def now():
    return np.array([time.perf_counter(), time.process_time()])


def fit_autoencoder(x, seed, epochs):
    net = autoencoder(x, seed)
    began = now()
    train(net, x, epochs)
    return net, (now() - began) / epochs


def fit_dcn(x, net, seed, epochs):
    spent = []
    plain = _DCN_Module.fit

    def timed(*args, **kwargs):
        began = now()
        try:
            return plain(*args, **kwargs)
        finally:
            spent.append(now() - began)

    _DCN_Module.fit = timed
    try:
        fitted = DCN(
            n_clusters=10, batch_size=BATCH, clustering_epochs=epochs, neural_network=net, random_state=seed
        ).fit(x)
    finally:
        _DCN_Module.fit = plain
    return fitted.neural_network_trained_, spent[0] / epochs


def loss(net, x):
    with torch.no_grad():
        x = torch.from_numpy(x)
        return (net.decode(net.encode(x)) - x).square().mean().item()


def main():
    torch.set_num_threads(1)
    out, sys.stdout = sys.stdout, sys.stderr
    x, net = np.load(sys.argv[1]), None
    for line in sys.stdin:
        order = json.loads(line)
        if order["what"] == "ae":
            net, seconds = fit_autoencoder(x, order["seed"], order["epochs"])
            fitted = net
        else:
            fitted, seconds = fit_dcn(x, net, order["seed"], order["epochs"])
        found = {"epoch_s": seconds[0], "epoch_cpu_s": seconds[1], "loss": loss(fitted, x)}
        print(json.dumps(found), file=out, flush=True)


main()
