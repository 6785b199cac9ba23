"""A job asked for by the name of a preset: the whole spec, the caller's changes merged in."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from clustering.presets import PRESETS, Preset, overridden

SOURCES = ("spec", "preset")
CLOSE_NAMES = 8


def with_spec(body: Any) -> Any:
    """The body with `spec` filled in from `preset` and `overrides`.

    Raises:
        PydanticCustomError: both or neither of spec and preset, overrides without a preset, an unknown
            preset, another method than the preset's.
    """
    if not isinstance(body, Mapping):
        return body
    met = [name for name in SOURCES if body.get(name) is not None]
    if len(met) != 1:
        raise _refused("spec_or_preset", f"/{met[-1] if met else 'spec'}", list(SOURCES), _count(met))
    overrides = body.get("overrides")
    if met == ["preset"]:
        preset = _known(body["preset"])
        changes = overrides if isinstance(overrides, Mapping) else {}
        return {**body, "spec": _changed(preset, changes)}
    if overrides is not None:
        said = "Overrides change a preset; a spec has its own fields"
        raise _refused("overrides_without_preset", "/overrides", ["preset"], said)
    return body


def close_names(name: str) -> list[str]:
    """Presets whose names are like this one, the closest first."""
    return get_close_matches(name[:100], PRESETS, n=CLOSE_NAMES, cutoff=0.5)


def _count(met: list[str]) -> str:
    return f"Give either a spec or a preset; met {'both' if met else 'neither'}"


def _known(name: Any) -> Preset:
    if isinstance(name, str) and name in PRESETS:
        return PRESETS[name]
    close = close_names(str(name))
    raise _refused(
        "unknown_preset", "/preset", close, f"There is no preset {str(name)[:100]!r}; see /v1/presets"
    )


def _changed(preset: Preset, changes: Mapping[str, Any]) -> dict[str, Any]:
    method = preset.spec["method"]
    if changes.get("method", method) != method:
        said = f"The preset is an experiment with {method}; another method needs a spec of its own"
        raise _refused("method_of_preset", "/overrides/method", [method], said)
    return overridden(preset.spec, changes)


def _refused(code: str, pointer: str, accepted: list[str], message: str) -> PydanticCustomError:
    return PydanticCustomError(
        code, "{message}", {"message": message, "pointer": pointer, "accepted": accepted}
    )
