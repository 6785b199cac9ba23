"""The loop that all trained methods share: `for epoch in epochs(run, stage, n)`, `epoch.descend(loss)`."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import torch
from torch import Generator, Tensor, float64
from torch.optim import Optimizer

from clustering.checkpoint import Snapshot, pack, unpack
from clustering.data import Batch, Data, View
from clustering.errors import Diverged, Drained
from clustering.optim import clip
from clustering.run import CheckpointSaved, Metrics, Progress, Run


class Resumable(Protocol):
    """What a stage keeps beside the method's own tensors: an optimizer, a scheduler."""

    def state_dict(self) -> Any: ...
    def load_state_dict(self, state_dict: Any, /) -> None: ...


@dataclass
class Epoch:
    """One pass of a stage: draws batches, takes steps, averages what it is told."""

    run: Run
    stage: str
    number: int
    """Counted from 1."""
    count: int
    """Epochs of the stage; fewer than planned once it is ended."""
    started: float
    """When the stage began here, as a monotonic clock's seconds."""
    first: int
    """The stage's first epoch that this process runs."""

    def __post_init__(self) -> None:
        self.generator: Generator = self.run.generator(self.stage, self.number)
        """Draws the batches and views of this epoch."""
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._part = 0.0

    def batches(
        self,
        data: Data,
        batch_size: int,
        view: View | None = None,
        *,
        pass_of: tuple[int, int] = (0, 1),
        weights: Tensor | None = None,
    ) -> Iterator[Batch]:
        """All samples once, in random order; less than half a batch left over joins the last one.

        Args:
            data: the samples.
            batch_size: samples a batch.
            view: what `Batch.view()` draws; without it that is the batch itself.
            pass_of: which pass over the samples this is, counted from 0, of how many in the epoch.
            weights: (n,) how often each sample is drawn, with replacement; without them each comes once.
        """
        behind, passes = pass_of
        seen = 0
        for batch in data.batches(batch_size, self.generator, view, weights):
            seen += len(batch.index)
            self._part = (behind + seen / data.n) / passes
            yield batch

    def descend(self, loss: Tensor, optimizer: Optimizer) -> None:
        """Take one step down the loss.

        Args:
            loss: a scalar.
            optimizer: steps its parameters, clipped where their groups say so.

        Raises:
            Cancelled: the run was told to stop at once.
        """
        self.run.check()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.run.ranks.average(optimizer)
        clip(optimizer)
        optimizer.step()
        self.record(loss=loss)
        self.run.report(self.progress())

    def reach(self, part: float) -> None:
        """Report how much of an epoch that is no pass over batches lies behind, from 0 to 1.

        Raises:
            Cancelled: the run was told to stop at once.
        """
        self.run.check()
        self._part = max(self._part, part)
        self.run.report(self.progress())

    def record(self, **values: Tensor | float) -> None:
        """Add to the epoch's means; nothing waits for the device."""
        for name, value in values.items():
            value = value.detach() if isinstance(value, Tensor) else torch.tensor(value, dtype=float64)
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
            self._counts[name] = self._counts.get(name, 0) + 1

    def has(self, name: str) -> bool:
        """Whether a value of this name was recorded in this epoch."""
        return name in self._sums

    @property
    def behind(self) -> float:
        """Share of the stage that lies behind once the batch at work is done."""
        return (self.number - 1 + self._part) / self.count

    @property
    def last(self) -> bool:
        """Whether no epoch of the stage follows."""
        return self.number == self.count

    def end_stage(self) -> None:
        """Make this epoch the stage's last; what is left of its body still runs."""
        self.count = self.run.journal.plan[self.stage] = self.number
        self.run.report(self.progress())

    def means(self) -> dict[str, float]:
        """Means of what was recorded.

        Raises:
            Diverged: one of them is not finite.
        """
        means = {name: total.item() / self._counts[name] for name, total in self._sums.items()}
        for name, value in means.items():
            if not math.isfinite(value):
                where = f"stage {self.stage!r}, epoch {self.number} of {self.count}"
                raise Diverged(f"The {name} became {value} in {where}. A smaller learning rate may help.")
        return means

    def progress(self) -> Progress:
        """Where the fit stands within this epoch."""
        plan = self.run.journal.plan
        names = list(plan)
        elapsed = time.monotonic() - self.started
        done = self.number - self.first + self._part
        rate = done / elapsed if done and elapsed > 0 else None
        total = max(sum(plan.values()), 1)
        behind = min(self.run.journal.step + self._part, total)
        return Progress(
            stage=self.stage,
            stage_index=names.index(self.stage),
            stages=len(names),
            epoch=self.number,
            epochs=self.count,
            step=self.run.journal.step,
            fraction=behind / total,
            rate=rate,
            eta_s=(total - behind) / rate if rate else None,
        )

    def finish(self) -> None:
        """Average, report and leave the epoch behind."""
        journal = self.run.journal
        means = self.means()
        journal.step += 1
        self._part = 0.0
        metrics = Metrics(journal.step, self.stage, self.number, means)
        journal.curves.append(metrics)
        self.run.report(metrics)


