"""What an operator finds in the logs: one JSON object a line, with the ids to follow a job by."""

import json

from tests.chaos.harness import Harness, until
from tests.worker.house import SPEC, furnish


def lines(process):
    """What a process has said, as objects; only Python's own warnings at the start are no objects."""
    return [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]


def test_request_job_and_attempt_can_be_followed_through_the_logs(tmp_path, sqlite_url):
    with Harness(furnish(tmp_path, sqlite_url)) as harness:
        api, worker = harness.api(), harness.worker()
        body = {"dataset": harness.house.dataset(), "spec": SPEC}
        job_id = api.post("/v1/jobs", json=body, headers={"X-Request-Id": "asked-by-a-test"}).json()["id"]
        until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")
        of_job = [line for line in lines(worker) if line.get("job_id") == job_id]
        assert {line["attempt"] for line in of_job} == {1}
        assert {"runner.ended", "job.ended"} & {line["event"] for line in of_job}
        accepted = [line for line in lines(api.process) if line["event"] == "job.accepted"]
        assert [(line["request_id"], line["job_id"]) for line in accepted] == [("asked-by-a-test", job_id)]
        assert all("timestamp" in line and "level" in line for line in [*of_job, *accepted])
