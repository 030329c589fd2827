# deskpulse. Two targets matter to a user: `make demo` and `make test`; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The first interpreter that runs, is new enough and can make an environment (a pyenv shim may do
# none of these). 3.11 first: it is the one the pinned Faust was proven on.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python >= 3.11 with venv found: install one (Debian: apt-get install python3-venv) or say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml constraints/demo.txt | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r constraints/demo.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints/dev.txt | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r constraints/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(VENV)/.demo $@

.PHONY: setup
setup: $(VENV)/.dev ## Make .venv with the locked versions, for development
