"""`facet up` as a user meets it: a process that is started, disturbed and stopped."""

import signal
import socket
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from tests.processes import surviving
from tests.servers import free_port


@pytest.fixture
def start(tmp_path):
    started = []

    def run(*options):
        command = [sys.executable, "-m", "facet", "up", "--home", str(tmp_path / "home"), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_until_ready(url, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stdout.read()
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("not ready after 60 s")


def descendants(process):
    return psutil.Process(process.pid).children(recursive=True)


def test_an_interrupt_stops_everything(start):
    port = free_port()
    first = start("--port", str(port))
    wait_until_ready(f"http://127.0.0.1:{port}", first)

    second = start("--port", str(free_port()))
    assert second.wait(30) == 1
    assert f"process {first.pid}" in second.stdout.read().replace("\n", " ")

    api = next(child for child in descendants(first) if child.cmdline()[-2:] == ["-m", "api"])
    api.kill()
    api.wait(10)
    wait_until_ready(f"http://127.0.0.1:{port}", first)

    everything = descendants(first)
    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 0
    assert surviving(everything, within_s=1) == []
    assert "api ended with -9" in first.stdout.read()


def test_nothing_survives_a_kill(start):
    port = free_port()
    process = start("--port", str(port))
    wait_until_ready(f"http://127.0.0.1:{port}", process)
    everything = descendants(process)
    process.kill()
    assert surviving(everything, within_s=10) == []


def test_an_open_door_without_a_key_is_refused(start):
    process = start("--host", "0.0.0.0", "--port", str(free_port()))
    assert process.wait(60) == 1
    assert "facet admin keys create" in process.stdout.read()


def test_a_taken_port_is_refused_by_name(start):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        process = start("--port", str(port))
        assert process.wait(30) == 1
        assert f"127.0.0.1:{port}" in process.stdout.read()
