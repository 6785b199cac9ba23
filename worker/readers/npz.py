"""Named arrays: `x` are the samples, or `views` several pictures of each, with `attributes` beside them; `y`
and `y_*` are labels, `ids` ids."""

from pathlib import Path
from zipfile import ZipInfo

from worker.readers.archive import Archive, open_archive
from worker.readers.draft import Draft, check_length
from worker.readers.errors import Refused, shown
from worker.readers.npyfile import LABELS, ArrayFile
from worker.readers.order import Order
from worker.readers.samples import pour_array
from worker.readers.views import names_of, pour_attributes, pour_views

ACCEPTED = (
    "an array `x` of samples, or `views` (n, v, H, W[, C]) with or without `attributes` (n, a) and "
    "`attribute_names` (a,); optionally `y` and `y_*` (labels) and `ids`"
)
SAMPLES = ("x", "X", "views")
BESIDE = ("attributes", "attribute_names")


def read(order: Order, draft: Draft) -> None:
    """Read a `.npz` file; a single array may bear any name."""
    with open_archive(order.upload, order.limits) as archive:
        members = _arrays(archive)
        x = _samples_name(members)
        if x not in SAMPLES:
            draft.notes.append(f"Array {shown(x)} was taken for the samples.")
        source = _extract(archive, members[x], order, kinds=None)
        if x == "views":
            pour_views(source, draft)
        else:
            pour_array(source, order.options, draft)
        source.path.unlink()
        _pour_attributes(archive, members, order, n=source.shape[0], draft=draft)
        for name in members:
            if name == "ids":
                _pour_ids(_extract(archive, members[name], order, kinds=LABELS), source.shape[0], draft)
            elif is_label(name):
                _pour_labels(
                    _extract(archive, members[name], order, kinds=LABELS), name, source.shape[0], draft
                )
            elif name != x and name not in BESIDE:
                draft.notes.append(f"Array {shown(name)} was left out.")


def is_label(name: str) -> bool:
    """Whether an array or column of this name holds labels."""
    return name == "y" or name.startswith("y_")


def _arrays(archive: Archive) -> dict[str, ZipInfo]:
    for info in archive.members:
        if not info.filename.endswith(".npy"):
            raise Refused(
                f"Member {shown(info.filename)} is no array.", met=shown(info.filename), accepted=ACCEPTED
            )
    return {info.filename.removesuffix(".npy"): info for info in archive.members}


def _samples_name(members: dict[str, ZipInfo]) -> str:
    if "views" in members:
        if "x" in members or "X" in members:
            detail = "There are both `x` and `views`."
            raise Refused(detail, met=["x", "views"], accepted="one array of samples")
        return "views"
    if beside := [name for name in BESIDE if name in members]:
        raise Refused(f"There is `{beside[0]}` and no `views`.", met=beside, accepted=ACCEPTED)
    samples = [name for name in members if not is_label(name) and name != "ids"]
    for name in ("x", "X"):
        if name in members:
            return name
    if len(samples) == 1:
        return samples[0]
    met = [shown(name) for name in list(members)[:20]]
    raise Refused(f"There is no array `x` among {', '.join(met) or 'nothing'}.", met=met, accepted=ACCEPTED)


def _extract(archive: Archive, info: ZipInfo, order: Order, *, kinds: str | None) -> ArrayFile:
    to: Path = order.scratch / "member.npy"
    archive.extract(info, to, order.limits.content_bytes)
    name = f"Array {shown(info.filename.removesuffix('.npy'))}"
    return ArrayFile(to, name=name) if kinds is None else ArrayFile(to, name=name, kinds=kinds)


def _pour_attributes(
    archive: Archive, members: dict[str, ZipInfo], order: Order, *, n: int, draft: Draft
) -> None:
    names = None
    if "attribute_names" in members:
        names = names_of(_extract(archive, members["attribute_names"], order, kinds=LABELS))
    if "attributes" in members:
        pour_attributes(_extract(archive, members["attributes"], order, kinds=None), names, n, draft)
    elif names is not None:
        raise Refused("There are `attribute_names` and no `attributes`.", met=names[:20], accepted=ACCEPTED)


def _pour_labels(source: ArrayFile, name: str, n: int, draft: Draft) -> None:
    _check_column(source, n)
    for block in source.blocks():
        draft.label(name).add(block.reshape(-1))


def _pour_ids(source: ArrayFile, n: int, draft: Draft) -> None:
    _check_column(source, n)
    for block in source.blocks():
        draft.ids().add(block.reshape(-1).tolist())


def _check_column(source: ArrayFile, n: int) -> None:
    if source.shape[1:] not in ((), (1,)) or not source.shape:
        raise Refused(f"{source.name} has shape {list(source.shape)}.", met=list(source.shape), accepted=[n])
    check_length(source.name, source.shape[0], n)
