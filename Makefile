# All of the project's work. `make` alone lists it. Everything is installed into .venv from requirements/*.lock.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CODE   := src tests tools $(wildcard benchmarks)

# Exactly what the lock says: every file by its hash, and nothing built from source.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test fast quick durations coverage explore crashes mutants plays laws lowest pythons locales attacks smoke audit sbom release site kit check format lint types imports docs addin fix bench lock install clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: $(VENV)/.runtime  ## the main job on the five official sheets, anew in ./demo
	@rm -rf demo
	@$(BIN)/xlsync demo demo

# Tests are independent of each other; JOBS=0 runs them one after the other (for a debugger).
# One more than there are processors: several tests wait for a watcher, a server or an office program.
JOBS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
# Compiled tests are kept, also where the environment says not to write byte code: compiling takes half of a quick run.
RUN_TESTS = env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache \
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal
NO_PROGRAM := not office and not node and not browser and not corpus and not smb and not nginx and not postgres and not slow
FAST := $(NO_PROGRAM) and not long
SELECT ?= $(FAST)

test: $(VENV)/.dev  ## every test, in parallel (PYTEST='-k merge -x' passes options on)
	@tools/install-office.sh || echo "make test: without it, tests marked 'office' cannot run" >&2
	@tools/install-node-tools.sh || echo "make test: without it, tests marked 'node' cannot run" >&2
	@tools/install-browser.sh || echo "make test: without it, tests marked 'browser' cannot run" >&2
	@tools/install-samba.sh || echo "make test: without it, tests marked 'smb' cannot run" >&2
	@tools/install-nginx.sh || echo "make test: without it, tests marked 'nginx' cannot run" >&2
	@tools/install-postgresql.sh || echo "make test: without it, tests marked 'postgres' cannot run" >&2
	@$(RUN_TESTS) $(PYTEST)

fast: $(VENV)/.dev  ## all but office, node, browser, smb, nginx, postgres, corpus, slow and long tests: under three minutes
	@$(RUN_TESTS) -m "$(FAST)" $(PYTEST)

quick: $(VENV)/.dev  ## the fast tests that take least, with few examples each: under half a minute
	@$(RUN_TESTS) -m "$(FAST) and not medium" --hypothesis-profile=quick $(PYTEST)

durations: $(VENV)/.dev  ## measure again which tests make fast and make quick leave out (on a calm machine, half an hour)
	@$(RUN_TESTS) -m "$(NO_PROGRAM)" --junitxml=.pytest_cache/durations.xml $(PYTEST)
	@$(BIN)/python tools/long_tests.py long .pytest_cache/durations.xml
	@$(RUN_TESTS) -m "$(FAST)" --hypothesis-profile=quick --junitxml=.pytest_cache/durations.xml $(PYTEST)
	@$(BIN)/python tools/long_tests.py medium .pytest_cache/durations.xml

coverage: $(VENV)/.dev  ## which lines and branches of src/ the fast tests run (SELECT='' counts all tests)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n $(JOBS) --dist worksteal -m "$(SELECT)" $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

MINUTES ?= 10
explore: $(VENV)/.dev  ## property tests and state machines with new seeds, for MINUTES=10
	@$(BIN)/python tools/explore.py --minutes $(MINUTES) $(PYTEST)

EVERY ?= 1
MOST ?= 0
crashes: $(VENV)/.dev  ## every command that writes, killed and refused at each call (hours; EVERY=8 every eighth, MOST=5 five)
	@XLSYNC_EVERY_KILL=1 $(BIN)/pytest -q tests/store/test_crash.py tests/store/test_postgres.py -k "a_kill_at_any or that_stops_at_any"
	@$(BIN)/python -m tests.crash_sweep --every $(EVERY) --most $(MOST) --jobs 2 $(COMMANDS)

SEED ?= 1
EACH ?= 20
mutants: $(VENV)/.dev  ## change the code in small ways and count what the tests notice (SEED=1, EACH=20 a group): hours
	@$(BIN)/python tools/mutants.py --seed $(SEED) --each $(EACH)

plays: $(VENV)/.dev  ## days and years of a city at full size, with kills and a real Samba server: two hours
	@$(BIN)/python -m benchmarks.year --sheets 200 --seed 1
	@for seed in 2 3 4 5; do $(BIN)/python -m benchmarks.year --sheets 40 --office 4 --seed $$seed || exit 1; done
	@XLSYNC_CORPUS_EVERY=1 $(BIN)/pytest -q tests/ooxml/test_corpus_office.py
	@$(BIN)/python -m benchmarks.watching --office 3000 --seed 1
	@$(BIN)/python -m benchmarks.watching --smb 1000 --kills 20
	@$(BIN)/python -m benchmarks.workers --saves 3000
	@XLSYNC_FORM_CHANGE_WORKBOOKS=20 $(BIN)/pytest -q tests/cli/test_form_change_by_office.py tests/cli/test_form_change_figures.py
	@XLSYNC_EXPLORE_EXAMPLES=100 $(BIN)/pytest -q --hypothesis-profile=explore -k "adoption_does or small_form" tests/cli/test_form_rehearsal.py
	@XLSYNC_SYSTEMD=1 $(BIN)/pytest -q tests/cli/test_background_systemd.py
	@XLSYNC_ALL_EXAMPLES=1 $(BIN)/pytest -q tests/cli/test_example_forms.py
	@XLSYNC_EXPLORE_EXAMPLES=40 XLSYNC_EXPLORE_STEPS=30 $(BIN)/pytest -q --hypothesis-profile=explore tests/rollover/test_three_years.py

