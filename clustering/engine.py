"""The front door: fit params to samples, save what was fitted, predict with it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clustering.checkpoint import Snapshot
from clustering.data import Data, stored_shape
from clustering.errors import CheckpointRefused, InvalidData
from clustering.extras import Extra, settled
from clustering.fingerprint import fingerprint
from clustering.methods import Clustering, Method, build
from clustering.modalities import MixedShape, Modalities, beside_of, refuse_other_modalities
from clustering.nets import Net
from clustering.nets.precision import float32_by_onednn
from clustering.params import MethodParams, StartingParams
from clustering.params.initial_problems import initial_problems
from clustering.passes import embed_all, in_blocks
from clustering.ranks import Ranks
from clustering.reading import like_the_fitted, to_fit
from clustering.run import Journal, Metrics, Run
from clustering.scaling import Scaling
from clustering.train import resume
from clustering.trained import MODEL_CONFIG, MODEL_TENSORS, load, write

__all__ = [
    "MODEL_CONFIG",
    "MODEL_TENSORS",
    "Prediction",
    "Result",
    "apply",
    "assign_new",
    "fit",
    "load",
    "predict",
    "save",
]


@dataclass(frozen=True)
class Result:
    """What a fit yields."""

    clusterings: list[Clustering]
    """The main one first; none from a pretraining."""
    embeddings: Tensor
    """(n, d) float32 on the CPU."""
    method: Method[Any]
    """Fitted; predicts where its params support it."""
    scaling: Scaling
    curves: list[Metrics]
    """Means of each epoch."""
    extras: Mapping[str, Extra] = field(default_factory=dict)
    """What the method shows beside its clusterings, by name, on the CPU."""

    def decode(self, z: Tensor) -> NDArray[np.float32] | None:
        """Samples (b, h, w, c) or (b, d) in the data's own units, from embeddings; None without a decoder."""
        if not self.method.params.can("decode"):
            return None
        device = next(iter(self.method.state_dict().values())).device
        x, shape = in_blocks(self.method.decode, z.to(device)).cpu(), self.method.shape
        if isinstance(shape, MixedShape):
            x = shape.joined(shape.unpacked(x)[0])
        x = self.scaling.to("cpu").invert(x)
        decoded: NDArray[np.float32] = (x.permute(0, 2, 3, 1) if x.ndim == 4 else x).contiguous().numpy()
        return decoded


@dataclass(frozen=True)
class Prediction:
    """Clusters of new samples."""

    labels: NDArray[np.int64] | None
    """(n,); None from a pretrained model."""
    soft: NDArray[np.float32] | None
    """(n, k), each row on the simplex."""
    embeddings: NDArray[np.float32]
    """(n, d)."""
    clusterings: Sequence[NDArray[np.int64]] = ()
    """(n,) labels of every clustering of the method, the main one first."""


def fit(
    array: NDArray[Any],
    params: MethodParams,
    run: Run | None = None,
    *,
    modalities: Modalities | None = None,
) -> Result:
    """Fit a method to samples.

    The same seed gives the same result on the same kind of device, also through an interruption and a resume
    from `run.checkpoints`. The random state of the caller is left as it was.

    Args:
        array: vectors (n, d), or images (n, h, w) or (n, h, w, c); may be memory-mapped.
        params: of any method.
        run: the surroundings; by default silent, on the CPU, with seed 0.
        modalities: views within the images and attributes beside them. Only a mixed net reads them; to all
            other methods a sample is its image, with the views side by side.

    Raises:
        InvalidData: the samples or modalities, or params that do not fit them.
        Diverged: training left the finite numbers.
        CheckpointRefused: the newest checkpoint is of another fit.
        Cancelled, Drained: the run was told to stop.
    """
    run = replace(run or Run(), journal=Journal())
    initial = _initial(run, params)
    if initial is not None and params.reads_modalities:
        refuse_other_modalities(initial[0].shape, modalities)
    scaling = None if initial is None else initial[1]
    data = to_fit(array, params, run, scaling, modalities=modalities)
    with _reproducible(run):
        method = _divided(run.ranks, build(params, data.shape), run.device).to(run.device)
        _take_up(run, method, data, None if initial is None else initial[0])
        with float32_by_onednn(method):
            method.fit(data, run)
            result = _result(run, method.eval(), data)
        _divided(Ranks(), method, run.device)
        return result


def save(result: Result, folder: Path) -> list[Path]:
    """Write the fitted model as `model.safetensors` and `model.json`.

    Raises:
        Unsupported: the method cannot predict new samples.
    """
    return write(result.method, result.scaling, folder)


def predict(
    folder: Path, array: NDArray[Any], run: Run | None = None, *, modalities: Modalities | None = None
) -> Prediction:
    """Assign new samples to the clusters of a saved model.

    Raises:
        InvalidData: the samples, or another shape than the model was fitted to.
        Diverged: samples so far from the fitted ones that their embeddings are not finite.
        Unsupported: the model was saved in another format.
    """
    return assign_new(*load(folder), array, run, modalities=modalities)


