"""What a preset is: one experiment of a paper, as a spec that repeats it. Imports without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from pydantic import ValidationError

from clustering.params import MethodParams, parse
from clustering.params.idle import idle_problems
from clustering.params.problems import Beside, Kind
from clustering.presets.needs import Needs, Took, needs

ALL = "all"
WHOLE = "train and test split together"


@dataclass(frozen=True)
class DatasetFacts:
    """The data of an experiment, as it must lie in the service."""

    name: str
    n: int
    """Samples that the experiment trains on."""
    shape: tuple[int, ...]
    """Of one sample: (h, w, c) for images, with views side by side; (d,) for vectors."""
    k: int
    """Classes; 0 where none are known."""
    trains_on: str
    evaluates_on: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """How to upload it, for example with `resize`."""
    views: int = 1
    """Pictures of each sample."""
    attributes: int = 0
    """Numbers beside them."""

    @classmethod
    def resized(cls, name: str, n: int, shape: tuple[int, int, int], k: int, *, trains_on: str) -> Self:
        """Images that an upload gives their shape, evaluated on what trains."""
        return cls(name, n, shape, k, trains_on, "the same", {"resize": list(shape[:2])})

    @property
    def kind(self) -> Kind:
        """Images or vectors."""
        return "images" if len(self.shape) == 3 else "vectors"

    @property
    def beside(self) -> Beside:
        """What it holds beyond one picture of each sample."""
        return Beside(self.views, self.attributes)


@dataclass(frozen=True)
class Figure:
    """What the paper reports of an experiment, in percent; None where it does not or cannot be read."""

    acc: float | None
    nmi: float | None
    ari: float | None
    table: str
    """The paper's tables it stands in."""
    over: str
    """What the numbers are over: the mean of some runs, or the best of them."""


@dataclass(frozen=True)
class Preset:
    """One experiment of a paper.

    `spec` names only what differs from the method's defaults; `notes` say where a repetition departs from
    the paper, or what the paper leaves open.
    """

    name: str
    """`family/experiment`, for example `brb/dcn-cifar10`."""
    title: str
    paper: str
    dataset: DatasetFacts
    spec: Mapping[str, Any]
    figure: Figure | None
    notes: tuple[str, ...] = ()
    took: Took | None = None
    """GPU-hours, where the paper reports them."""

    @cached_property
    def needs(self) -> Needs | None:
        """Memory and GPU-hours; None for methods whose work is not counted."""
        return needs(self.params, self.dataset.n, self.dataset.shape, self.took)

    @property
    def family(self) -> str:
        """The paper's short name: the part before the slash."""
        return self.name.partition("/")[0]

    @cached_property
    def params(self) -> MethodParams:
        """The whole spec, every default filled in."""
        return parse(self.spec)


def lean(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A spec without the fields that repeat a default."""
    params = parse(spec)
    fields = type(params).model_fields
    return {
        name: value
        for name, value in spec.items()
        if name == "method" or fields[name].is_required() or getattr(params, name) != fields[name].default
    }


def epochs_of(steps: int, n: int, batch: int = 256) -> int:
    """Epochs over n samples that take about so many mini-batch steps."""
    return max(1, round(steps * batch / n))


def overridden(spec: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """A spec merged with a caller's changes.

    Fields of the spec that the changes leave without effect, such as those of a pretraining whose place a
    trained model takes, go back to their defaults. A result that is no valid spec is left as it is.
    """
    merged = merge(spec, overrides)
    try:
        params = parse(merged)
    except ValidationError:
        return merged
    for problem in idle_problems(params):
        path = problem.field.split("/")[1:]
        if not _names(overrides, path):
            _drop(merged, path)
    return merged


def _names(block: Any, path: list[str]) -> bool:
    """Whether a path leads to something within nested blocks."""
    if not path:
        return True
    return isinstance(block, Mapping) and path[0] in block and _names(block[path[0]], path[1:])


def _drop(block: dict[str, Any], path: list[str]) -> None:
    """Delete what a path leads to, in a block whose blocks are shared with others."""
    if len(path) > 1:
        block[path[0]] = dict(block[path[0]])
        _drop(block[path[0]], path[1:])
    else:
        del block[path[0]]


def merge(spec: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """A spec with some fields changed: a nested block key by key, unless it turns into another `type`."""
    merged = dict(spec)
    for name, value in overrides.items():
        kept = merged.get(name)
        if isinstance(kept, Mapping) and isinstance(value, Mapping) and not _retyped(kept, value):
            merged[name] = merge(kept, value)
        else:
            merged[name] = value
    return merged


def _retyped(block: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    return "type" in changes and changes["type"] != block.get("type")
