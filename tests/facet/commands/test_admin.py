import re

import pytest

from facet.errors import FacetError


@pytest.fixture
def database(facet):
    assert facet("migrate").exit_code == 0


def test_a_key_is_shown_once_and_lets_its_holder_in(facet, database):
    made = facet("admin", "keys", "create", "alice", "--project", "lab", "--days", "30")
    token = made.output.strip()
    assert re.fullmatch(r"fct_live_[0-9A-Z]{26}_[\w-]{43}", token)
    listed = facet("admin", "keys", "list", "--project", "lab").output
    assert "alice" in listed
    assert token.split("_", 3)[3] not in listed


def test_a_revoked_key_is_listed_as_such(facet, database):
    facet("admin", "keys", "create", "alice")
    key = re.search(r"key_\w+", facet("admin", "keys", "list").output)[0]
    assert facet("admin", "keys", "revoke", key).exit_code == 0
    assert re.search(rf"{key} .*20\d\d-", facet("admin", "keys", "list").output)


def test_an_unknown_scope_is_refused_with_the_known_ones(facet, database):
    run = facet("admin", "keys", "create", "alice", "--scope", "everything")
    assert isinstance(run.exception, FacetError)
    assert "jobs:read" in str(run.exception)


def test_an_unknown_project_or_key_is_an_error_of_ours(facet, database):
    assert facet("admin", "keys", "list", "--project", "nobody").exception.code == "not_found"
    assert facet("admin", "keys", "revoke", "key_nobody").exception.code == "not_found"


def test_a_database_without_tables_says_what_to_run(facet, tmp_path):
    assert "facet migrate" in str(facet("admin", "keys", "list").exception)
