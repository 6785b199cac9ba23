"""The pipe's reports repeat the engine's, which only the runner's side may import."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from clustering import run
from worker import messages

REPEATED = [
    (run.Progress, messages.Progress),
    (run.Metrics, messages.Point),
    (run.CheckpointSaved, messages.Checkpoint),
]
REPORTS = [
    run.Progress("fit", 0, 1, 2, 9, 1, 0.5, None, None),
    run.Progress("fit", 0, 1, 2, 9, 1, 0.5, 3.0, 1.5),
    run.Metrics(4, "fit", 2, {"loss": 0.5, "reset": 1.0}),
    run.CheckpointSaved(Path("/x"), "00ff", 9, "fit", 2, 4),
]


@pytest.mark.parametrize(("report", "message"), REPEATED)
def test_a_message_has_exactly_the_fields_of_the_report_it_carries(report, message):
    assert set(message.model_fields) - {"type"} == {field.name for field in fields(report)}


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_report_travels_unchanged(report):
    message = dict(REPEATED)[type(report)]
    again = message.model_validate_json(message(**asdict(report)).model_dump_json())
    assert {name: getattr(again, name) for name in asdict(report)} == asdict(report)


def test_every_report_of_the_engine_has_a_message():
    assert set(run.Report.__args__) == {report for report, _ in REPEATED}
