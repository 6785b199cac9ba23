"""`Prefer: wait=n` (RFC 7240): how long a caller will wait for an answer."""

import re
from typing import Annotated

from fastapi import Depends, Header

MAX_WAIT_S = 60.0
WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?")


def _wait_s(
    prefer: Annotated[str | None, Header(description="`wait=n`: wait up to n ≤ 60 seconds.")] = None,
) -> float:
    found = WAIT.search(prefer or "")
    return min(float(found[1]), MAX_WAIT_S) if found else 0.0


WaitS = Annotated[float, Depends(_wait_s)]


def applied(wait_s: float) -> dict[str, str]:
    """The header that tells a caller that its wish was heard."""
    return {"Preference-Applied": f"wait={wait_s:.0f}"} if wait_s else {}
