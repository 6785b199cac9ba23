"""Presets: every parameter of a paper's experiment under one name. Imports without torch.

Every module of this folder is imported; what its `PRESETS` lists joins the one here. The experiments of
another paper are a new file.
"""

import importlib
import pkgutil

from clustering.presets.needs import Needs
from clustering.presets.preset import DatasetFacts, Figure, Preset, overridden

__all__ = ["PRESETS", "DatasetFacts", "Figure", "Needs", "Preset", "overridden"]


def _discover() -> dict[str, Preset]:
    found: dict[str, Preset] = {}
    for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        for preset in getattr(importlib.import_module(f"{__name__}.{module}"), "PRESETS", ()):
            if preset.name in found:
                raise ValueError(f"two presets are named {preset.name}")
            found[preset.name] = preset
    return found


PRESETS: dict[str, Preset] = _discover()
"""Each preset by its name, in the order of the papers' tables."""
