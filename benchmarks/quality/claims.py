"""What has to hold of a table, a sentence a claim."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

VERDICTS = {True: "holds", False: "MISSED", None: "not measured"}
Row = dict[str, Any]
Rows = Mapping[str, Row]


class Claim(NamedTuple):
    """Something said about the rows of some cells."""

    text: str
    needs: tuple[str, ...]
    """Names of the cells that it compares."""
    margin: Callable[[Rows], float | None]
    """By how much it holds, given the rows by cell; negative if it does not, None if a figure is missing."""


def verdict(claims: Iterable[Claim], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Every claim, by how much it holds, and whether; None where a figure that it needs is missing.

    Cells are compared only where they have the same number of seeds.
    """
    known = {row["cell"]: row for row in rows}
    found = []
    for claim in claims:
        margin = claim.margin(known) if _comparable(claim, known) else None
        found.append(
            {"claim": claim.text, "margin": margin, "holds": None if margin is None else bool(margin >= 0)}
        )
    return found


def _comparable(claim: Claim, rows: Rows) -> bool:
    if any(cell not in rows for cell in claim.needs):
        return False
    return all(rows[cell]["seeds"] == rows[claim.needs[0]]["seeds"] for cell in claim.needs)


def sentences(found: Iterable[dict[str, Any]]) -> list[str]:
    """A line a claim of a verdict."""
    return [
        f"{VERDICTS[each['holds']]}: {each['claim']}"
        + ("" if each["margin"] is None else f" (margin {each['margin']:+.3g})")
        for each in found
    ]
