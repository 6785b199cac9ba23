from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.house import House, furnish


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    house = furnish(tmp_path, sqlite_url)
    yield house
    house.database.dispose()
