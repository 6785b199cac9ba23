"""What a figure was measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("torch", "numpy", "scikit-learn", "fastapi", "celery", "sqlalchemy")
KIND = {"cpu family": "family", "model": "model"}


def machine() -> dict[str, Any]:
    """Processor, cores, load before, Python and library versions."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def processor() -> str:
    """The processor's name, with the family and model that some names leave out."""
    first = Path("/proc/cpuinfo").read_text().partition("\n\n")[0]
    lines = (line.partition(":") for line in first.splitlines())
    told = {name.strip(): value.strip() for name, _, value in lines}
    kind = [f"{name} {told[key]}" for key, name in KIND.items() if key in told]
    name = told.get("model name", "unknown")
    return f"{name} ({', '.join(kind)})" if kind else name


def peak_mib(pid: int | None = None) -> float:
    """Largest resident memory that a process, by default this one, has had since its program started.

    `getrusage` would count that of the process which started it, too.
    """
    status = Path(f"/proc/{pid or 'self'}/status").read_text().splitlines()
    line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
