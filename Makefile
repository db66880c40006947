# make demo    see it work: no key, no network
# make check   everything that CI runs
# make cover   the tests again, and which lines none of them reaches
# make fix     repair what can be repaired: format and lint
# make bench   what the relay costs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo check lint types test cover fix bench clean

help:
	@sed -n 's/^# make/make/p' Makefile

# Two stamps, so that the demonstration does not wait for the SDKs and the test tools.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tokentape needs Python 3.11 or later, and $(PYTHON) is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.checkers: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[check]'
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/tokentape demo

check: lint types test

lint: $(VENV)/.checkers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.checkers
	$(BIN)/mypy

test: $(VENV)/.checkers
	$(BIN)/python -m pytest -n 2

# Not in `check`: nothing fails by it, and it takes the tests two to three times as long.
cover: $(VENV)/.checkers
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered

fix: $(VENV)/.checkers
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.checkers
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.* .hypothesis
