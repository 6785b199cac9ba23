import pytest

from facet.embedded.home import Home
from facet.embedded.programs import Options
from facet.embedded.service import Service, free_port
from facet.errors import FacetError


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80")],
)
def test_the_address_is_one_that_this_machine_can_reach(tmp_path, host, url):
    assert Service(Home(tmp_path), Options(host=host, port=80)).url == url


def test_a_database_that_cannot_be_reached_is_an_error_of_ours_and_frees_the_home(tmp_path):
    options = Options(port=free_port(), database_url="postgresql://nobody@127.0.0.1:1/none")
    for _ in range(2):
        with pytest.raises(FacetError, match="could not be migrated"):
            Service(Home(tmp_path), options).start()


def test_free_ports_are_free():
    assert free_port() > 1024
