# `make run` and `make test` need nothing but make and Python 3.11 (and Chromium, which tests/chromium.sh finds).

BIN := .venv/bin
VENV := .venv/.installed

# Where the environment forbids compiled files every process compiles its libraries anew: `concord --help` then took
# 12 s of processor time in place of 4.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-all check bench lock docs screenshots clean chromium

run: $(VENV)
	$(BIN)/concord demo --if-empty
	$(BIN)/concord serve

# Four processes on two cores: some tests wait for a server, a browser or a lock.
# Tables are small: a second thread of a library only takes the core from another process (60 s in place of 75 for the
# tests of releases).
test: export POLARS_MAX_THREADS = 1
test: export CONCORD_THREADS = 1
test: $(VENV) chromium
	$(BIN)/python -m pytest --numprocesses 4 --dist worksteal

test-all: $(VENV) chromium
	$(BIN)/python -m pytest -m "" --numprocesses 2 --dist worksteal

check: $(VENV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/concord docs --check

bench: $(VENV) chromium
	@set -e; for program in bench/*.py bench/exports/*.py bench/files/*.py; do echo "== $$program"; $(BIN)/python "$$program"; done

docs: $(VENV)
	$(BIN)/concord docs

screenshots: $(VENV) chromium
	$(BIN)/python docs/screenshots.py

# Only published files count: extra places that this machine's pip may look in are left out.
lock: $(VENV)
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(BIN)/pip-compile --quiet --extra dev --generate-hashes \
		--allow-unsafe --strip-extras --no-header --no-annotate --no-emit-options \
		--output-file requirements.lock pyproject.toml
	printf 'pyspark==3.5.9\nsqlglot==30.30.0\n' | PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= $(BIN)/pip-compile --quiet \
		--generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-options \
		--output-file requirements-spark.lock -

# var/ holds the store: nothing here removes it.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

chromium:
	@sh tests/chromium.sh

# The lock was made for 3.11; a newer Python is tried when 3.11 is not there.
$(VENV): requirements.lock pyproject.toml
	@set -e; for python in python3.11 python3; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$python -m venv .venv; exit 0; \
		fi; \
	done; echo "Concord needs Python 3.11 or newer with venv." >&2; exit 1
	@# The lock names every package. Of 9,700 modules few are ever read: each is compiled when it is.
	@# First pip itself, of which this version takes half the time; then every other package by another process:
	@# unpacking is what takes long, and there are two cores.
	@awk '/^[a-z0-9]/ { part = /^pip==/ ? "first" : ++n % 2 } { print > (".venv/lock." part) }' requirements.lock
	@set -e; install="$(BIN)/python -m pip install --quiet --quiet --no-deps --no-compile --require-hashes -r"; \
		$$install .venv/lock.first; $$install .venv/lock.0 & other=$$!; $$install .venv/lock.1; wait $$other
	@# setuptools warns at every editable install; there is nothing to do about it.
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@
