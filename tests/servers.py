"""Real servers for tests: PostgreSQL and Redis from the machine's own binaries, on free ports."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path

import psycopg
import pytest

READY_S = 30.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
PORTS = range(10_000, 16_000)
"""Below those that the kernel gives to whoever asks for any."""


def free_port() -> int:
    """A port that nobody listens on, and that no other test gets while this process lives."""
    return next(port for port in PORTS if _taken(port))


def _taken(port: int) -> bool:
    """Whether we got the port: who holds its name among the abstract sockets has it, as long as he lives."""
    with socket.socket(socket.AF_UNIX) as name, socket.socket() as probe:
        try:
            name.bind(f"\0facet-tests-port-{port}")
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        name.detach()
        return True


def missing(binary: str, package: str) -> None:
    """Skip the test for want of a package; fail it where tests must not be skipped for that."""
    reason = f"{binary} is not on this machine; install the package {package}"
    if os.environ.get("FACET_TESTS_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def find_postgresql() -> Path:
    """The folder of PostgreSQL's programs, the newest version if there are several."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    found = newest[-1] if newest else shutil.which("initdb")
    if found is None:
        missing("initdb", "postgresql")
    return Path(str(found)).parent


def find_redis() -> str:
    """The path of redis-server."""
    found = shutil.which("redis-server")
    if found is None:
        missing("redis-server", "redis-server")
    return str(found)


def die_with_parent() -> None:
    """In a child before exec: be killed when the test process ends, however that ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server(ABC):
    """A server process that works in a temporary folder of its own."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"facet-{name}-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self, command: list[str | Path], user: str | None = None) -> None:
        """Start the process, whose output goes to `server.log`, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, user=user, stdout=log, stderr=log, preexec_fn=die_with_parent
            )
        self._await_answer()

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server serves."""

    def _await_answer(self) -> None:
        deadline = time.monotonic() + READY_S
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text())
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Stop the server with this signal."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=READY_S)
            self.process = None

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQL(Server):
    """A server of its own in a temporary folder; it keeps its data over stop and start."""

    def __init__(self) -> None:
        self.programs = find_postgresql()
        super().__init__("postgresql")
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def url(self, database: str = "postgres") -> str:
        """The URL of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.spawn([self.programs / "postgres", "-D", "data", *options], self._user)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop the server: SIGQUIT at once and without cleaning up, SIGINT in good order."""
        super().stop(how)

    def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction, in the database `postgres`."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, *arguments]
        subprocess.run(command, cwd=self.folder, user=self._user, check=True, capture_output=True)

    def answers(self) -> bool:
        """Whether the server lets somebody in."""
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
            return True
        except psycopg.OperationalError:
            return False


class Redis(Server):
    """A Redis server of its own that keeps nothing on disk."""

    def __init__(self) -> None:
        self.program = find_redis()
        super().__init__("redis")

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.spawn([self.program, *options])

    def answers(self) -> bool:
        """Whether the server says PONG."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
