"""Identifiers: `<prefix>_<26-character ULID>`, ordered by time of creation."""

from datetime import datetime
from typing import Literal

from ulid import ULID

Prefix = Literal["prj", "ds", "job", "mdl", "key", "clg"]


def new_id(prefix: Prefix, *, at: datetime | None = None) -> str:
    """A fresh identifier; `at` (aware) is the moment it sorts by, else this host's clock."""
    ulid = ULID() if at is None else ULID.from_datetime(at)
    return f"{prefix}_{ulid}"


def made_at(identifier: str) -> datetime:
    """The moment that an identifier sorts by. Raises ValueError if it is none."""
    return ULID.from_str(identifier.rpartition("_")[2]).datetime
