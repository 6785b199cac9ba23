import pytest

from tests.api import rooms

OBJECTS = ("clusters/0", "samples/0", "confusion", "clusters")


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


@pytest.mark.parametrize("part", OBJECTS)
def test_what_a_caller_has_is_not_sent_again(client, made, part):
    first = client.get(f"{made.url}/{part}")
    tag = first.headers["ETag"]
    assert (first.status_code, tag[:3]) == (200, 'W/"')
    again = client.get(f"{made.url}/{part}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["ETag"], again.headers["Cache-Control"]) == (tag, "private, no-cache")
    assert client.head(f"{made.url}/{part}").headers["ETag"] == tag
    assert client.get(f"{made.url}/{part}", headers={"If-None-Match": '"other"'}).content == first.content


def test_another_answer_has_another_tag(client, made):
    tags = {client.get(f"{made.url}/clusters/{index}").headers["ETag"] for index in (0, 1)}
    assert len(tags) == 2


def test_versions_keep_their_own_tag_and_refusals_have_none(client, made):
    model = client.get("/v1/models").json()["data"][0]["links"]["self"]
    assert client.get(model).headers["ETag"].startswith("W/")
    assert not client.get(f"{made.url}/summary").headers["ETag"].startswith("W/")
    assert "ETag" not in client.get(f"{made.url}/clusters/99").headers
