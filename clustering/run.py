"""All of the outside that a fit sees: seed, device, reports, stops, checkpoints."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import torch
from torch import Generator, Tensor

from clustering.checkpoint import Checkpoints
from clustering.consensus.ensemble import Ensemble
from clustering.errors import Cancelled
from clustering.ranks import Ranks

Stop: TypeAlias = Literal["cancel", "drain"]

Score: TypeAlias = Callable[[Tensor, Tensor, Tensor], dict[str, float]]
"""From positions (m,), clusters (m,) of one clustering and embeddings (m, d), in the space that it means, of
some samples to figures by name."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the whole fit is."""

    stage: str
    stage_index: int
    """Counted from 0."""
    stages: int
    epoch: int
    """The epoch at work within its stage, counted from 1."""
    epochs: int
    step: int
    """Epochs finished over all stages."""
    fraction: float
    """Of all epochs of all stages."""
    rate: float | None
    """Epochs a second in this stage; none before the first step."""
    eta_s: float | None
    """Seconds left, if the later stages go at this stage's rate."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over the batches of one finished epoch."""

    step: int
    """Epochs finished over all stages, this one included."""
    stage: str
    epoch: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """A checkpoint is on disk and can be resumed from."""

    path: Path
    sha256: str
    size_bytes: int
    stage: str
    epoch: int
    step: int


Report: TypeAlias = Progress | Metrics | CheckpointSaved


@dataclass
class Journal:
    """What a fit has behind it. Kept by the engine and written into each checkpoint."""

    plan: dict[str, int] = field(default_factory=dict)
    """Epochs of each stage, in order."""
    finished: list[str] = field(default_factory=list)
    once: list[str] = field(default_factory=list)
    curves: list[Metrics] = field(default_factory=list)
    step: int = 0
    interrupted: tuple[str, int, list[Any]] | None = None
    """Stage, last whole epoch and states of its `resumes`, from the checkpoint resumed from."""
    entered: set[str] = field(default_factory=set)
    snapshot: Callable[[], dict[str, torch.Tensor]] = dict
    """The method's tensors."""
    fingerprint: str = ""


def _ignore(_: Report) -> None:
    return None


def _never() -> Stop | None:
    return None


@dataclass
class Run:
    """The surroundings of one fit; the default is silent and makes the engine a plain library.

    A fit resumed from `checkpoints` repeats the undisturbed one bit for bit on the CPU, as long as PyTorch
    computes with the same number of threads: it orders sums by them.
    """

    seed: int = 0
    device: str = "cpu"
    report: Callable[[Report], None] = _ignore
    """Called at every step; limit the rate on the other side."""
    stop: Callable[[], Stop | None] = _never
    """Asked at every step."""
    checkpoints: Checkpoints | None = None
    initial_model: Path | None = None
    """Folder of a trained model to start from."""
    ensemble: Ensemble | None = None
    """Clusterings of the same samples, of which a consensus is to be made."""
    memory_budget_bytes: int = 4 * 2**30
    """Samples that need more than this on the device are streamed."""
    score: Score | None = None
    """Told what came out so far, as copies on the CPU; returns figures for the curves.

    The only place for true labels: what it returns is recorded, and nothing of it reaches the training.
    """
    ranks: Ranks = field(default_factory=Ranks)
    """The processes that compute the fit together; the leading one alone reports and keeps checkpoints."""
    journal: Journal = field(default_factory=Journal, repr=False)

    def seed_for(self, purpose: str, epoch: int = 0) -> int:
        """A seed of 32 bits for one purpose, the same in every run with this seed."""
        digest = hashlib.sha256(f"{self.seed}/{purpose}/{epoch}".encode()).digest()
        return int.from_bytes(digest[:4], "big")

    def generator(self, purpose: str, epoch: int = 0) -> Generator:
        """A generator on the device for one purpose.

        Derived from seed, purpose and epoch, so that a resumed run draws what the undisturbed one would have.
        """
        return Generator(self.device).manual_seed(self.seed_for(purpose, epoch))

    def seed_global(self, purpose: str, epoch: int = 0) -> None:
        """Seed what modules such as dropout draw from: PyTorch's generators of the CPU and of the device.

        Other devices, which this run does not give back as they were, keep their state.
        """
        seed = self.seed_for(purpose, epoch)
        torch.default_generator.manual_seed(seed)
        if "cuda" in self.device:
            with torch.cuda.device(self.device):
                torch.cuda.manual_seed(seed)

    def first_time(self, name: str) -> bool:
        """Whether a one-off step is still to be done; False where a resumed checkpoint has it behind it."""
        if name in self.journal.once:
            return False
        self.journal.once.append(name)
        return True

    def check(self) -> None:
        """Hear a cancel.

        Raises:
            Cancelled: the run was told to stop at once.
        """
        if self.stop() == "cancel":
            raise Cancelled("The run was cancelled.")
