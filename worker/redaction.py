"""Making a runner's last words fit to be shown to the owner of the job."""

import re
from pathlib import Path

TAIL_CHARACTERS = 4000
_SECRETS = (
    (re.compile(r"://[^\s/@]+@"), "://…@"),
    (re.compile(r"fct_live_\w+"), "fct_live_…"),
    (re.compile(r"(?i)\b(password|secret|token|api_?key)(\s*[=:]\s*)\S+"), r"\1\2…"),
)


def redact(text: str, *, folders: dict[Path, str]) -> str:
    """Cut to the last 4,000 characters, without credentials and without our folders.

    Args:
        text: anything.
        folders: what to write instead of each path.
    """
    for folder, name in folders.items():
        text = text.replace(str(folder), name)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text[-TAIL_CHARACTERS:]
