"""The service as a process of its own: what it costs, what it survives, how it stops."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import httpx
import psutil
import pytest
from numpy.lib.format import write_array_header_1_0

from models.settings import ModelsSettings
from models.store import open_store
from tests.servers import die_with_parent, free_port
from tests.source import ROOT

MIB = 2**20
READY_S = 60


class Service:
    """`python -m api` on a fresh database and store."""

    def __init__(self, storage, tmp_path, **env):
        self.port = free_port()
        given = {
            "MODELS_DATABASE_URL": storage.database_url,
            "MODELS_STORE_URL": storage.store_url,
            "WORKER_BROKER_URL": f"filesystem:{tmp_path / 'broker'}",
            "API_PORT": str(self.port),
            **env,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api"],
            cwd=ROOT,
            env={**os.environ, **given},
            stderr=(tmp_path / "api.log").open("w"),
            preexec_fn=die_with_parent,
        )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        self._wait()

    def _wait(self):
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.http.get("/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError("the service did not start")

    @property
    def rss(self):
        return psutil.Process(self.process.pid).memory_info().rss

    def stop(self):
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def shared_storage(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    shutil.copy(sqlite_template, folder / "facet.db")
    return ModelsSettings(
        database_url=f"sqlite:///{folder / 'facet.db'}", store_url=f"file:{folder / 'store'}"
    )


@pytest.fixture(scope="module")
def service(shared_storage, tmp_path_factory):
    """A service that the tests of this file share; those that stop it start their own."""
    service = Service(shared_storage, tmp_path_factory.mktemp("broker"))
    yield service
    service.remove()


@pytest.fixture
def files(shared_storage):
    return open_store(shared_storage.store_url)


def npy_chunks(size_mib):
    """An npy file of about so many MiB, made as it is sent."""

    class Head:
        data = b""

        def write(self, data):
            self.data += data

    head = Head()
    shape = (size_mib * MIB // 1024, 1024)
    write_array_header_1_0(head, {"descr": "|u1", "fortran_order": False, "shape": shape})
    yield head.data
    for block in range(size_mib):
        yield bytes([block % 256]) * MIB


def test_it_idles_in_less_than_150_mib(service):
    assert service.rss < 150 * MIB


def test_a_large_upload_is_never_held_in_memory(service, files):
    before, peak = service.rss, 0

    def watched():
        nonlocal peak
        for chunk in npy_chunks(300):
            peak = max(peak, service.rss)
            yield chunk

    answer = service.http.post(
        "/v1/datasets?name=big", content=watched(), headers={"Content-Type": "application/x-npy"}
    )
    assert answer.status_code == 202
    assert answer.json()["bytes"] > 300 * MIB
    assert peak - before < 100 * MIB
    assert peak < 250 * MIB
    stored = files.size(f"uploads/{answer.json()['id']}")
    assert stored == answer.json()["bytes"]


def raw(service, head, *pieces):
    """Send bytes on a socket of our own; the socket stays open."""
    link = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    link.sendall(head.replace(b"\n", b"\r\n"))
    for piece in pieces:
        link.sendall(piece)
    return link


def leftovers(files):
    return {path for path in files.folder.rglob("*") if path.is_file()}


def test_an_upload_that_breaks_off_leaves_nothing(service, files):
    before = leftovers(files)
    head = b"POST /v1/datasets?name=x HTTP/1.1\nHost: localhost\nContent-Type: text/csv\n"
    raw(service, head + b"Content-Length: 99999999\n\n", b"1,2\n" * MIB).close()
    until(lambda: leftovers(files) == before)
    assert "x" not in [row["name"] for row in service.http.get("/v1/datasets").json()["data"]]


def test_a_chunked_body_over_the_limit_is_refused_before_it_ends(service):
    head = b"POST /v1/jobs HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with raw(service, head + b"Transfer-Encoding: chunked\n\n", *[chunk] * 17) as link:
        assert link.recv(64).startswith(b"HTTP/1.1 413")


def waiting(service):
    line = next(
        line for line in service.http.get("/metrics").text.splitlines() if line.startswith("facet_waiting ")
    )
    return float(line.split()[1])


def until(condition, within_s=20.0):
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


STREAM = b"GET /v1/events HTTP/1.1\nHost: localhost\nAccept: text/event-stream\n\n"


def test_a_reader_that_goes_away_is_forgotten(service):
    with raw(service, STREAM):
        until(lambda: waiting(service) == 1)
    until(lambda: waiting(service) == 0)


def test_what_was_accepted_survives_a_kill_and_a_stop_waits_for_nobody(storage, tmp_path):
    first = Service(storage, tmp_path)
    rows = first.http.post(
        "/v1/datasets?name=x", content=b"1,2\n", headers={"Content-Type": "text/csv"}
    ).json()
    first.remove()
    again = Service(storage, tmp_path)
    try:
        url = f"/v1/datasets/{rows['id']}"
        assert again.http.get(url).json()["name"] == "x"
        poll = f'GET {url} HTTP/1.1\nHost: localhost\nIf-None-Match: "1"\nPrefer: wait=60\n\n'
        with raw(again, poll.encode()), raw(again, STREAM):
            until(lambda: waiting(again) == 2)
            began = time.monotonic()
            again.stop()
            assert time.monotonic() - began < 15
    finally:
        again.remove()


def test_an_api_that_has_read_no_table_has_not_loaded_arrow():
    script = "import sys, api.serve; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
