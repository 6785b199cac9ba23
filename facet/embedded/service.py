"""Start every process, keep them alive, stop them all."""

import signal
import socket
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import httpx

from facet.embedded.child import Child
from facet.embedded.home import Home, HomeLock
from facet.embedded.programs import Options, environment, programs
from facet.errors import FacetError

STOP_S = 10.0
READY_S = 60.0


class Service:
    """An embedded service, as a context manager: ready inside, gone after."""

    def __init__(self, home: Home, options: Options, *, say: Callable[[str], None] = lambda _: None) -> None:
        self.home = home
        self.options = options
        self._say = say
        self._lock: HomeLock | None = None
        self.children = [Child(program, home.logs) for program in programs(home, options)]

    @property
    def url(self) -> str:
        """Address of the API as a client on this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.options.host, self.options.host)
        return f"http://[{host}]:{self.options.port}" if ":" in host else f"http://{host}:{self.options.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Take the home, migrate its database, start the API and, once it is ready, the rest.

        Raises:
            FacetError: the home or the port is taken, the migration failed, or the service did not get ready.
        """
        self._lock = HomeLock(self.home)
        try:
            _refuse_taken(self.options)
            self._migrate()
            self._lock.write(self.url)
            api, *others = self.children
            api.start()
            self._wait_ready(api)
            for child in others:
                child.start()
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Restart what died."""
        for child in self.children:
            happened = child.check()
            if happened:
                self._say(happened)

    def stop(self) -> None:
        """Stop every process, within seconds and with nothing left behind."""
        deadline = time.monotonic() + STOP_S
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait(deadline)
        for child in self.children:
            child.kill()
        if self._lock:
            self._lock.release()
            self._lock = None

    def _migrate(self) -> None:
        from alembic.util import CommandError
        from sqlalchemy.exc import SQLAlchemyError

        from migrations.apply import upgrade

        try:
            upgrade(environment(self.home, self.options)["MODELS_DATABASE_URL"])
        except (SQLAlchemyError, CommandError) as error:
            raise FacetError(
                f"The database could not be migrated: {error}", code="migration_failed"
            ) from error

    def _wait_ready(self, api: Child) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if api.check():
                raise FacetError(f"The API did not start:\n{api.tail()}", code="start_failed")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5.0).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise FacetError(f"Not ready after {READY_S:g} s:\n{api.tail()}", code="start_failed")


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on now."""
    with socket.create_server((host, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _refuse_taken(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        socket.create_server((options.host, options.port), family=family).close()
    except OSError as error:
        raise FacetError(
            f"Cannot listen on {options.host}:{options.port}: {error.strerror}. Give another --port.",
            code="port_in_use",
        ) from error


def interrupt_once() -> None:
    """Turn the first SIGINT, SIGTERM or SIGHUP into KeyboardInterrupt and ignore the rest."""
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in ending:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ending:
        signal.signal(number, interrupt)
