"""A fitted method as files: its tensors, and what it takes to build it again."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from clustering.errors import Unsupported
from clustering.methods import Method, build
from clustering.params import parse
from clustering.scaling import Scaling

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
    config = {
        "format": MODEL_FORMAT,
        "spec": method.params.model_dump(mode="json"),
        "shape": list(method.shape),
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
        method = build(parse(config["spec"]), tuple(config["shape"]))
    method.load(
        {name.removeprefix("method/"): t for name, t in tensors.items() if name.startswith("method/")}
    )
    scaling = Scaling(
        **config["scaling"], factor=tensors.get("scaling/factor"), shift=tensors.get("scaling/shift")
    )
    return method.eval(), scaling
