"""What is fitted: the preset of DCN + BRB on CIFAR-10, cut down to what a CPU trains in minutes.

None of it was chosen by labels. Width and epochs fit the time limit, and so few samples need small batches to
make steps; learning rates follow the square root of the batch size. The clustering ends a whole interval
after its last reset, as the paper's does. A crop keeps at least 40 % of the area instead of 8 %, of which an
image that is all one shape would show next to nothing. Colors vary as far as they go: what is asked for are
shapes, and a color tells nothing of one. The baselines are the BRB paper's autoencoder, for fewer epochs, and
a convolutional one.
"""

from typing import Any

from clustering.presets import PRESETS

Spec = dict[str, Any]
WARM_UP = {"warmup_epochs": 5}
VIEWS: Spec = {
    "type": "simclr",
    "min_area": 0.4,
    "brightness": 0.8,
    "contrast": 0.8,
    "saturation": 0.8,
    "hue": 0.5,
    "grayscale": 0.5,
}
OURS: Spec = PRESETS["brb/dcn-cifar10-no-self-label"].spec | {
    "n_clusters": 5,
    "net": {"type": "resnet", "width": 16, "hidden": [128], "projector": [256, 64]},
    "embedding_dim": 32,
    "augment": VIEWS,
    "batch_size": 128,
    "pretrain_epochs": 100,
    "pretrain_lr": 1.5e-3,
    "pretrain_schedule": WARM_UP,
    "epochs": 30,
    "lr": 5e-3,
    "schedule": WARM_UP,
    "precision": "auto",
}
BASELINE: Spec = {"method": "ae_kmeans", "n_clusters": 5, "embedding_dim": 10, "scale": "standard"}
SPECS: dict[str, Spec] = {
    "SimCLR + DCN + BRB": OURS,
    "AE + k-means": BASELINE | {"net": {"type": "mlp", "hidden": [1024, 512, 256]}, "pretrain_epochs": 100},
    "convolutional AE + k-means": BASELINE | {"net": {"type": "conv"}, "pretrain_epochs": 40},
}
LEAD, LIMIT_S = 15.0, 600.0