laws: $(VENV)/.dev  ## the checks of 2,000 sheets in Python, HyperFormula and LibreOffice: half an hour
	@XLSYNC_LAW6=2000 $(RUN_TESTS) tests/rules/test_law_of_two_engines.py $(PYTEST)

lowest: $(VENV)/.dev  ## the fast tests with the oldest versions of the dependencies that pyproject.toml allows
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-lowest
	@$(BIN)/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 pyproject.toml -o .venv-lowest/runtime.txt
	@$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python -c .venv-lowest/runtime.txt --editable '.[dev]'
	@.venv-lowest/bin/python -m pytest -q -n $(JOBS) --dist worksteal -m "$(FAST)" -p no:cacheprovider $(PYTEST)

PYTHONS ?= 3.11 3.12 3.13 3.14
# pyenv's own programs refuse to run for versions that are not chosen: its versions are put before them.
PYENV := $(subst $() ,:,$(wildcard $(HOME)/.pyenv/versions/3*/bin))
pythons: $(VENV)/.dev  ## the quick tests on other versions of Python (PYTHONS='3.12 3.13'); those not found are named, not run
	@failed=; for each in $(PYTHONS); do \
		python=$$(PATH="$(PYENV):$$PATH" $(BIN)/uv python find --no-python-downloads $$each 2>/dev/null) || \
			{ echo "make pythons: Python $$each is not on this computer: not run"; continue; }; \
		echo "make pythons: $$("$$python" --version)"; \
		$(BIN)/uv venv --quiet --clear --python "$$python" .venv-python && \
		$(BIN)/uv pip install --quiet --python .venv-python/bin/python --require-hashes -r requirements/dev.lock && \
		$(BIN)/uv pip install --quiet --python .venv-python/bin/python --no-deps --no-build-isolation --editable . && \
		.venv-python/bin/python -m pytest -q -n $(JOBS) --dist worksteal -m "$(FAST) and not medium" \
			--hypothesis-profile=quick -p no:cacheprovider $(PYTEST) || failed="$$failed $$each"; \
	done; test -z "$$failed" || { echo "make pythons: failed on$$failed" >&2; exit 1; }

locales: $(VENV)/.dev  ## a day's work under C, UTF-8 and cp932 (code page 932 of Japanese Windows)
	@$(RUN_TESTS) tests/cli/test_locales.py tests/cli/test_terminal.py $(PYTEST)

attacks: $(VENV)/.dev  ## what an attacker sends: hostile files, planted links, requests to server and page, running programs
	@$(RUN_TESTS) tests/attacks tests/ugly tests/fuzz $(PYTEST)

smoke: $(VENV)/.dev  ## the benchmark of a publication with five sheets: that it runs, not how fast
	@$(BIN)/python benchmarks/publication.py 5 5

audit: .venv-audit/.done  ## known vulnerabilities of the locked packages, where the advisory service is reachable
	@.venv-audit/bin/python tools/audit.py requirements/runtime.lock

sbom: .venv-audit/.done  ## requirements/runtime.cdx.json, the CycloneDX list of what the lock installs
	@.venv-audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --short-PURLs \
		--of JSON -o requirements/runtime.cdx.json requirements/runtime.lock

release: $(VENV)/.dev  ## dist/: wheel and sdist (the same bytes for the same commit), hashes, parts list, what is new
	@$(BIN)/python tools/build_release.py

site: $(VENV)/.dev  ## build/site: the documentation as pages that open from a folder, reference pages made from the code
	@$(BIN)/mkdocs build --quiet --clean

kit: $(VENV)/.dev  ## dist/xlsync-…-windows.zip: everything for a closed Windows network (PYTHON_ZIP=python-3.x-embed-amd64.zip)
	@$(BIN)/python tools/build_kit.py $(if $(PYTHON_ZIP),--python-zip $(PYTHON_ZIP))

.venv-audit/.done: $(VENV)/.dev requirements/audit.lock
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-audit
	@$(BIN)/uv pip install --quiet --python .venv-audit/bin/python --require-hashes -r requirements/audit.lock
	@touch $@

check: format lint types imports docs  ## format, lint, types, which package imports which, generated files up to date

format: $(VENV)/.dev
	@$(BIN)/ruff format --check $(CODE)

lint: $(VENV)/.dev
	@$(BIN)/ruff check $(CODE)

types: $(VENV)/.dev
	@$(BIN)/mypy $(CODE)

imports: $(VENV)/.dev
	@$(BIN)/lint-imports --no-logo

docs: $(VENV)/.dev  # docs/form.md, the template and the add-in are what their sources make of them
	@$(BIN)/xlsync form docs --check
	@$(BIN)/xlsync form build --check
	@$(BIN)/python tools/build_addin.py --check
	@$(BIN)/python tools/protocol_schema.py --check

addin: $(VENV)/.dev  ## addin/xlsync.xlam and the schema in docs/protocol.md from their sources
	@$(BIN)/python tools/build_addin.py
	@$(BIN)/python tools/protocol_schema.py

fix: $(VENV)/.dev  ## format, and mend what the linter can mend
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

bench: $(VENV)/.dev  ## measure (python -m benchmarks.form_change --workbooks 1000: a form changed for so many, an hour)
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
	@$(COMPILE) $(UPGRADE) requirements/audit.in -o requirements/audit.lock
	@$(COMPILE) $(UPGRADE) requirements/kit.in -o requirements/kit.lock
	@$(MAKE) --no-print-directory sbom

clean:  ## back to a fresh clone
	@rm -rf $(VENV) .venv-audit .venv-lowest .venv-python .coverage demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
