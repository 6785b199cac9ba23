# Needs Python 3.11 or newer on Linux. Everything else goes into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo up test check format lock clean

demo: $(STAMP)
	$(BIN)/facet demo

up: $(STAMP)
	$(BIN)/facet up

test check: export OMP_NUM_THREADS = 1

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 0 tests/test_architecture.py

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m docs.methods
	$(BIN)/python -m docs.presets

# Resolves the newest versions in a fresh environment and pins what came out.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet setuptools wheel '.[engine,service,dev]'
	build/lock/bin/pip freeze --all --exclude facet --exclude pip | sed 's/+[a-z0-9.]*$$//' > requirements.lock
	rm -rf build/lock

clean:
	rm -rf $(VENV) build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --requirement requirements.lock
	$(BIN)/pip install --no-build-isolation --no-deps --editable .
	touch $@
