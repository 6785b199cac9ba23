from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.harness import Harness
from tests.worker.house import House, build


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/chaos" in str(item.path):
            item.add_marker(pytest.mark.chaos)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(tmp_path)


@pytest.fixture
def harness(house: House) -> Iterator[Harness]:
    with Harness(house) as harness:
        yield harness
