"""The glass-bead pipeline: a mixed autoencoder, AutoNR, then ENRC on views that come to agree."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor, nn

from clustering.augment import augmenter
from clustering.data import Data
from clustering.extras import Extra, Table
from clustering.methods.in_subspaces import InSubspaces
from clustering.modalities import MixedShape
from clustering.nets import Autoencoder
from clustering.nets.network import autoencoder
from clustering.optim import scheduler
from clustering.params.beads import BeadsParams
from clustering.partition.spaces import Spaces, logits_of
from clustering.passes import in_blocks
from clustering.run import Run
from clustering.stages.agreeing import Agreement, Placed
from clustering.stages.choosing import Figures, best_of
from clustering.stages.evening import weights_of
from clustering.stages.pretraining import Recipe, reconstruct
from clustering.stages.searching import Search, Split, finite, judged
from clustering.stages.viewing import all_codes
from clustering.train import epochs


class Beads(InSubspaces[BeadsParams]):
    """Its embedding is the rotated mean of the codes of a sample's views.

    Every candidate of the grid is pretrained and searched for clusterings; the one chosen trains on.

    Departs from the paper: the mean code is moved to zero before the search and after the training; outliers
    of the result are told by description length once more, after the training, for samples of the fit and new
    ones alike.
    """

    met: Tensor
    """(candidates, figures) float64."""
    met_clusters: Tensor
    """(candidates, spaces) int64 clusters of each space, 0 where a candidate has fewer spaces."""
    chosen: Tensor
    """int64, which candidate; -1 before."""
    after: Tensor
    """(figures,) float64 of the result; nan before."""

    def __init__(self, params: BeadsParams, shape: tuple[int, ...]) -> None:
        candidates = params.candidates
        super().__init__(params, shape, candidates[0].embedding_dim)
        self.nets = nn.ModuleList(autoencoder(shape, each.net, each) for each in candidates)
        count = len(Figures._fields)
        self.register_buffer("met", torch.zeros(len(candidates), count, dtype=torch.float64))
        self.register_buffer("met_clusters", torch.zeros(len(candidates), 1, dtype=torch.int64))
        self.register_buffer("chosen", torch.tensor(-1))
        self.register_buffer("after", torch.full((count,), torch.nan, dtype=torch.float64))

    @property
    def net(self) -> Autoencoder:
        """The chosen network; the first one before."""
        return self._net(max(0, int(self.chosen)))

    def _net(self, candidate: int) -> Autoencoder:
        return cast("Autoencoder", self.nets[candidate])

    def stages(self) -> dict[str, int]:
        p = self.params
        return p.pretrain_stages | {"search": p.grid.size, "cluster": p.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p, split = self.params, Split.of(run, data, self.params.held_out)
        weights = None if p.evening is None else weights_of(run, data, p.evening)
        if "search" not in run.journal.finished:
            self._pretrain(run, split)
            self._choose(Search(run, split, weights), run)
        if p.epochs == 0 or "cluster" in run.journal.finished:
            return
        agreement = self._agreement(run, data)
        descent = agreement.descent()
        schedule = scheduler(descent, p.schedule, p.epochs)
        for epoch in epochs(run, "cluster", p.epochs, resumes=[descent, schedule, agreement]):
            agreement.learn(epoch, data, descent, weights)
            schedule.step()
            if epoch.last:
                codes = agreement.centered(run, data)
                found = agreement.hardened(codes.mean(dim=1))
                self.keep(found, run)
                figures = judged(run, self.net, split, codes, found=found)
                self.after = torch.tensor(figures, dtype=torch.float64, device=run.device)
                epoch.record(**finite(figures))

    def _pretrain(self, run: Run, split: Split) -> None:
        names = self.params.stage_names
        for place, (stage, p) in enumerate(zip(names, self.params.candidates, strict=True)):
            recipe = Recipe(
                p.pretrain_epochs,
                p.pretrain_lr,
                p.batch_size,
                p.clip_norm,
                augmenter(p.augment) if p.pretrain_augment else None,
                p.pretrain_optimizer,
                p.pretrain_schedule,
                clean=not p.pretrain_augment,
            )
            reconstruct(run, self._net(place), split.trained, recipe, stage=stage)

    def _choose(self, search: Search, run: Run) -> None:
        candidates = self.params.candidates
        for epoch in epochs(run, "search", len(candidates), resumes=[search]):
            place = epoch.number - 1
            epoch.record(**finite(search.add(self._net(place), candidates[place])))
            if epoch.last:
                widths = [each.embedding_dim for each in candidates]
                chosen = best_of(search.figures, widths, tolerance=self.params.grid.tolerance)
                self._take(search, chosen, run)

    def _take(self, search: Search, chosen: int, run: Run) -> None:
        """Go on with one candidate; of the others only what was found is kept."""
        counts = [torch.tensor(each.counts) for each in search.found]
        self.met = torch.tensor(search.figures, dtype=torch.float64, device=run.device)
        self.met_clusters = nn.utils.rnn.pad_sequence(counts, batch_first=True).to(run.device)
        self.chosen = torch.tensor(chosen, device=run.device)
        self._drop_others({chosen})
        self.keep(search.found[chosen], run)

    def _drop_others(self, kept: set[int]) -> None:
        for place in range(len(self.nets)):
            if place not in kept:
                self.nets[place] = nn.Identity()

    @torch.no_grad()
    def _agreement(self, run: Run, data: Data) -> Agreement:
        """The subspaces that were kept, as a start."""
        codes = all_codes(run, self.net, data)
        spaces, sizes = len(self.membership), self.counts.tolist()
        owner = self.membership.argmax(dim=0)
        start = Spaces(self.rotation, logits_of(owner, spaces).to(codes), self.stacked)
        v = codes.mean(dim=1) @ self.rotation
        labels = [in_blocks(partial(self._labels, space=s), v) for s in range(spaces)]
        return Agreement(self.net, Placed(start, sizes, torch.stack(labels)), codes, self.params)

    def load(self, state: dict[str, Tensor]) -> None:
        self._drop_others({int(name.split(".")[1]) for name in state if name.startswith("nets.")})
        super().load(state)

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x) @ self.rotation

    def decode(self, z: Tensor) -> Tensor:
        return self.net.decode(z @ self.rotation.T)

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:
        """The candidates, what training changed, and the attributes that prototypes are decoded to."""
        chosen = int(self.chosen)
        named = [dict(zip(Figures._fields, row, strict=True)) for row in self.met.tolist()]
        before, after = named[chosen], dict(zip(Figures._fields, self.after.tolist(), strict=True))
        selection: dict[str, Any] = {"chosen": chosen, "before": _known(before), "after": _known(after)}
        selection["before"]["clusters"] = [k for k in self.met_clusters[chosen].tolist() if k]
        selection["after"]["clusters"] = self.counts.tolist()
        found: dict[str, Extra] = {"candidates": self._candidates(), "selection": selection}
        if (attributes := self._attributes(data)) is not None:
            found["prototype-attributes"] = attributes
        return {**super().extras(data, z), **found}

    def _candidates(self) -> Table:
        fields = self.params.grid.combinations()
        candidates = self.params.candidates
        columns: dict[str, list[Any]] = {
            "candidate": [*range(len(fields))],
            "embedding_dim": [each.embedding_dim for each in candidates],
            "pretrain_lr": [each.pretrain_lr for each in candidates],
            "weight_decay": [each.pretrain_optimizer.weight_decay for each in candidates],
            "clusters": [" ".join(str(k) for k in row if k) for row in self.met_clusters.tolist()],
        }
        for name, values in zip(Figures._fields, self.met.T.tolist(), strict=True):
            columns[name] = [value if value == value else None for value in values]
        columns["chosen"] = [float(place == int(self.chosen)) for place in range(len(fields))]
        return Table(columns)

    def _attributes(self, data: Data) -> Table | None:
        """A row a prototype: what its attributes are decoded to, in their own units."""
        scaling, shape = data.scaling.attributes, self.shape
        if scaling is None or not isinstance(shape, MixedShape) or shape.attributes == 0:
            return None
        parts, spaces = self._centers(), self._clustered()
        rows = in_blocks(self.decode, torch.cat([parts[s] for s in spaces]))
        values = scaling.invert(shape.unpacked(rows)[1].mean(dim=1)).tolist()
        places = [(c, k) for c, s in enumerate(spaces) for k in range(len(parts[s]))]
        names = data.names or tuple(f"attribute {place}" for place in range(shape.attributes))
        columns: dict[str, list[float]] = {
            "clustering": [c for c, _ in places],
            "cluster": [k for _, k in places],
        }
        return Table(columns | {name: [row[at] for row in values] for at, name in enumerate(names)})


def _known(figures: Mapping[str, float]) -> dict[str, Any]:
    return {name: value if value == value else None for name, value in figures.items()}
