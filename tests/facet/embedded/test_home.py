import os

import pytest

from facet.embedded.home import Home, HomeLock
from facet.errors import FacetError


def test_a_second_service_in_a_home_is_refused_with_the_address_of_the_first(tmp_path):
    first = HomeLock(Home(tmp_path))
    first.write("http://127.0.0.1:8123")
    with pytest.raises(FacetError, match=rf"http://127.0.0.1:8123, process {os.getpid()}"):
        HomeLock(Home(tmp_path))
    first.release()


def test_a_released_home_can_be_taken_again(tmp_path):
    HomeLock(Home(tmp_path)).release()
    HomeLock(Home(tmp_path)).release()


def test_a_new_home_is_open_to_its_owner_alone(tmp_path):
    HomeLock(Home(tmp_path / "new")).release()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_what_a_dead_service_wrote_is_not_believed(tmp_path):
    lock = HomeLock(Home(tmp_path))
    lock.write("http://127.0.0.1:8123")
    assert Home(tmp_path).running()["url"] == "http://127.0.0.1:8123"
    lock.release()
    assert Home(tmp_path).running() is None


def test_asking_an_empty_folder_changes_nothing(tmp_path):
    assert Home(tmp_path).running() is None
    assert list(tmp_path.iterdir()) == []


def test_the_home_is_the_option_then_the_environment_then_a_folder_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Home.of().path == tmp_path / "facet-data"
    monkeypatch.setenv("FACET_HOME", "/srv/facet")
    assert str(Home.of().path) == "/srv/facet"
    assert Home.of("here").path == tmp_path / "here"
