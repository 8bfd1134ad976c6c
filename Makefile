# `make run` opens the app, `make test` runs every check. Both make .venv first, and again when it is out of date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Two tests at a time; files stay whole, so that what their tests share is made once. WORKERS=0: one by one.
WORKERS ?= 2

.PHONY: run test check unit pictures clean help

run: $(VENV)/.installed  ## open the app
	@$(BIN)/tutor

test: check unit  ## run every check and the whole test suite

check: $(VENV)/.tested  ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

unit: $(VENV)/.tested  ## the test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

pictures: $(VENV)/.tested  ## draw the screenshots in docs/ again
	$(BIN)/python docs/screenshots.py

clean:  ## remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing (the first time takes a minute or two)..."
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.tested: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing (the first time takes a minute or two)..."
	$(PIP) install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@ $(VENV)/.installed
