"""What a checkpoint must share with the fit that takes it up."""

import json
from collections.abc import Mapping
from hashlib import sha256

import numpy as np
import torch
from torch import Tensor

from clustering.data import Data
from clustering.modalities import MixedShape
from clustering.params import MethodParams

_CONTENT_BYTES = 2**20
_LEAST_ROWS = 16


def fingerprint(params: MethodParams, seed: int, data: Data, initial: Mapping[str, Tensor]) -> str:
    """Digest of spec, seed, samples and initial model, equal where a resumed fit goes on as it would have.

    Args:
        params: the spec.
        seed: of the run.
        data: the samples; of large ones a part of the content counts.
        initial: tensors of the model to start from, by name; none without one.
    """
    of_data: list[object] = [data.kind, list(data.shape), data.n, _digest(_sampled(data))]
    if isinstance(data.shape, MixedShape):
        of_data += [list(data.shape.image), [] if data.attributes is None else _digest(data.attributes)]
    of_model = {name: _digest(tensor) for name, tensor in initial.items()}
    identity = [params.model_dump(mode="json"), seed, of_data, of_model]
    return sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def _sampled(data: Data) -> Tensor:
    """At most 1 MiB of stored values, evenly spaced over the samples and within them."""
    first = data.source.span(0, 1)
    row_bytes = first.numel() * first.element_size()
    count = min(data.n, max(_LEAST_ROWS, _CONTENT_BYTES // row_bytes))
    rows = np.linspace(0, data.n - 1, count).round().astype(np.int64)
    values = data.source.take(torch.from_numpy(rows).to(data.device)).flatten()
    step = -(-values.numel() * values.element_size() // _CONTENT_BYTES)
    return values[::step]


def _digest(tensor: Tensor) -> str:
    values = tensor.detach().cpu().contiguous()
    head = f"{values.dtype} {list(values.shape)} ".encode()
    return sha256(head + values.flatten().view(torch.uint8).numpy().tobytes()).hexdigest()
