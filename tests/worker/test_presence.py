import time

import pytest

from models import workers
from models.store import Store
from models.worker import Worker, WorkerState
from tests.worker.house import House
from tests.worker.test_supervisor import Scene
from worker.presence import Presence


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, pool="gpu", gpu_memory_gib=8)


def names(house: House) -> list[str]:
    with house.database.read() as session:
        return [worker.name for worker in workers.online(session, "gpu")]


def test_a_worker_is_seen_in_its_pool_and_says_when_it_drains(house: House, scene: Scene) -> None:
    presence = Presence(scene.station)
    presence.report()
    assert names(house) == ["w1"]
    scene.station.shift.end()
    presence.report()
    with house.database.read() as session:
        seen = session.get_one(Worker, "w1")
    assert (seen.state, seen.memory_gib) == (WorkerState.DRAINING, 8)


@pytest.mark.parametrize(("free", "state"), [(0.04, "storage_full"), (0.06, "online"), (None, "online")])
def test_a_worker_without_disk_space_says_so(
    house: House, scene: Scene, monkeypatch: pytest.MonkeyPatch, free: float | None, state: str
) -> None:
    monkeypatch.setattr(Store, "free_fraction", lambda _: free)
    Presence(scene.station).report()
    with house.database.read() as session:
        assert session.get_one(Worker, "w1").state == state


def test_it_says_goodbye_when_it_has_drained_and_leaves_nothing(house: House, scene: Scene) -> None:
    shift = scene.station.shift
    shift.begin_wake()
    Presence(scene.station).start()
    shift.end()
    time.sleep(0.3)
    assert not shift.left()
    shift.end_wake()
    deadline = time.monotonic() + 10
    while not shift.left():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert names(house) == []
    with house.database.read() as session:
        assert session.get_one(Worker, "w1").state == WorkerState.DRAINING
    assert not scene.station.den.folder.exists()
