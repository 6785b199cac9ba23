from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.house import House, furnish
from tests.worker.scene import Scene


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    house = furnish(tmp_path, sqlite_url)
    yield house
    house.database.dispose()


@pytest.fixture
def scene(house: House) -> Iterator[Scene]:
    scene = Scene(house)
    yield scene
    scene.station.warm.dismiss()
