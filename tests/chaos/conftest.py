from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.harness import Harness
from tests.pace import FULL
from tests.worker.house import furnish


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/chaos" in str(item.path):
            item.add_marker(pytest.mark.chaos)
            if FULL:
                item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture
def harness(tmp_path: Path, sqlite_url: str) -> Iterator[Harness]:
    with Harness(furnish(tmp_path, sqlite_url)) as harness:
        yield harness
