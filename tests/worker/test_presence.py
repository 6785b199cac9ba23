from models import workers
from models.worker import Worker, WorkerState
from tests.worker.house import House
from worker.presence import Presence
from worker.settings import WorkerSettings
from worker.shift import Shift


def test_a_worker_is_seen_in_its_pool_and_says_when_it_drains(house: House) -> None:
    shift = Shift()
    presence = Presence(house.database, WorkerSettings(name="w1", pool="gpu", gpu_memory_gib=8), shift)
    presence.report()
    with house.database.read() as session:
        (seen,) = workers.online(session, "gpu")
    assert (seen.name, seen.memory_gib) == ("w1", 8)
    shift.end()
    presence.report()
    with house.database.read() as session:
        assert session.get_one(Worker, "w1").state is WorkerState.DRAINING
