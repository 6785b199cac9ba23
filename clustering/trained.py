"""A fitted method as files: its tensors, and what it takes to build it again."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from clustering.errors import Unsupported
from clustering.methods import Method, build
from clustering.modalities import MixedShape
from clustering.params import parse
from clustering.scaling import AttributeScaling, Scaling

MODEL_TENSORS = "model.safetensors"
MODEL_CONFIG = "model.json"
MODEL_FORMAT = 1


def write(method: Method[Any], scaling: Scaling, folder: Path) -> list[Path]:
    """Write a fitted method and the scaling of its inputs as `model.safetensors` and `model.json`.

    Raises:
        Unsupported: the method cannot predict new samples.
    """
    if not method.params.can("predict"):
        raise Unsupported(f"{method.params.title} cannot predict new samples, so there is no model to keep.")
    tensors = {
        f"method/{name}": tensor.detach().cpu().contiguous() for name, tensor in method.state_dict().items()
    }
    if scaling.factor is not None and scaling.shift is not None:
        tensors |= {"scaling/factor": scaling.factor.cpu(), "scaling/shift": scaling.shift.cpu()}
    if scaling.attributes is not None:
        beside = scaling.attributes.to("cpu")
        tensors |= {"attributes/low": beside.low, "attributes/gain": beside.gain}
    config = {
        "format": MODEL_FORMAT,
        "spec": method.params.model_dump(mode="json"),
        "shape": _told(method.shape),
        "scaling": {"low": scaling.low, "gain": scaling.gain},
    }
    paths = [folder / MODEL_TENSORS, folder / MODEL_CONFIG]
    save_file(tensors, paths[0])
    paths[1].write_text(json.dumps(config, indent=2))
    return paths


def load(folder: Path) -> tuple[Method[Any], Scaling]:
    """A fitted method, ready to predict, and the scaling of its inputs.

    Raises:
        Unsupported: the model was saved in another format.
    """
    config = json.loads((folder / MODEL_CONFIG).read_text())
    if (met := config.get("format")) != MODEL_FORMAT:
        raise Unsupported(f"The model has format {met!r}; this version reads format {MODEL_FORMAT}.")
    tensors = load_file(folder / MODEL_TENSORS)
    with torch.random.fork_rng([]):
        method = build(parse(config["spec"]), _shape(config["shape"]))
    method.load(
        {name.removeprefix("method/"): t for name, t in tensors.items() if name.startswith("method/")}
    )
    beside = None
    if "attributes/low" in tensors:
        beside = AttributeScaling(tensors["attributes/low"], tensors["attributes/gain"])
    factor, shift = tensors.get("scaling/factor"), tensors.get("scaling/shift")
    return method.eval(), Scaling(**config["scaling"], factor=factor, shift=shift, attributes=beside)


def _told(shape: tuple[int, ...]) -> list[int] | dict[str, Any]:
    """A shape as JSON."""
    if isinstance(shape, MixedShape):
        return {"views": shape.views, "image": list(shape.image), "attributes": shape.attributes}
    return list(shape)


def _shape(told: list[int] | dict[str, Any]) -> tuple[int, ...]:
    """Inverse of `_told`."""
    if isinstance(told, dict):
        return MixedShape(told["views"], tuple(told["image"]), told["attributes"])
    return tuple(told)
