import io
import json
import subprocess
import sys
from pathlib import Path

from clustering import run
from worker.messages import Ready
from worker.speaker import Speaker


def progress(epoch: int) -> run.Progress:
    return run.Progress("s", 0, 1, epoch, 9, epoch, 0.5, None, None)


def said(pipe: io.BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in pipe.getvalue().splitlines()]


def test_of_many_steps_only_the_first_speaks_at_once_and_points_gather() -> None:
    pipe = io.BytesIO()
    speaker = Speaker(pipe)
    for step in range(1000):
        speaker.hear(progress(step))
        speaker.hear(run.Metrics(step, "s", step, {"loss": 1.0}))
    speaker.flush()
    kinds = [message["type"] for message in said(pipe)]
    assert kinds.count("progress") <= 10
    points = [point for message in said(pipe) if message["type"] == "metrics" for point in message["points"]]
    assert [point["step"] for point in points] == list(range(1000))


def test_what_came_before_a_checkpoint_is_said_before_it() -> None:
    pipe = io.BytesIO()
    speaker = Speaker(pipe)
    speaker.hear(progress(1))
    speaker.hear(run.Metrics(1, "s", 1, {"loss": 1.0}))
    speaker.hear(run.CheckpointSaved(Path("/x"), "0", 1, "s", 1, 1))
    assert [message["type"] for message in said(pipe)] == ["progress", "metrics", "checkpoint"]


def test_a_value_that_is_no_number_travels_as_null() -> None:
    pipe = io.BytesIO()
    speaker = Speaker(pipe)
    speaker.hear(run.Metrics(1, "s", 1, {"loss": float("nan")}))
    speaker.flush()
    (message,) = said(pipe)
    assert message["points"][0]["values"] == {"loss": None}


def test_a_stray_print_does_not_reach_the_pipe() -> None:
    script = (
        "import os; from worker.speaker import Speaker; from worker.messages import Ready\n"
        "s = Speaker.take_stdout(); print('stray', flush=True); os.system('echo stray'); s.say(Ready())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=Path.cwd())
    assert done.stdout == Ready().line()
    assert done.stderr.count(b"stray") == 2
