from pathlib import Path

from worker.redaction import redact


def test_credentials_and_folders_are_not_shown() -> None:
    text = "at /srv/scratch/dens/1-2/job: postgres://me:hunter2@db/x token=abc fct_live_0123_secret"
    shown = redact(text, folders={Path("/srv/scratch"): "<scratch>"})
    assert shown == "at <scratch>/dens/1-2/job: postgres://…@db/x token=… fct_live_…"


def test_the_end_is_kept() -> None:
    shown = redact("a" * 5000 + "end", folders={})
    assert len(shown) == 4000
    assert shown.endswith("end")
