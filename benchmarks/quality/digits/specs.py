"""What is fitted: one setting for all data sets, chosen from papers and from what needs no labels.

Plain table: the setting in which the peer's figures are stated, so that the same input meets two programs.

- Net, epochs and batch size are the peer's budget. The activation is the peer's too: of ReLU and leaky ReLU
  it reconstructs better on both data sets.
- Inputs are in [0, 1], as the peer's are.
- The objectives are the peer's too: IDEC (γ = 0.1) and DCN (λ / 2 = 0.05) stand beside the squared norm of
  a sample's whole error, as their papers write it. The weights that BRB's experiments publish
  (Miklautz et al. 2025) are for means over pixels of zero mean and unit variance; other inputs void them.
- DCN's centers follow the paper's eq. 8, the default and the peer's rule.
- Learning rates are the papers' 1e-3.
- 100 starts of the k-means that places the first centers: on one embedding of the MNIST images the best of
  ten was 0.3 % above the lowest inertia of a hundred.

With augmentation nothing compares with the peer: BRB's inputs and weights, and DCN's centers by its declared
running count. Both the reconstruction and the clustering see affine views, as in DEC-DA (Guo, Zhu, Liu, Yin.
Deep Embedded Clustering with Data Augmentation. ACML 2018); the views are BRB's.
"""

from typing import Any

NET = {
    "net": {"type": "mlp", "hidden": [512, 256, 128], "activation": "leaky_relu"},
    "embedding_dim": 10,
    "batch_size": 256,
}
EPOCHS = 50
"""Of the plain table's reconstruction, and again of its clustering."""
AUGMENTED_EPOCHS = 100
"""The same with augmentation, where the peer's budget does not bind."""
CENTERS = {"n_init": 100, "initial_model": "mdl_0"}
UNIT = {"scale": "unit"}
PLAIN_CLUSTERING = NET | UNIT | CENTERS | {"epochs": EPOCHS}
VIEWS = {"scale": "standard", "augment": {"type": "affine"}, "epochs": AUGMENTED_EPOCHS}
AUGMENTED_CLUSTERING = NET | VIEWS | CENTERS
PLAIN: dict[str, dict[str, Any]] = {
    "autoencoder": NET | UNIT | {"epochs": EPOCHS},
    "kmeans": UNIT,
    "ae_kmeans": NET | UNIT | CENTERS,
    "dec": PLAIN_CLUSTERING,
    "idec": PLAIN_CLUSTERING | {"reconstruction_mean": "sample", "cluster_weight": 0.1},
    "dcn": PLAIN_CLUSTERING
    | {"reconstruction_mean": "sample", "cluster_mean": "sample", "cluster_weight": 0.05},
}
AUGMENTED: dict[str, dict[str, Any]] = {
    "autoencoder": NET | VIEWS,
    "dec": AUGMENTED_CLUSTERING,
    "idec": AUGMENTED_CLUSTERING,
    "dcn": AUGMENTED_CLUSTERING | {"center_update": "running_count"},
}
METHODS = tuple(method for method in PLAIN if method != "autoencoder")


def autoencoder(*, augmented: bool) -> dict[str, Any]:
    """The spec of the model that the methods start from."""
    return (AUGMENTED if augmented else PLAIN)["autoencoder"] | {"method": "autoencoder"}


def spec(method: str, *, augmented: bool, n_clusters: int) -> dict[str, Any]:
    """The spec of a method's job."""
    return (AUGMENTED if augmented else PLAIN)[method] | {"method": method, "n_clusters": n_clusters}
