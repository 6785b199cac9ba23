"""Presets as they travel."""

from api.schemas.base import JsonObject, Out
from clustering.presets import Preset


class PresetData(Out):
    """The data of a paper's experiment; `options` are those of its upload.

    `shape` has the views of a sample side by side; `k` is 0 where no classes are known.
    """

    name: str
    kind: str
    n: int
    shape: list[int]
    k: int
    trains_on: str
    evaluates_on: str
    options: JsonObject
    views: int
    attributes: int


class PresetFigure(Out):
    """What the paper reports of the experiment, in percent."""

    acc: float | None
    nmi: float | None
    ari: float | None
    table: str
    over: str


class PresetNeeds(Out):
    """What the experiment takes on one GPU; the memory is an estimate, `hours_from` tells of the hours."""

    memory_gib: float
    gpu_hours: float
    hours_from: str


class PresetOut(Out):
    """A paper's experiment: the whole spec that repeats it, its data, the paper's figure, what departs.

    `needs` is null for methods whose work is not counted.
    """

    name: str
    family: str
    title: str
    paper: str
    method: str
    kind: str
    dataset: PresetData
    spec: JsonObject
    figure: PresetFigure | None
    needs: PresetNeeds | None
    notes: list[str]
    links: dict[str, str]


def preset_out(preset: Preset) -> PresetOut:
    """The wire form of a preset, its spec filled in."""
    params = preset.params
    spec = params.model_dump(mode="json")
    return PresetOut(
        name=preset.name,
        family=preset.family,
        title=preset.title,
        paper=preset.paper,
        method=spec["method"],
        kind=params.kind,
        dataset=PresetData.model_validate(preset.dataset),
        spec=spec,
        figure=preset.figure and PresetFigure.model_validate(preset.figure),
        needs=preset.needs and PresetNeeds.model_validate(preset.needs),
        notes=list(preset.notes),
        links={"self": f"/v1/presets/{preset.name}", "method": f"/v1/methods/{spec['method']}"},
    )
