"""Run by the peer's own Python, as `-m benchmarks.speed.spaces_peer folder`: fits ClustPy's thesis methods.

The folder has an array `<what>.npy` for each of nrkmeans, enrc and acedec.
Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

from benchmarks.peer.autoencoder import BATCH, autoencoder, train
from benchmarks.peer.timing import loss, now, timed

from clustpy.alternative import NrKmeans  # isort: skip (the module above makes it importable)
from clustpy.deep import ENRC, ACeDeC  # isort: skip
from clustpy.deep.enrc import _ENRC_Module  # isort: skip

DEEP = {"enrc": (ENRC, "nrkmeans"), "acedec": (ACeDeC, "subkmeans")}


class Rotated:
    """A net whose embedding is turned by V, as it is before the decoder turns it back."""

    def __init__(self, net, v):
        self.net, self.v = net, torch.from_numpy(v).float()

    def encode(self, x):
        return self.net.encode(x) @ self.v

    def decode(self, z):
        return self.net.decode(z @ self.v.T)


def nrkmeans(x, order):
    """Seconds of a search from the start given, its iterations, and labels and directions of each space."""
    start = order["start"]
    search = NrKmeans(
        list(order["n_clusters"]),
        V_init=np.array(start["rotation"]),
        P_init=[np.array(share) for share in start["shares"]],
        cluster_centers_init=[np.array(centers) for centers in start["centers"]],
        random_state=order["seed"],
    )
    x = x.astype(float)
    began = now()
    fitted = search.fit(x)
    seconds = now() - began
    spaces = [
        {"labels": fitted.labels_[:, number].tolist(), "directions": fitted.V_[:, dims].T.tolist()}
        for number, dims in enumerate(fitted.P_)
    ]
    return {"fit_s": seconds[0], "fit_cpu_s": seconds[1], "iterations": fitted.n_iter_, "spaces": spaces}


def deep(x, order):
    """Seconds an epoch of the clustering alone, and how well its net reconstructs."""
    kind, init = DEEP[order["what"]]
    net = autoencoder(x, order["seed"])
    train(net, x, 1)
    method = kind(
        n_clusters=order["n_clusters"],
        batch_size=BATCH,
        clustering_epochs=order["epochs"],
        neural_network=net,
        init=init,
        final_reclustering=False,
        random_state=order["seed"],
    )
    with timed(_ENRC_Module) as spent:
        fitted = method.fit(x)
    seconds = spent[-1] / order["epochs"]
    found = {"epoch_s": seconds[0], "epoch_cpu_s": seconds[1]}
    return found | {"loss": loss(Rotated(fitted.neural_network_trained_, fitted.V), x)}


def main():
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        order = json.loads(line)
        x = np.load(Path(sys.argv[1], f"{order['what']}.npy"))
        found = nrkmeans(x, order) if order["what"] == "nrkmeans" else deep(x, order)
        print(json.dumps(found), file=out, flush=True)


main()
