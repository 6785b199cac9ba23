"""I5: one key, one object; one upload, one dataset."""

import json
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Base
from models.dataset import Dataset, DatasetState
from models.fsck.violation import Violation
from models.idempotency_record import IdempotencyRecord
from models.job import Job

TABLES: dict[str, type[Base]] = {"job": Job, "ds": Dataset}


def check(session: Session) -> Iterator[Violation]:
    """Violations of I5 that rows alone show."""
    for record in session.scalars(select(IdempotencyRecord)):
        made = record.body.get("id") if isinstance(record.body, dict) else None
        table = TABLES.get(str(made).partition("_")[0])
        if table is not None and session.get(table, made) is None:
            yield Violation("I5", record.key, f"answered with {made}, which does not exist")
    live = select(Dataset).where(Dataset.state.in_([DatasetState.READY, DatasetState.VALIDATING]))
    uploads = Counter(
        (row.project_id, row.upload_sha256, row.format, json.dumps(row.options, sort_keys=True))
        for row in session.scalars(live)
    )
    for (project_id, digest, *_), count in uploads.items():
        if count > 1:
            yield Violation("I5", project_id, f"{count} datasets of one upload {digest}")
