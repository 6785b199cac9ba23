"""Rules of the house that no linter knows; each failure lists its offenders."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.source import (
    PACKAGES,
    ROOT,
    body_lines,
    files,
    functions,
    imports_inside,
    parameters,
    place,
    tree,
)

MAX_FILE_LINES = 300
MAX_MEDIAN_LINES = 80
MAX_FUNCTION_LINES = 30
MAX_PARAMETERS = 5
MAX_POSITIONAL = 4
BANNED_NAMES = {"utils", "util", "common", "core", "misc", "helpers", "helper", "lib", "shared"}
LOADED_LATE = {
    ("clustering/partition/em.py", "sklearn.exceptions"),
    ("clustering/partition/em.py", "sklearn.mixture"),
}
"""Stands below all deep methods, and scikit-learn, which it needs, loads as long as PyTorch."""
FOLDERS = {"api", "worker", "models", "migrations", "clustering", "facet", "web"} | {
    "docker", "tests", "benchmarks", "docs", ".ci"
}  # fmt: skip
ENTRY_FILES = "api/routers/", "api/paging.py", "facet/commands/"


def lines(path):
    return len(path.read_text().splitlines())


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def test_the_top_level_folders_are_the_planned_ones():
    assert {path.split("/")[0] for path in tracked() if "/" in path} <= FOLDERS
    assert all((ROOT / folder).is_dir() for folder in FOLDERS)


def test_no_file_is_longer_than_300_lines():
    assert [
        str(p.relative_to(ROOT)) for p in files(*PACKAGES, "tests", "benchmarks") if lines(p) > MAX_FILE_LINES
    ] == []


def test_half_of_the_files_are_within_80_lines():
    assert statistics.median(lines(path) for path in files(*PACKAGES)) <= MAX_MEDIAN_LINES


def test_no_function_is_longer_than_30_lines():
    long = [place(p, f) for p in files(*PACKAGES) for f in functions(p) if body_lines(f) > MAX_FUNCTION_LINES]
    assert long == []


def test_no_function_takes_more_than_5_parameters():
    """Endpoints and commands are exempt: there a parameter is a field of the request."""
    own = [path for path in files(*PACKAGES) if not is_entry(path)]
    assert [place(p, f) for p in own for f in functions(p) if len(parameters(f)) > MAX_PARAMETERS] == []


def test_parameters_past_the_fourth_are_keyword_only():
    own = [path for path in files(*PACKAGES) if not is_entry(path)]
    wide = [place(p, f) for p in own for f in functions(p) if is_wide(f)]
    assert wide == []


def is_entry(path):
    return str(path.relative_to(ROOT)).startswith(ENTRY_FILES)


def imported_inside(function):
    for node in imports_inside(function):
        yield from [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]


def is_wide(function):
    """Overrides keep the signature that they were given."""
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    positional = len(parameters(function)) - len(function.args.kwonlyargs)
    return positional > MAX_POSITIONAL and "override" not in decorators and not function.name.startswith("__")


def test_no_module_is_named_after_nothing():
    named = [path.relative_to(ROOT) for path in files(*PACKAGES, "tests", "benchmarks")]
    assert [str(path) for path in named if BANNED_NAMES & {*path.parts[:-1], path.stem}] == []


def test_imports_stand_at_the_top_except_where_servers_start_and_where_they_take_long():
    own = [path for path in files(*PACKAGES) if path.relative_to(ROOT).parts[0] != "facet"]
    found = {
        (str(p.relative_to(ROOT)), name) for p in own for f in functions(p) for name in imported_inside(f)
    }
    assert found == LOADED_LATE


def test_in_facet_only_what_starts_servers_or_opens_the_database_imports_inside_functions():
    own = [path for path in files("facet") if not {"commands", "embedded"} & set(path.parts)]
    assert [place(p, found) for p in own for f in functions(p) for found in imports_inside(f)] == []


def test_every_module_says_what_it_is():
    undocumented = [p for p in files(*PACKAGES) if p.read_text().strip() and not ast.get_docstring(tree(p))]
    assert [str(path.relative_to(ROOT)) for path in undocumented] == []


def test_nothing_is_left_to_do_later():
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    own = [path for path in files(*PACKAGES, "tests", "benchmarks") if path.name != "test_architecture.py"]
    assert [str(path.relative_to(ROOT)) for path in own if mark.search(path.read_text())] == []


def test_tests_mirror_the_packages():
    """What tests/models/ holds is about models/; a test names a file or a behavior of that folder."""
    folders = {
        path.parent.relative_to(ROOT / "tests") for path in files("tests") if path.name.startswith("test_")
    }
    packages = {path.parent.relative_to(ROOT) for path in files(*PACKAGES, "benchmarks")}
    outside = {folder for folder in folders if folder.parts and folder.parts[0] in PACKAGES}
    assert sorted(map(str, outside - packages)) == []


def test_the_lock_pins_every_line_exactly():
    pins = (ROOT / "requirements.lock").read_text().split("\n")
    assert [line for line in pins if line and not re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;]+", line)] == []


def test_the_lock_has_every_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    locked = {normal(line.split("==")[0]) for line in (ROOT / "requirements.lock").read_text().split()}
    assert {normal(re.split(r"[\[=<>~ ]", name)[0]) for name in declared} - locked == set()


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


SERVING = (
    "api.app",
    "worker.bell",
    "clustering.params",
    "clustering.presets",
    "models.session",
    "facet.cli",
)


@pytest.mark.parametrize("module", SERVING)
def test_what_serves_requests_never_imports_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_client_loads_nothing_of_the_service():
    code = (
        "import sys, facet; "
        "sys.exit(bool({'api', 'worker', 'models', 'clustering', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_pickle_is_nowhere():
    """Neither checkpoints nor models nor uploads are ever unpickled."""
    pattern = re.compile(
        r"^\s*(import|from) (pickle|dill|joblib|cloudpickle|shelve)\b|torch\.load\(", re.MULTILINE
    )
    assert [str(p.relative_to(ROOT)) for p in files(*PACKAGES) if pattern.search(p.read_text())] == []


def test_print_and_exit_codes_belong_to_the_command_line():
    printing = re.compile(r"^\s*print\(", re.MULTILINE)
    own = [path for path in files(*PACKAGES) if path.relative_to(ROOT).parts[0] != "facet"]
    assert [str(path.relative_to(ROOT)) for path in own if printing.search(path.read_text())] == []


def test_compose_is_valid_yaml():
    assert yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
