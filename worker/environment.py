"""What is needed to repeat a run, beside its spec."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import torch

PACKAGES = ("facet", "torch", "numpy", "scikit-learn", "scipy")


def environment(devices: Sequence[str], *, seed: int) -> dict[str, object]:
    """Versions, devices, and threads and seed of this process, which has the first of them."""
    device = devices[0]
    name = torch.cuda.get_device_name(device) if device.startswith("cuda") else platform.processor()
    return {
        "device": device,
        "devices": len(devices),
        "device_name": name or platform.machine(),
        "threads": torch.get_num_threads(),
        "seed": seed,
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
