from facet.embedded.home import Home
from facet.embedded.programs import Options, environment, programs


def test_everything_lives_in_the_home_unless_told_otherwise(tmp_path):
    settings = environment(Home(tmp_path), Options())
    assert settings["MODELS_DATABASE_URL"] == f"sqlite:///{tmp_path}/facet.db"
    assert settings["MODELS_STORE_URL"] == f"file:{tmp_path}/store"
    assert settings["WORKER_BROKER_URL"] == f"filesystem:{tmp_path}/broker"


def test_a_server_may_be_named_in_place_of_a_folder(tmp_path):
    options = Options(database_url="postgresql://db/facet", broker_url="redis://r", store_url="s3://bucket")
    settings = environment(Home(tmp_path), options)
    assert settings["MODELS_DATABASE_URL"] == "postgresql://db/facet"
    assert settings["WORKER_BROKER_URL"] == "redis://r"
    assert settings["MODELS_STORE_URL"] == "s3://bucket"


def test_uploads_are_checked_while_jobs_train(tmp_path):
    pools = {p.name: p.environment.get("WORKER_POOL") for p in programs(Home(tmp_path), Options(workers=2))}
    assert pools == {"api": None, "worker-0": "cpu", "worker-1": "cpu", "ingest": "ingest", "sweeper": None}


def test_workers_share_the_cores(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKER_THREADS", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    trainer = programs(Home(tmp_path), Options(workers=4))[1]
    assert trainer.environment["WORKER_THREADS"] == "2"
