import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import redis
from celery import Celery

from worker import broker
from worker.bell import TIMEOUT_S, Bell
from worker.broker import broker_folder, celery_config, queue_of
from worker.reconnecting import ReconnectingAMQP


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch):
    """Points the app to another broker for one test."""

    def to(url: str) -> Bell:
        monkeypatch.setenv("WORKER_BROKER_URL", url)
        fresh = Celery("facet", amqp=ReconnectingAMQP, set_as_current=False)
        fresh.add_defaults(celery_config)
        monkeypatch.setattr(broker, "app", fresh)
        return Bell()

    return to


def until(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_ring_through_a_folder_lies_there_to_be_heard(connected, tmp_path: Path) -> None:
    bell = connected(f"filesystem:{tmp_path}")
    bell.ring("cpu")
    until(lambda: list((tmp_path / "queue").glob("*.pool.cpu.msg")))
    assert bell.failures == 0


def test_a_ring_through_redis_lies_in_the_queue_of_the_pool(connected, redis_url: str) -> None:
    bell = connected(redis_url)
    bell.ring("gpu")
    with redis.Redis.from_url(redis_url) as client:
        until(lambda: client.llen(queue_of("gpu")) == 1)


def test_a_broker_that_is_away_is_counted(connected) -> None:
    bell = connected("redis://127.0.0.1:1/0")
    bell.ring("cpu")
    until(lambda: bell.failures == 1)


def test_a_broker_that_hangs_is_given_up(connected) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bell = connected(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        bell.ring("cpu")
        until(lambda: bell.failures == 1)


def test_rings_wait_for_no_broker_and_merge_while_it_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    reached, answering, heard = threading.Event(), threading.Event(), []

    def wake(pool: str, timeout_s: float) -> None:
        reached.set()
        heard.append((pool, answering.wait(10)))

    monkeypatch.setattr(broker, "wake", wake)
    bell = Bell()
    bell.ring("cpu")
    assert reached.wait(10)
    for _ in range(100):
        bell.ring("cpu")
    bell.ring("gpu")
    answering.set()
    until(lambda: len(heard) == 3)
    assert heard == [("cpu", True), ("cpu", True), ("gpu", True)]


def test_a_bell_that_was_rung_tells_whether_the_broker_answers(connected, tmp_path: Path) -> None:
    bell = connected("redis://127.0.0.1:1/0")
    assert bell.heard()
    bell.send("cpu")
    assert not bell.heard()
    bell = connected(f"filesystem:{tmp_path}")
    bell.send("cpu")
    assert bell.heard()


def test_a_bell_asks_redis_and_adds_nothing_to_it(connected, redis_url: str) -> None:
    bell = connected(redis_url)
    bell.send("cpu")
    with redis.Redis.from_url(redis_url) as client:
        before = client.llen(queue_of("cpu"))
        assert bell.heard()
        assert client.llen(queue_of("cpu")) == before


def test_the_api_may_import_it_without_the_engine_any_task_or_celery() -> None:
    script = (
        "import sys, worker.bell\n"
        "unwanted = {'celery', 'torch', 'worker.tasks', 'worker.supervisor', 'sqlalchemy'}\n"
        "assert not unwanted & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path.cwd())


def test_the_settings_say_what_broker_it_is() -> None:
    assert broker_folder("filesystem:/srv/broker") == Path("/srv/broker")
    assert broker_folder("redis://localhost/0") is None


def test_no_message_outlives_its_reading_and_no_result_is_kept() -> None:
    config = celery_config()
    assert config["task_acks_late"] is False
    assert config["task_ignore_result"] is True
    assert broker.app.conf.result_backend is None


@pytest.mark.parametrize("broker_kind", ["folder", "redis"])
def test_bells_that_nobody_reads_do_not_pile_up(
    connected,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    broker_kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = request.getfixturevalue("redis_url") if broker_kind == "redis" else f"filesystem:{tmp_path}"
    monkeypatch.setattr(broker, "UNREAD_CAP", 3)
    bell = connected(url)
    for _ in range(10):
        bell.send("cpu")
    with broker.connect(TIMEOUT_S) as connection:
        assert connection.default_channel.queue_declare(queue=queue_of("cpu")).message_count == 3
    assert bell.failures == 0