def epochs(run: Run, stage: str, n: int, *, resumes: Sequence[Resumable] = ()) -> Iterator[Epoch]:
    """Count a stage's epochs: seeds, reports, checks the losses, keeps checkpoints, hears cancel and drain.

    A resumed run gets only the epochs that are left; a finished stage yields none. `epoch.end_stage()` ends a
    stage early, as if it had been planned with that many epochs.

    Args:
        run: the surroundings.
        stage: a name that is unique within the fit.
        n: epochs of the stage.
        resumes: optimizers and schedulers of the stage; restored where the stage was interrupted.

    Raises:
        Diverged: a mean over an epoch is not finite.
        Cancelled, Drained: the run was told to stop.
    """
    done = _enter(run, stage, n, resumes)
    started = time.monotonic()
    for number in range(done + 1, n + 1):
        run.check()
        run.seed_global(f"global/{stage}", number)
        epoch = Epoch(run, stage, number, n, started, done + 1)
        run.report(epoch.progress())
        yield epoch
        epoch.finish()
        _keep(epoch, resumes)
        if epoch.last:
            break
    if stage not in run.journal.finished:
        run.journal.finished.append(stage)
    run.seed_global(f"after/{stage}")


def _enter(run: Run, stage: str, n: int, resumes: Sequence[Resumable]) -> int:
    """Epochs of this stage that lie behind, after restoring what it keeps."""
    journal = run.journal
    if stage in journal.entered:
        raise ValueError(f"Stage {stage!r} was entered twice; stages of a fit need names of their own.")
    journal.entered.add(stage)
    if stage in journal.finished:
        return n
    journal.plan[stage] = n
    if journal.interrupted is None or journal.interrupted[0] != stage:
        return 0
    _, epoch, states = journal.interrupted
    for resumable, state in zip(resumes, states, strict=True):
        resumable.load_state_dict(state)
    return epoch


def _keep(epoch: Epoch, resumes: Sequence[Resumable]) -> None:
    """Checkpoint at the stage's end, on cadence and before a drain."""
    run = epoch.run
    drain = run.ranks.agree(run.stop() == "drain")
    if epoch.last:
        run.journal.finished.append(epoch.stage)
    if run.checkpoints is not None and run.ranks.leads and (drain or epoch.last or run.checkpoints.due()):
        saved = run.checkpoints.save(run.journal.step, _snapshot(epoch, resumes))
        place = epoch.stage, epoch.number, run.journal.step
        run.report(CheckpointSaved(saved.path, saved.sha256, saved.size_bytes, *place))
    if drain:
        raise Drained(f"Stopped after epoch {epoch.number} of stage {epoch.stage!r}.")


def _snapshot(epoch: Epoch, resumes: Sequence[Resumable]) -> Snapshot:
    journal = epoch.run.journal
    tensors = {f"method/{name}": tensor for name, tensor in journal.snapshot().items()}
    state = {
        "fingerprint": journal.fingerprint,
        "stage": epoch.stage,
        "epoch": epoch.number,
        "step": journal.step,
        "plan": journal.plan,
        "finished": journal.finished,
        "once": journal.once,
        "curves": [asdict(metrics) for metrics in journal.curves],
        "resumes": pack([resumable.state_dict() for resumable in resumes], "resumes", tensors),
    }
    return Snapshot(tensors, state)


def resume(run: Run, snapshot: Snapshot) -> dict[str, Tensor]:
    """Put what a checkpoint has behind it into the run's journal.

    Returns:
        the method's tensors.
    """
    state, journal = snapshot.state, run.journal
    journal.plan = dict(state["plan"])
    journal.finished = list(state["finished"])
    journal.once = list(state["once"])
    journal.curves = [Metrics(**metrics) for metrics in state["curves"]]
    journal.step = state["step"]
    journal.interrupted = (state["stage"], state["epoch"], unpack(state["resumes"], snapshot.tensors))
    prefix = "method/"
    return {name.removeprefix(prefix): t for name, t in snapshot.tensors.items() if name.startswith(prefix)}
