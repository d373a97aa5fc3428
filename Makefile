# Two commands: `make demo` runs acuerdo on embedded defaults, `make test` proves it.
# They need Python 3.11 or newer, pip and make; all else is fetched by name and pinned by hash.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help demo test lint format types bench chaos lock clean build

help:
	@echo "make demo          run acuerdo on this machine (FRESH=1 starts over)"
	@echo "make test          run every test, browser tests included"
	@echo "make lint          style, types, import contracts"
	@echo "make bench         benchmarks, as ratios"
	@echo "make chaos         the long forms of the kill tests"

# Debian's Python may lack ensurepip: pip alone is enough.
$(UV):
	@echo "Setting up .venv ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "acuerdo needs Python 3.11 or newer; set PYTHON=")'
	@$(PYTHON) -m venv --without-pip .venv
	@$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --require-hashes -r requirements-uv.lock

# A machine that has run the tests keeps their packages when it runs the demo again: the lock for
# development holds all of the other one.
.venv/runtime.stamp: requirements.lock pyproject.toml | $(UV)
	@echo "Installing what acuerdo needs, pinned by hash ..."
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(if $(wildcard .venv/dev.stamp),requirements-dev.lock,requirements.lock)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | $(UV)
	@echo "Installing what acuerdo and its tests need, pinned by hash ..."
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@ .venv/runtime.stamp

build: .venv/runtime.stamp
	@echo "Building translations and pages where they changed ..."
	@$(BIN)/python build_assets.py

demo: build
	@$(BIN)/acuerdo demo $(if $(FRESH),--fresh)

# A file of tests stays in one process, with a PostgreSQL of its own; those that drive a browser come last.
test: .venv/dev.stamp build
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: .venv/dev.stamp build
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

format: .venv/dev.stamp
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev.stamp build
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

chaos: .venv/dev.stamp build
	@ACUERDO_CHAOS=long $(BIN)/python -m pytest -q tests/concurrency

lock: | $(UV)
	@$(UV) pip compile pyproject.toml --universal --generate-hashes --no-header --quiet --group build -o requirements.lock
	@$(UV) pip compile pyproject.toml --universal --generate-hashes --no-header --quiet --group build --group dev -o requirements-dev.lock
	@echo uv | $(UV) pip compile - --universal --generate-hashes --no-header --quiet -o requirements-uv.lock

clean:
	@rm -rf .venv node_modules src/acuerdo/web/static/web/dist
