import os
import time
from pathlib import Path

import pytest
from kombu.connection import Connection

from worker.folder_transport import Transport, purge_processed, transport_options


def connect(folder: Path) -> Connection:
    return Connection(
        "filesystem://localhost//", transport=Transport, transport_options=transport_options(folder)
    )


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_message_arrives_once_and_whole(tmp_path: Path) -> None:
    with connect(tmp_path) as sender, connect(tmp_path) as receiver:
        sender.Producer().publish({"pool": "cpu"}, routing_key="pool.cpu")
        (name,) = names(tmp_path / "queue")
        assert name.endswith(".pool.cpu.msg")
        message = receiver.default_channel.basic_get("pool.cpu", no_ack=True)
        assert message.payload == {"pool": "cpu"}
        assert receiver.default_channel.basic_get("pool.cpu", no_ack=True) is None


def test_a_half_written_message_is_not_seen(tmp_path: Path) -> None:
    with connect(tmp_path) as receiver:
        (tmp_path / "queue" / "1_x.pool.cpu.msg.draft").write_text("{")
        assert receiver.default_channel.basic_get("pool.cpu", no_ack=True) is None


def test_old_messages_are_purged_whether_they_were_read_or_not(tmp_path: Path) -> None:
    transport_options(tmp_path)
    for name in (
        "processed/1_x.reply.msg",
        "queue/2_x.reply.msg",
        "queue/3_x.pool.cpu.msg",
        "processed/4_x.pool.cpu.msg",
    ):
        (tmp_path / name).touch()
    now_s = (tmp_path / "processed/4_x.pool.cpu.msg").stat().st_mtime + 100
    assert purge_processed(tmp_path, older_than_s=200, now_s=now_s) == 0
    assert purge_processed(tmp_path, older_than_s=50, now_s=now_s) == 4
    assert names(tmp_path / "queue") == names(tmp_path / "processed") == []


def test_a_message_that_is_fetched_meanwhile_does_not_stop_the_purge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport_options(tmp_path)
    (tmp_path / "queue/1_x.pool.cpu.msg").touch()
    listed = list(os.scandir(tmp_path / "queue"))
    (tmp_path / "queue/1_x.pool.cpu.msg").unlink()
    monkeypatch.setattr(os, "scandir", lambda folder: listed if folder.name == "queue" else [])
    assert purge_processed(tmp_path, older_than_s=0, now_s=time.time() + 1) == 0
