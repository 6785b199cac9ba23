"""Run by the peer's own Python, as `-m benchmarks.speed.peer`: fits ClustPy on request.

Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import sys

import numpy as np

from benchmarks.peer.autoencoder import BATCH, autoencoder, train
from benchmarks.peer.timing import answer, now, timed

from clustpy.deep import DCN  # isort: skip (the module above makes it importable)
from clustpy.deep.dcn import _DCN_Module  # isort: skip


class Fits:
    """The autoencoder last trained, from which DCN starts."""

    def __init__(self, x):
        self.x, self.net = x, None

    def __call__(self, order):
        if order["what"] == "ae":
            self.net, seconds = self.autoencoder(order["seed"], order["epochs"])
            return self.net, seconds, self.x
        return (*self.dcn(order["seed"], order["epochs"]), self.x)

    def autoencoder(self, seed, epochs):
        net = autoencoder(self.x, seed)
        began = now()
        train(net, self.x, epochs)
        return net, (now() - began) / epochs

    def dcn(self, seed, epochs):
        dcn = DCN(
            n_clusters=10,
            batch_size=BATCH,
            clustering_epochs=epochs,
            neural_network=self.net,
            random_state=seed,
        )
        with timed(_DCN_Module) as spent:
            fitted = dcn.fit(self.x)
        return fitted.neural_network_trained_, spent[0] / epochs


answer(Fits(np.load(sys.argv[1])))
