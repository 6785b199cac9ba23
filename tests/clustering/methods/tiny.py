"""Budgets small enough to run every method in a test: the one place that shrinks params."""

from clustering.params import PARAMS, MethodParams, parse

NET = {"type": "mlp", "hidden": [16]}
SMALL = {"net": NET, "pretrain_epochs": 3, "epochs": 3, "batch_size": 32, "n_init": 2}
NARROW = {"embedding_dim": 2}


def tiny(method: str, **fields: object) -> MethodParams:
    """Params of a method with few epochs, a small net and two clusters; `fields` override."""
    known = PARAMS[method].model_fields
    shrunk = {"n_clusters": 2, **SMALL, **NARROW, **fields}
    return parse({"method": method} | {name: value for name, value in shrunk.items() if name in known})


def methods(capability: str | None = None, kind: str | None = None) -> list[str]:
    """Names of all methods, or of those with a capability or of a kind."""
    return [
        name
        for name, params in PARAMS.items()
        if (capability is None or capability in params.supports) and (kind is None or params.kind == kind)
    ]
