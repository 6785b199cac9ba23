import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from api import streams
from models import events, lifecycle, projects
from tests.api import rooms

STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


def parse(text):
    """The messages of a stream: {id, event, data} each; comments are left out."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    messages = []
    for block in blocks:
        lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        messages.append({name: value for name, _, value in lines})
    return [message for message in messages if "event" in message]


def test_events_are_listed_in_order_and_paged_by_number(client, made):
    seen, url = [], "/v1/events?limit=3"
    while url:
        page = client.get(url).json()
        seen += page["data"]
        url = page["next"]
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert [event["type"] for event in seen][-1] == "job.succeeded"
    assert seen[0]["object"] == made.dataset


def test_a_jobs_events_are_its_own(client, made):
    types = [event["type"] for event in client.get(f"/v1/jobs/{made.job}/events").json()["data"]]
    assert types[0] == "job.queued"
    assert types[-1] == "job.succeeded"
    assert not [type_ for type_ in types if type_.startswith("dataset.")]


def test_a_jobs_stream_replays_from_the_start_and_ends(client, made):
    answer = client.get(f"/v1/jobs/{made.job}/events", headers=STREAM)
    messages = parse(answer.text)
    listed = client.get(f"/v1/jobs/{made.job}/events").json()["data"]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "retry: 3000" in answer.text
    assert [message["event"] for message in messages] == [event["type"] for event in listed] + ["end"]
    assert [int(message["id"]) for message in messages[:-1]] == [event["seq"] for event in listed]


def test_a_cut_stream_is_taken_up_without_gaps_or_repeats(client, made):
    whole = parse(client.get(f"/v1/jobs/{made.job}/events", headers=STREAM).text)
    for place, message in enumerate(whole[:-2]):
        headers = {**STREAM, "Last-Event-ID": message["id"]}
        rest = parse(client.get(f"/v1/jobs/{made.job}/events", headers=headers).text)
        assert rest == whole[place + 1 :]


def test_a_stream_taken_up_after_the_end_ends_at_once(client, made):
    whole = parse(client.get(f"/v1/jobs/{made.job}/events", headers=STREAM).text)
    headers = {**STREAM, "Last-Event-ID": whole[-1]["id"]}
    rest = parse(client.get(f"/v1/jobs/{made.job}/events", headers=headers).text)
    assert [message["event"] for message in rest] == ["end"]


def test_a_stream_follows_a_job_to_its_end(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))

    def work():
        lease = rooms.claimed(db, job)
        for step in range(5):
            rooms.progressed(db, lease, step, loss=1.0)
        rooms.ended(db, lease)

    threading.Timer(0.05, work).start()
    messages = parse(client.get(f"/v1/jobs/{job}/events", headers=STREAM).text)
    listed = client.get(f"/v1/jobs/{job}/events").json()["data"]
    assert [int(message["id"]) for message in messages[:-1]] == [event["seq"] for event in listed]
    assert messages[-2]["event"] == "job.succeeded"
    assert messages[-1]["event"] == "end"


def test_a_stream_asks_nothing_of_the_database_when_other_jobs_move(client, db, files, monkeypatch):
    over, asked = streams._over, []
    monkeypatch.setattr(streams, "_over", lambda *args: asked.append(args) or over(*args))
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    lease = rooms.claimed(db, job)
    other = rooms.queued_job(db, rooms.ready_dataset(db, files, name="others"))

    def work():
        others = rooms.claimed(db, other)
        for step in range(5):
            rooms.progressed(db, others, step)
            time.sleep(0.05)
        rooms.ended(db, lease)

    threading.Timer(0.05, work).start()
    messages = parse(client.get(f"/v1/jobs/{job}/events", headers=STREAM).text)
    assert [message["event"] for message in messages[-2:]] == ["job.succeeded", "end"]
    assert len(asked) == 1


def test_long_histories_are_replayed_in_full(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    with db.write() as session:
        project = projects.by_name(session, "default")
        for number in range(1100):
            other = None if number % 2 else job
            events.append(session, project.id, "job.progress", job_id=other, data={"n": number})
        lifecycle.cancel(session, project.id, job)
        session.commit()
    messages = parse(client.get(f"/v1/jobs/{job}/events", headers=STREAM).text)
    assert len(messages) == 1 + 550 + 1 + 1


def test_what_is_no_longer_kept_is_410_with_where_to_go_on(client, db, made):
    with db.write() as session:
        events.trim(session, before=datetime.now(UTC) + timedelta(hours=1))
        project = projects.by_name(session, "default")
        seq = events.append(session, project.id, "job.queued", job_id=made.job, data={}).seq
        session.commit()
    answer = client.get("/v1/events?after_seq=1")
    assert (answer.status_code, answer.json()["code"]) == (410, "gap")
    assert answer.json()["resume_after_seq"] == seq - 1
    assert client.get(f"/v1/events?after_seq={seq - 1}").json()["data"][0]["seq"] == seq
    assert (
        client.get(f"/v1/jobs/{made.job}/events", headers={**STREAM, "Last-Event-ID": "1"}).status_code == 410
    )


def test_the_stream_of_a_job_whose_events_are_no_longer_kept_ends_at_once(client, db, made):
    with db.write() as session:
        events.trim(session, before=datetime.now(UTC) + timedelta(hours=1))
        session.commit()
    messages = parse(client.get(f"/v1/jobs/{made.job}/events", headers=STREAM).text)
    assert [message["event"] for message in messages] == ["end"]


def test_a_place_that_is_no_number_is_400(client):
    assert client.get("/v1/events", headers={"Last-Event-ID": "x"}).status_code == 400


def test_events_of_another_project_are_not_seen(client, made, key_of):
    assert client.get("/v1/events", headers=key_of("other")).json()["data"] == []
