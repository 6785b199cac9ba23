"""Clusterings in the embeddings of candidates, and what is known of them without labels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from clustering.data import Data
from clustering.metrics.agreement import variation_of_information
from clustering.metrics.between import pairwise
from clustering.metrics.views import spread, view_cosine
from clustering.nets import Autoencoder
from clustering.nets.code import center, whiten
from clustering.params.beads import BeadsParams
from clustering.partition.nonredundant import NonRedundant
from clustering.partition.nrkmeans import described
from clustering.run import Run
from clustering.stages.choosing import Figures
from clustering.stages.evening import evened_codes
from clustering.stages.finding_spaces import searched
from clustering.stages.viewing import all_codes, error_of


@dataclass(frozen=True)
class Split:
    """The samples of a fit, and which of them the pretraining sees."""

    data: Data
    trained: Data
    held_out: Data
    """All samples where none are held out."""

    @classmethod
    def of(cls, run: Run, data: Data, share: float) -> "Split":
        """Hold out a random share of the samples, whole samples with all of their views."""
        count = round(share * data.n)
        order = torch.randperm(data.n, generator=run.generator("held out"), device=data.device)
        if count == 0 or data.n - count < 2:
            return cls(data, data, data)
        return cls(data, data.part(order[count:].sort().values), data.part(order[:count].sort().values))


class Search:
    """The candidates whose clusterings are known; kept by a run that is interrupted between two of them."""

    def __init__(self, run: Run, split: Split, weights: Tensor | None) -> None:
        self.run, self.split, self.weights = run, split, weights
        self.figures: list[Figures] = []
        self.found: list[NonRedundant] = []

    def add(self, net: Autoencoder, params: BeadsParams) -> Figures:
        """Search the embedding of the next candidate and describe all samples as they are by what is found.

        The mean code is moved to zero first, so that the cosine of views does not tell of it, and whitened
        where the params say so. Where samples are drawn evenly, the search sees those drawn ones instead.
        """
        run, data = self.run, self.split.data
        (whiten if params.whiten else center)(net, all_codes(run, net, data).mean(dim=1))
        codes = all_codes(run, net, data)
        z, purpose = codes.mean(dim=1), f"search {len(self.found)}"
        seen = z
        if self.weights is not None:
            seen = evened_codes(run, net, data, self.weights, params=params)
        generator = torch.Generator().manual_seed(run.seed_for(purpose))
        model = searched(seen.cpu(), params, generator, lambda _: run.check()).model
        self.found.append(described(z.cpu(), model.start, outliers=params.outliers))
        self.figures.append(judged(run, net, self.split, codes, found=self.found[-1]))
        return self.figures[-1]

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run goes on from."""
        names = [field.name for field in fields(NonRedundant)]
        found = [{name: getattr(each, name) for name in names} for each in self.found]
        return {"figures": [list(each) for each in self.figures], "found": found}

    def load_state_dict(self, state_dict: Mapping[str, Any], /) -> None:
        """Go on from a state."""
        self.figures = [Figures(*each) for each in state_dict["figures"]]
        parts = ("dimensions", "centers", "space_mdl")
        self.found = [
            NonRedundant(**{**each, **{name: tuple(each[name]) for name in parts}})
            for each in state_dict["found"]
        ]


def judged(run: Run, net: Autoencoder, split: Split, codes: Tensor, *, found: NonRedundant) -> Figures:
    """What is known without labels of clusterings of all samples, whose views have codes (n, v, d)."""
    data = split.held_out
    return Figures(
        held_out=error_of(run, net, data, size=256),
        mdl_bits=found.mdl,
        mean_vi=mean_vi([each.numpy() for each, k in zip(found.labels, found.counts, strict=True) if k > 1]),
        cosine=view_cosine(codes),
        spread=spread(codes),
        outliers=float(found.outliers.any(dim=0).double().mean()),
    )


def mean_vi(clusterings: Sequence[np.ndarray]) -> float:
    """Variation of information in nats, averaged over pairs of labelings (n,); 0 where there is no pair."""
    if len(clusterings) < 2:
        return 0.0
    table = pairwise(variation_of_information, clusterings, itself=0.0)
    return float(table[np.triu_indices(len(table), k=1)].mean())


def finite(figures: Figures) -> dict[str, float]:
    """The figures that are known, for the curves."""
    return {name: value for name, value in figures._asdict().items() if math.isfinite(value)}
