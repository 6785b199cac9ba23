"""Run by the peer's own Python, as `-m benchmarks.quality.digits.peer x.npy seed epochs`: ClustPy's labels.

Reads one JSON order a line from stdin, answers with one JSON line on stdout. One autoencoder serves all
methods, as it does ours. Everything that the order does not name is the peer's default.
"""

import copy
import json
import sys
import time

import numpy as np
import torch
from sklearn.cluster import KMeans

from benchmarks.peer.autoencoder import BATCH, autoencoder, train

from clustpy.deep import DCN, DEC, IDEC  # isort: skip (the module above makes it importable)

DEEP = {"dec": (DEC, "dec_labels_"), "idec": (IDEC, "dec_labels_"), "dcn": (DCN, "dcn_labels_")}
N_INIT = 10
"""Starts of k-means on pixels and on the autoencoder's embedding: ten give the published figure on digits."""


def fit(x, net, order, seed, epochs):
    """Labels after the peer's final k-means, and the method's own before it."""
    method, k = order["method"], order["n_clusters"]
    if method not in DEEP:
        z = x
        if method == "ae_kmeans":
            with torch.no_grad():
                z = net.encode(torch.from_numpy(x)).numpy()
        labels = KMeans(k, n_init=N_INIT, random_state=seed).fit(z).labels_
        return labels, labels
    kind, own = DEEP[method]
    fitted = kind(
        n_clusters=k,
        batch_size=BATCH,
        clustering_epochs=epochs,
        neural_network=copy.deepcopy(net),
        random_state=seed,
    ).fit(x)
    return fitted.labels_, getattr(fitted, own)


def main():
    torch.set_num_threads(1)
    out, sys.stdout = sys.stdout, sys.stderr
    x, seed, epochs = np.load(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    net = autoencoder(x, seed)
    train(net, x, epochs)
    for line in sys.stdin:
        began = time.perf_counter()
        labels, before = fit(x, net, json.loads(line), seed, epochs)
        found = {"labels": labels.tolist(), "before": before.tolist(), "seconds": time.perf_counter() - began}
        print(json.dumps(found), file=out, flush=True)


main()
