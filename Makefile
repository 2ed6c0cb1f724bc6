# One virtual environment, made on demand; an existing .venv is used as it is.
#   make demo       analyse a trained network: a picture and a JSON in demo-output/
#   make test       style, types, doctests, tests, examples, proofs
#   make test-deep  the same with longer random searches
#   make bench      exact timings beside float peers
#   make clean      remove everything the other targets made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
NEEDED := 3.11
PYTHON ?=

.PHONY: demo test test-deep bench clean

demo: $(VENV)/.base
	@mkdir -p demo-output
	@$(BIN)/exactgeom analyze examples/models/moons.json --domain -2 3 \
	    --json demo-output/moons.json --svg demo-output/moons.svg --html demo-output/moons.html
	@echo "picture: demo-output/moons.svg"
	@echo "report:  demo-output/moons.html"
	@echo "numbers: demo-output/moons.json"

test: $(VENV)/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest -q -n 2

test-deep: export EXACTGEOM_DEEP := 1
test-deep: test

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.run $(BENCH)
	@[ -n "$(BENCH)" ] || for table in trees compare forms traces nerve splines locate ricci lp cells explore regularize dynamics; do \
	    echo; $(BIN)/python -m benchmarks.$$table; done

clean:
	@rm -rf $(VENV) demo-output build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that is new enough; PYTHON=... names another.
$(BIN)/python:
	@[ ! -e $(VENV) ] || { echo "$(VENV) exists but has no bin/python; remove it and try again" >&2; exit 1; }
	@for python in $(or $(PYTHON),python$(NEEDED) python3 python3.12 python3.13 python3.14); do \
	    command -v "$$python" >/dev/null || continue; \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(NEEDED)".split("."))))' \
	        || continue; \
	    "$$python" -m venv $(VENV) || { rm -rf $(VENV); echo "$$python cannot make a virtual environment" >&2; exit 1; }; \
	    exit 0; \
	done; \
	echo "exactgeom needs Python $(NEEDED) or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1

# What is installed already is enough; only what is missing is fetched.
define install
@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
@$(PIP) install --no-index --no-build-isolation --editable '$(1)' >/dev/null 2>&1 \
    || { echo "installing exactgeom into $(VENV) ..." >&2; $(PIP) install --editable '$(1)'; }
@touch $@
endef

$(VENV)/.base: pyproject.toml | $(BIN)/python
	$(call install,.)

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(call install,.[dev])
	@touch $(VENV)/.base
