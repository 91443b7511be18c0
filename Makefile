# All of the project's work. `make` alone lists it. Everything is installed into .venv from requirements/*.lock.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CODE   := src tests tools $(wildcard benchmarks)

# Exactly what the lock says: every file by its hash, and nothing built from source.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test fast check format lint types doors docs addin fix bench lock install clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: $(VENV)/.runtime  ## the main job on the five official sheets, anew in ./demo
	@rm -rf demo
	@$(BIN)/xlsync demo demo

test: $(VENV)/.dev  ## every test (PYTEST='-k merge -x' passes options on)
	@tools/install-office.sh || echo "make test: without it, tests marked 'office' cannot run" >&2
	@tools/install-samba.sh || echo "make test: without it, tests marked 'smb' cannot run" >&2
	@$(BIN)/python -m pytest $(PYTEST)

fast: $(VENV)/.dev  ## all but office, smb, corpus and slow tests: under three minutes
	@$(BIN)/python -m pytest -m "not office and not corpus and not smb and not slow" $(PYTEST)

check: format lint types doors docs  ## format, lint, types, doors between rooms, generated files in step

format: $(VENV)/.dev
	@$(BIN)/ruff format --check $(CODE)

lint: $(VENV)/.dev
	@$(BIN)/ruff check $(CODE)

types: $(VENV)/.dev
	@$(BIN)/mypy $(CODE)

doors: $(VENV)/.dev
	@$(BIN)/lint-imports --no-logo

docs: $(VENV)/.dev  # docs/form.md, the template and the add-in are what their sources make of them
	@$(BIN)/xlsync form docs --check
	@$(BIN)/xlsync form build --check
	@$(BIN)/python tools/build_addin.py --check

addin: $(VENV)/.dev  ## addin/xlsync.xlam anew from the sources beside it
	@$(BIN)/python tools/build_addin.py

fix: $(VENV)/.dev  ## format, and mend what the linter can mend
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

bench: $(VENV)/.dev  ## measure
	@$(BIN)/python -m benchmarks

install: $(VENV)/.dev  ## .venv with everything, and no more

# --- the environment: a stamp file stands for each lock that is installed -----------------------------

$(VENV)/pyvenv.cfg:
	@tools/make-venv.sh "$(PYTHON)" $(VENV)

$(VENV)/.runtime: $(VENV)/pyvenv.cfg requirements/runtime.lock pyproject.toml
	@echo "installing requirements/runtime.lock into $(VENV)"
	@$(PIP) --require-hashes --only-binary :all: -r requirements/runtime.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.lock
	@echo "installing requirements/dev.lock into $(VENV)"
	@$(PIP) --require-hashes --only-binary :all: -r requirements/dev.lock
	@touch $@

# The locks: all platforms, Python 3.11 and later, no word about where the files come from.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: $(VENV)/pyvenv.cfg  ## write requirements/*.lock anew (UPGRADE=--upgrade for newer versions)
	@test -x $(BIN)/uv || $(MAKE) $(VENV)/.dev
	@$(COMPILE) $(UPGRADE) pyproject.toml requirements/build.in -o requirements/runtime.lock
	@$(COMPILE) $(UPGRADE) pyproject.toml requirements/build.in --extra dev -c requirements/runtime.lock \
		-o requirements/dev.lock

clean:  ## back to a fresh clone
	@rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
