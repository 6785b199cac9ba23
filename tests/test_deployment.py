"""What the containers run exists, and what the environment may say is written down."""

import importlib.util
import json
import os
import re
import stat
import subprocess

import pytest
import yaml

from api.settings import ApiSettings
from models.settings import ModelsSettings
from tests.source import ROOT
from worker.settings import WorkerSettings

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
STAYING = [name for name in SERVICES if name != "migrate"]
DOCKERFILES = sorted((ROOT / "docker").glob("*.Dockerfile"))


def documented():
    found = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    return dict(found)


def declared(settings):
    prefix = settings.model_config["env_prefix"]
    return {f"{prefix}{name}".upper(): field for name, field in settings.model_fields.items()}


@pytest.mark.parametrize("settings", [ModelsSettings, WorkerSettings, ApiSettings])
def test_the_example_names_every_setting_and_no_other(settings):
    prefix = settings.model_config["env_prefix"]
    assert {name for name in documented() if name.startswith(prefix)} == set(declared(settings))


@pytest.mark.parametrize("settings", [ModelsSettings, WorkerSettings, ApiSettings])
def test_the_defaults_in_the_example_are_the_defaults_of_the_code(settings, monkeypatch):
    for name in declared(settings):
        monkeypatch.delenv(name, raising=False)
    plain = settings()
    said = {name: value for name, value in documented().items() if name in declared(settings) and value}
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert settings() == plain


def test_the_example_holds_no_secret():
    secrets = {name: value for name, value in documented().items() if name.endswith(("PASSWORD", "API_KEY"))}
    assert set(secrets.values()) == {""}


def test_compose_runs_the_service_in_its_parts():
    assert set(SERVICES) == {
        "redis",
        "postgres",
        "migrate",
        "api",
        "worker",
        "ingest",
        "sweeper",
        "worker-gpu",
    }
    assert [name for name, service in SERVICES.items() if service.get("profiles") == ["gpu"]] == [
        "worker-gpu"
    ]


@pytest.mark.parametrize("name", STAYING)
def test_what_stays_is_checked_restarted_and_given_time_to_stop(name):
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["stop_grace_period"] == "120s"


@pytest.mark.parametrize("name", ["api", "worker", "ingest", "sweeper", "worker-gpu"])
def test_nothing_of_ours_starts_before_the_tables_exist(name):
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("page", ["docker-compose.yml", "docs/operations.md"])
def test_the_first_start_makes_the_tables_before_anything_is_kept_in_them(page):
    """A command given to `run` takes the place of the service's own."""
    ran = re.findall(r"docker compose run --rm (.+?)(?: {2,}|$)", (ROOT / page).read_text(), re.MULTILINE)
    assert ran[0] == "migrate"
    assert len(ran) > 1


def test_secrets_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text()
    passwords = re.findall(r"\$\{(\w*PASSWORD\w*)([^}]*)\}", text)
    assert passwords
    assert all(rest.startswith(":?") for _, rest in passwords)


def test_nothing_is_published_beyond_this_machine():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_images_have_a_version():
    images = [service["image"] for service in SERVICES.values()]
    images += [re.search(r"^FROM (\S+)", path.read_text(), re.MULTILINE)[1] for path in DOCKERFILES]
    assert [image for image in images if not re.search(r":\d", image)] == []


def test_every_setting_that_compose_gives_exists():
    known = {
        name for settings in (ModelsSettings, WorkerSettings, ApiSettings) for name in declared(settings)
    }
    ours = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert {name for name in ours if name.startswith(("MODELS_", "WORKER_", "API_"))} <= known


def test_a_worker_drains_before_compose_kills_it():
    assert COMPOSE["x-settings"]["WORKER_DRAIN_GRACE_S"] < 120


