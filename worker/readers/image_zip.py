"""A zip archive of images: top folders are labels, or views, and names are ids."""

from collections import Counter
from zipfile import ZipInfo

import numpy as np
from numpy.typing import NDArray

from worker.readers.archive import Archive, open_archive
from worker.readers.draft import Draft, check_count
from worker.readers.errors import Refused, shown
from worker.readers.npyfile import rows_per_block
from worker.readers.order import Order
from worker.readers.pictures import Picture, decode, inspect
from worker.readers.view_folders import folders_of, pour_table
from worker.readers.views import side_by_side

IGNORED_FOLDERS = ("__MACOSX",)
IGNORED_FILES = ("Thumbs.db", "desktop.ini")
LABEL = "label"


def read(order: Order, draft: Draft) -> None:
    """Read the images in the order of their names."""
    if order.options.views:
        _read_views(order, draft)
        return
    with open_archive(order.upload, order.limits) as archive:
        members = _images(archive, draft)
        check_count(len(members))
        size, channels = _survey(archive, members, order, draft)
        draft.begin("images", (*size, channels), n=len(members))
        _pour(archive, members, draft, size=size, channels=channels)
    names = _without_common_folders([info.filename.replace("\\", "/") for info in members])
    draft.ids().add(names)
    _pour_labels(names, draft)


def _read_views(order: Order, draft: Draft) -> None:
    """Read the images of every sample, one from each folder, and the attributes beside the folders."""
    with open_archive(order.upload, order.limits) as archive:
        members = _images(archive, draft)
        found = folders_of(members)
        n = len(found.ids)
        check_count(n)
        flat = [info for sample in found.samples for info in sample]
        (height, width), channels = _survey(archive, flat, order, draft)
        draft.begin("images", (height, len(found.views) * width, channels), n=n)
        draft.views = len(found.views)
        draft.notes.append(f"Views from left to right: {', '.join(found.views)}.")
        step = rows_per_block(height * width * channels * draft.views)
        for start in range(0, n, step):
            block = [info for sample in found.samples[start : start + step] for info in sample]
            pictures = _decoded(archive, block, draft, size=(height, width), channels=channels)
            draft.append(side_by_side(pictures.reshape(-1, draft.views, height, width, channels)))
        if found.attributes is not None:
            pour_table(archive, found.attributes, found.ids, order=order, draft=draft)
    draft.ids().add(found.ids)


def _images(archive: Archive, draft: Draft) -> list[ZipInfo]:
    kept = [info for info in archive.members if not _is_ignored(info.filename.replace("\\", "/"))]
    if ignored := len(archive.members) - len(kept):
        draft.notes.append(f"{ignored} files that systems add (__MACOSX, dot files) were left out.")
    return sorted(kept, key=lambda info: info.filename)


def _is_ignored(name: str) -> bool:
    parts = name.split("/")
    return (
        parts[0] in IGNORED_FOLDERS
        or parts[-1] in IGNORED_FILES
        or any(part.startswith(".") for part in parts)
    )


def _survey(
    archive: Archive, members: list[ZipInfo], order: Order, draft: Draft
) -> tuple[tuple[int, int], int]:
    """Read every header; say the common size (H, W) and number of channels."""
    resize, found = order.options.resize, Counter[str]()
    first: tuple[ZipInfo, Picture] | None = None
    colors = set()
    for info in members:
        picture = inspect(archive.read(info, order.limits.member_bytes), info.filename, order.limits)
        first = first or (info, picture)
        if resize is None and picture.size != first[1].size:
            raise _mixed(first, (info, picture))
        colors.add(picture.color)
        found.update(picture.facts)
    if first is None:
        raise Refused("The archive has no images.", met=0, accepted="PNG, JPEG or WebP images")
    draft.notes += [f"{count} images: {fact}." for fact, count in sorted(found.items())]
    if len(colors) == 2:
        draft.notes.append("Gray and color images are mixed: all became RGB.")
    if resize is not None:
        draft.notes.append(f"Images were resized to {resize[0]} × {resize[1]} (height × width).")
    return resize or first[1].size, 3 if True in colors else 1


def _mixed(one: tuple[ZipInfo, Picture], other: tuple[ZipInfo, Picture]) -> Refused:
    shapes = [
        f"{shown(info.filename)} is {picture.size[0]} × {picture.size[1]}" for info, picture in (one, other)
    ]
    return Refused(
        f"Images differ in size (height × width): {shapes[0]}, {shapes[1]}.",
        met=shapes,
        accepted="images of one size, or the option resize: [height, width]",
        errors=[{"pointer": "/options/resize", "code": "missing"}],
    )


def _pour(
    archive: Archive, members: list[ZipInfo], draft: Draft, *, size: tuple[int, int], channels: int
) -> None:
    step = rows_per_block(size[0] * size[1] * channels)
    for start in range(0, len(members), step):
        draft.append(_decoded(archive, members[start : start + step], draft, size=size, channels=channels))


def _decoded(
    archive: Archive, members: list[ZipInfo], draft: Draft, *, size: tuple[int, int], channels: int
) -> NDArray[np.uint8]:
    """(r, H, W, C)"""
    return np.stack(
        [
            decode(archive.read(info, draft.limits.member_bytes), info.filename, size=size, channels=channels)
            for info in members
        ]
    )


def _without_common_folders(names: list[str]) -> list[str]:
    """Names without the folders that all of them lie in: people zip a folder, not its content."""
    while len({name.split("/", 1)[0] for name in names}) == 1 and all("/" in name for name in names):
        names = [name.split("/", 1)[1] for name in names]
    return names


def _pour_labels(names: list[str], draft: Draft) -> None:
    inside = ["/" in name for name in names]
    if not any(inside):
        return
    if not all(inside):
        alone, grouped = names[inside.index(False)], names[inside.index(True)]
        raise Refused(
            f"Some images lie in folders and some do not: {shown(grouped)}, {shown(alone)}.",
            met=[shown(grouped), shown(alone)],
            accepted="every image in a folder that names its label, or all in one folder",
        )
    draft.label(LABEL).add(np.asarray([name.split("/", 1)[0] for name in names]))
