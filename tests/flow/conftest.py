"""A real service for all tests of the flow, and who speaks to it."""

import httpx
import pytest

from facet.client import Client
from facet.embedded.home import Home
from facet.embedded.programs import Options
from facet.embedded.service import Service, free_port


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    home = Home.of(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WORKER_DEVICES", "2")
        with Service(home, Options(port=free_port())) as running:
            yield running


@pytest.fixture(scope="session")
def client(service):
    with Client(service.url) as connected:
        yield connected


@pytest.fixture(scope="session")
def http(service):
    with httpx.Client(base_url=service.url, timeout=30) as connected:
        yield connected