def test_the_commands_are_modules_and_files_of_ours():
    written = json.dumps([[s.get("command"), s.get("healthcheck")] for s in SERVICES.values()])
    written += "".join(path.read_text() for path in [*DOCKERFILES, ROOT / "docker" / "gpu-workers"])
    modules = set(re.findall(r'-m(?:", "| )([a-z_.]+)', written)) | set(re.findall(r"-A ([a-z_.]+)", written))
    assert modules >= {"api", "worker", "worker.sweeper", "facet", "worker.broker"}
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []
    scripts = set(re.findall(r'"(docker/[a-z-]+)"', written))
    assert scripts
    assert all(os.access(ROOT / script, os.X_OK) for script in scripts)


def test_the_api_image_has_no_torch():
    text = (ROOT / "docker" / "api.Dockerfile").read_text()
    assert "'.[service]'" in text
    assert "engine" not in text


def fake(folder, name, body):
    path = folder / name
    path.write_text(f"#!/usr/bin/env bash\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def start_gpu_workers(tmp_path, gpus, worker, **settings):
    fake(tmp_path, "nvidia-smi", f"printf '{gpus}'")
    fake(tmp_path, "python", worker)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "OUT": str(tmp_path), **settings}
    return subprocess.run(
        [ROOT / "docker" / "gpu-workers"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def telling(said, *, workers):
    """A worker that tells and stays until all of them have told."""
    return f'echo "{said}" >> $OUT/seen; until [ $(wc -l < $OUT/seen) -ge {workers} ]; do sleep 0.05; done'


def test_each_gpu_gets_one_worker(tmp_path):
    seen = "$CUDA_VISIBLE_DEVICES $WORKER_DEVICE $WORKER_NAME $WORKER_GPU_MEMORY_GIB $*"
    worker = telling(seen, workers=2)
    start_gpu_workers(tmp_path, "GPU-aa, 81920\\nGPU-bb, 24576\\n", worker)
    rows = sorted(line.split() for line in (tmp_path / "seen").read_text().splitlines())
    assert [[row[0], row[1], row[2].split("@")[0], *row[3:]] for row in rows] == [
        ["GPU-aa", "cuda:0", "gpu0", "80", "-m", "worker"],
        ["GPU-bb", "cuda:0", "gpu1", "24", "-m", "worker"],
    ]


def test_gpus_are_given_to_workers_in_groups(tmp_path):
    seen = "$WORKER_NAME $WORKER_DEVICES $CUDA_VISIBLE_DEVICES $WORKER_GPU_MEMORY_GIB"
    worker = telling(seen, workers=2)
    gpus = "GPU-aa, 81920\\nGPU-bb, 24576\\nGPU-cc, 24576\\n"
    start_gpu_workers(tmp_path, gpus, worker, WORKER_DEVICES="2")
    rows = sorted(line.split() for line in (tmp_path / "seen").read_text().splitlines())
    assert [[row[0].split("@")[0], *row[1:]] for row in rows] == [
        ["gpu0", "2", "GPU-aa,GPU-bb", "24"],
        ["gpu1", "1", "GPU-cc", "24"],
    ]


def test_when_one_gpu_worker_ends_the_others_are_drained(tmp_path):
    worker = (
        "if [[ $WORKER_NAME == gpu0@* ]]; then until [ -e $OUT/ready ]; do sleep 0.05; done; exit 3; fi\n"
        'trap "echo drained > $OUT/drained; exit" TERM; touch $OUT/ready\n'
        "for i in {1..300}; do sleep 0.1; done"
    )
    ended = start_gpu_workers(tmp_path, "GPU-aa, 1024\\nGPU-bb, 1024\\n", worker)
    assert ended.returncode == 3
    assert (tmp_path / "drained").exists()


def test_without_a_gpu_it_says_so(tmp_path):
    ended = start_gpu_workers(tmp_path, "", "true")
    assert ended.returncode == 1
    assert "No GPU is visible" in ended.stderr


def test_the_shell_scripts_parse():
    for script in (".ci/run", "docker/gpu-workers"):
        assert subprocess.run(["bash", "-n", ROOT / script], check=False).returncode == 0
    compile((ROOT / "docker" / "sweeper-health").read_text(), "sweeper-health", "exec")
