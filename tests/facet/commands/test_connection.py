from facet.client import DEFAULT_URL
from facet.commands.connection import connect
from facet.embedded.home import Home, HomeLock


def test_a_service_that_runs_in_the_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("FACET_HOME", str(tmp_path))
    monkeypatch.delenv("FACET_URL", raising=False)
    assert connect().url == DEFAULT_URL
    lock = HomeLock(Home(tmp_path))
    lock.write("http://127.0.0.1:8123")
    assert connect().url == "http://127.0.0.1:8123"
    assert connect("http://lab:1").url == "http://lab:1"
    lock.release()