def assign_new(
    method: Method[Any],
    scaling: Scaling,
    array: NDArray[Any],
    run: Run | None = None,
    *,
    modalities: Modalities | None = None,
) -> Prediction:
    """Assign new samples, one or more, to the clusters of a fitted method.

    Args:
        method: fitted, in evaluation mode.
        scaling: the one it was fitted with.
        array: samples in the shape and units that it was fitted to.
        run: the surroundings.
        modalities: of the samples, for a mixed net: as many views and attributes as it was fitted to.

    Raises:
        InvalidData: the samples, or another shape than the method was fitted to.
        Diverged: samples so far from the fitted ones that their embeddings are not finite.
    """
    run = run or Run()
    data = like_the_fitted(array, method, run, scaling, modalities=modalities)
    with float32_by_onednn(method):
        z = embed_all(run, method.to(run.device), data)
        found = method.clusterings(z)
    labels = [clustering.labels.cpu().numpy() for clustering in found]
    soft = found[0].soft if found else None
    return Prediction(
        labels=labels[0] if labels else None,
        soft=None if soft is None else soft.cpu().numpy(),
        embeddings=z.cpu().numpy(),
        clusterings=labels,
    )


def apply(
    folder: Path, array: NDArray[Any], run: Run | None = None, *, modalities: Modalities | None = None
) -> Result:
    """What a saved model makes of new samples: as much as a fit would yield, but for curves.

    Raises:
        InvalidData: the samples, or another shape than the model was fitted to.
        Diverged: samples so far from the fitted ones that their embeddings are not finite.
        Unsupported: the model was saved in another format.
        Cancelled: the run was told to stop.
    """
    run = replace(run or Run(), journal=Journal())
    method, scaling = load(folder)
    data = like_the_fitted(array, method, run, scaling, modalities=modalities)
    with _reproducible(run), float32_by_onednn(method):
        return _result(run, method.to(run.device), data)


@contextmanager
def _reproducible(run: Run) -> Iterator[None]:
    """Seeded and deterministic inside; the caller's random state and settings outside."""
    devices = [torch.device(run.device)] if "cuda" in run.device else []
    with (
        torch.random.fork_rng(devices),
        torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False),
    ):
        run.seed_global("init")
        yield


def _divided(ranks: Ranks, method: Method[Any], device: str) -> Method[Any]:
    """The method with networks that cut batches among these processes."""
    ranks.synchronize(method, device)
    for part in method.modules():
        if isinstance(part, Net):
            part.ranks = ranks
    return method


def _initial(run: Run, params: MethodParams) -> tuple[Method[Any], Scaling] | None:
    """The trained model to start from, and the scaling of its inputs."""
    if run.initial_model is not None:
        return load(run.initial_model)
    if isinstance(params, StartingParams) and params.initial_model is not None:
        raise InvalidData(
            f"The spec starts from {params.initial_model}; the run has to say where it is, as initial_model."
        )
    return None


def _take_up(run: Run, method: Method[Any], data: Data, initial: Method[Any] | None) -> None:
    """Put the newest checkpoint, else the initial model, if there is one, into the method and the journal."""
    journal = run.journal
    journal.plan = dict(method.stages())
    journal.snapshot = method.state_dict
    snapshot: Snapshot | None = None
    if run.checkpoints:
        tensors = {} if initial is None else initial.state_dict()
        journal.fingerprint = fingerprint(method.params, run.seed, data, tensors)
        snapshot = run.checkpoints.newest()
    if snapshot is None:
        if initial is not None:
            _adopt(run, method, initial)
        return
    if snapshot.state["fingerprint"] != journal.fingerprint:
        raise CheckpointRefused(
            "The checkpoint was written with another spec, seed, data set or initial model; start afresh."
        )
    method.load({name: tensor.to(run.device) for name, tensor in resume(run, snapshot).items()})


def _adopt(run: Run, method: Method[Any], initial: Method[Any]) -> None:
    """Start from a trained model instead of the stages that it takes the place of."""
    params = method.params
    found = initial_problems(
        params,
        initial.params,
        shape=stored_shape(method.shape),
        trained_shape=stored_shape(initial.shape),
        besides=(beside_of(method.shape), beside_of(initial.shape)),
    )
    if found or not isinstance(params, StartingParams):
        raise InvalidData(" ".join(problem.message for problem in found))
    method.adopt(initial)
    run.journal.finished += params.pretrain_stages
    run.journal.plan |= dict.fromkeys(params.pretrain_stages, 0)


def _result(run: Run, method: Method[Any], data: Data) -> Result:
    z = embed_all(run, method, data)
    clusterings = [found.settled() for found in method.clusterings(z)]
    extras = settled(method.extras(data, z))
    return Result(clusterings, z.float().cpu(), method, data.scaling, run.journal.curves, extras)
