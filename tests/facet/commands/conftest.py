import pytest
from typer.testing import CliRunner

from facet.cli import cli
from tests.facet.stub import StubServer


@pytest.fixture
def facet(monkeypatch, tmp_path):
    """Runs the command against canned answers, in a home of its own."""
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MODELS_DATABASE_URL", raising=False)
    monkeypatch.delenv("MODELS_STORE_URL", raising=False)

    def run(*arguments, server=None, text=None):
        stub = server or StubServer(AssertionError("no request was expected"))
        for command in ("jobs", "datasets", "methods", "presets"):
            monkeypatch.setattr(f"facet.commands.{command}.connect", lambda _url: stub.client())
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=text)

    return run
