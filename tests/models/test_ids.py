"""models.ids: identifiers that sort by time."""

import re
from datetime import UTC, datetime, timedelta

from models.ids import made_at, new_id


def test_an_id_is_a_prefix_and_a_ulid():
    assert re.fullmatch(r"job_[0-9A-HJKMNP-TV-Z]{26}", new_id("job"))
    assert new_id("job") != new_id("job")


def test_ids_sort_by_the_moment_given():
    start = datetime(2026, 11, 22, tzinfo=UTC)
    ids = [new_id("ds", at=start + timedelta(milliseconds=step)) for step in range(100)]
    assert ids == sorted(ids)


def test_an_id_tells_when_it_was_made():
    moment = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    assert made_at(new_id("ds", at=moment)) == moment
