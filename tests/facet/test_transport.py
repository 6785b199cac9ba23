import httpx
import pytest

from facet.errors import ConflictError, NotFoundError, RefusedError, ServerError, UnreachableError
from facet.transport import RETRIES, Call
from tests.facet.stub import StubServer, problem

OK = httpx.Response(200, json={})


def test_a_key_travels_as_a_bearer_token():
    server = StubServer(OK)
    server.transport("fct_live_x_y").send(Call("GET", "/v1/me"))
    assert server.requests[0].headers["Authorization"] == "Bearer fct_live_x_y"


def test_all_attempts_of_a_post_carry_one_idempotency_key_and_two_posts_carry_two():
    server = StubServer(httpx.ConnectError("refused"), problem(503, "unavailable"), OK)
    transport = server.transport()
    transport.send(Call("POST", "/v1/jobs", json={}))
    transport.send(Call("POST", "/v1/jobs", json={}))
    keys = [request.headers["Idempotency-Key"] for request in server.requests]
    assert len(keys) == 4
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_a_get_carries_no_idempotency_key():
    server = StubServer(OK)
    server.transport().send(Call("GET", "/v1/jobs"))
    assert "Idempotency-Key" not in server.requests[0].headers


def test_retry_after_is_honored():
    server = StubServer(problem(429, "slow_down", {"Retry-After": "7"}), OK)
    server.transport().send(Call("GET", "/v1/jobs"))
    assert server.slept == [7.0]


def test_retry_after_is_never_believed_beyond_a_minute():
    server = StubServer(problem(503, "unavailable", {"Retry-After": "86400"}), OK)
    server.transport().send(Call("GET", "/v1/jobs"))
    assert server.slept == [60.0]


def test_a_conflict_is_not_asked_again():
    server = StubServer(problem(409, "already_finished"))
    with pytest.raises(ConflictError) as caught:
        server.transport().send(Call("POST", "/v1/jobs/job_1/cancel"))
    assert caught.value.code == "already_finished"
    assert len(server.requests) == 1


def test_an_outage_ends_in_a_server_error_after_the_last_attempt():
    server = StubServer(problem(503, "unavailable"))
    with pytest.raises(ServerError):
        server.transport().send(Call("GET", "/v1/jobs"))
    assert len(server.requests) == RETRIES + 1


def test_silence_ends_in_unreachable_after_the_last_attempt():
    server = StubServer(httpx.ReadTimeout("slow"))
    with pytest.raises(UnreachableError, match=r"facet\.test does not answer"):
        server.transport().send(Call("GET", "/v1/jobs"))
    assert len(server.requests) == RETRIES + 1


def test_pauses_grow_but_stay_bounded():
    server = StubServer(httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError):
        server.transport().send(Call("GET", "/"))
    assert all(slept <= 0.25 * 2**tried <= 8 for tried, slept in enumerate(server.slept))


def test_a_refusal_shows_every_field_that_is_wrong():
    wrong = [{"pointer": "/spec/n_clusters", "message": "must be at least 2"}]
    server = StubServer(problem(422, "invalid", errors=wrong, hint="Read /v1/methods/dcn."))
    with pytest.raises(RefusedError) as caught:
        server.transport().send(Call("POST", "/v1/jobs"))
    assert "/spec/n_clusters: must be at least 2" in str(caught.value)
    assert "Read /v1/methods/dcn." in str(caught.value)


def test_nothing_is_said_twice():
    wrong = [{"pointer": "/spec/epochs", "message": "not permitted"}]
    answer = httpx.Response(
        422, json={"code": "invalid", "detail": "/spec/epochs: not permitted", "errors": wrong}
    )
    with pytest.raises(RefusedError) as caught:
        StubServer(answer).transport().send(Call("POST", "/v1/jobs"))
    assert str(caught.value) == "/spec/epochs: not permitted"


def test_an_answer_that_is_not_a_problem_still_raises():
    server = StubServer(httpx.Response(502, text="<html>bad gateway</html>"))
    with pytest.raises(ServerError, match="bad gateway"):
        server.transport().send(Call("GET", "/"))


def test_a_download_appears_whole(tmp_path):
    server = StubServer(httpx.Response(200, content=b"x" * 100))
    path = server.transport().download("/file", tmp_path / "new" / "file.bin", params={})
    assert path.read_bytes() == b"x" * 100
    assert list(path.parent.iterdir()) == [path]


def test_a_refused_download_leaves_nothing(tmp_path):
    server = StubServer(problem(404, "not_found"))
    with pytest.raises(NotFoundError):
        server.transport().download("/file", tmp_path / "file.bin", params={})
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_breaks_starts_again(tmp_path):
    def broken():
        yield b"half"
        raise httpx.ReadError("gone")

    server = StubServer(
        lambda _: httpx.Response(200, content=broken()), httpx.Response(200, content=b"whole")
    )
    assert server.transport().download("/file", tmp_path / "file", params={}).read_bytes() == b"whole"
