"""A real service for all tests of the flow, and who speaks to it."""

import httpx
import numpy as np
import pytest

from facet.client import Client
from facet.embedded.home import Home
from facet.embedded.programs import Options
from facet.embedded.service import Service
from tests.flow.halves import LEFT, RIGHT, halves
from tests.servers import free_port


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


@pytest.fixture(scope="module")
def halved(client, tmp_path_factory):
    """A dataset of halves with both of their labels."""
    path = tmp_path_factory.mktemp("files") / "halves.npz"
    np.savez(path, x=halves(), y_left=LEFT, y_right=RIGHT)
    return client.wait_dataset(client.upload(path)["id"], timeout=60)["id"]
