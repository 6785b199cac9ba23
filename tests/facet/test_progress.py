from facet.progress import describe, pace


def test_a_running_job_shows_its_phase_and_epoch():
    job = {"state": "running", "progress": {"phase": "pretrain", "epoch": 3, "epochs": 50}}
    assert describe(job) == "pretrain 3/50"


def test_a_job_that_does_not_run_shows_its_state():
    assert describe({"state": "queued", "progress": None}) == "queued"
    assert describe({"state": "canceling", "progress": {"phase": "cluster"}}) == "canceling"


def test_rate_and_time_left_are_shown_where_they_are_known():
    assert pace({"rate": 2.5, "eta_s": 20}) == "2.5 epochs/s · 20 s left"
    assert pace({}) == ""
