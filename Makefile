# deskpulse. Two targets matter to a user: `make demo` and `make test`; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
# The first interpreter that runs, is new enough and can make an environment (a pyenv shim may do
# none of these). 3.11 first: it is the one the pinned Faust was proven on.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
# For `make demo`, e.g. ARGS="--speed 120 --for 5m".
ARGS ?=
# What `make test` runs, in this order, with the seconds each may take.
PARTS := lint=180 types=300 rules=180 unit=480 broker=600

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.dev ## Make .venv with the locked versions, for development

.PHONY: demo
demo: $(VENV)/.demo ## Run a simulated support floor, broker and worker included (ARGS="--for 2m")
	@$(BIN)/deskpulse demo $(ARGS)

.PHONY: test
test: setup tools ## Run everything: lint, types, rules, unit and broker tests
	@failed=; times=; for part in $(PARTS); do \
		name=$${part%=*}; limit=$${part#*=}; start=$$SECONDS; \
		echo "== $$name"; \
		if command -v timeout >/dev/null; then run="timeout --kill-after=20 $$limit $(MAKE)"; \
		else run="$(MAKE)"; fi; \
		$$run $$name || failed="$$failed $$name"; \
		times="$$times $$name $$((SECONDS - start)) s,"; \
	done; \
	echo "== times:$${times%,}; all $$SECONDS s"; \
	if [ -n "$$failed" ]; then echo "== failed:$$failed" >&2; exit 1; fi

.PHONY: tools
tools: ## Install promtool, amtool, Java and Maven where that is possible (root on Debian)
	@.ci/tools

.PHONY: lint
lint: setup ## Check style (ruff, all rules) and who imports whom
	@$(BIN)/ruff check --output-format concise .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo

.PHONY: types
types: setup ## Check types (mypy, strict, tests included)
	@$(BIN)/mypy

.PHONY: unit
unit: setup ## Run the tests that need Python only; Faust's contract also without its C extensions
	@$(PYTEST) -n auto -m "not broker and not promtool"
	@if [ -d tests/contracts/faust ]; then NO_CYTHON=1 $(PYTEST) -q -m "not broker" tests/contracts/faust; fi

.PHONY: laws
laws: setup ## Try the properties with far more cases than `make unit` does
	@$(PYTEST) -n auto -m laws --hypothesis-profile=laws --timeout=3600

.PHONY: rules
rules: setup ## Check what Prometheus and Alertmanager read, with their own tools
	@$(BIN)/python -m alerting.render --check
	@$(PYTEST) -m promtool

.PHONY: render
render: setup ## Write the generated rules and their tests anew
	@$(BIN)/python -m alerting.render

.PHONY: broker
broker: setup ## Run the tests on a real Kafka, started and stopped by the tests
	@$(PYTEST) -m broker tests/broker

.PHONY: format
format: setup ## Rewrite the code in the house's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

# One lock for every platform and Python from 3.11 on: names, versions, hashes, and no address.
# UPGRADE=1 takes newer versions; otherwise those in the files stay.
LOCK := .cache/lock
COMPILE = $(LOCK)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(if $(UPGRADE),--upgrade)

$(LOCK)/.made: constraints/lock.txt
	$(PYTHON) -m venv $(LOCK)
	$(LOCK)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r constraints/lock.txt
	@touch $@

.PHONY: lock
lock: $(LOCK)/.made ## Write constraints/*.txt anew from pyproject.toml (UPGRADE=1 for newer versions)
	$(COMPILE) pyproject.toml constraints/build.in --extra dev -o constraints/dev.txt
	$(COMPILE) pyproject.toml constraints/build.in --extra fast --extra demo -c constraints/dev.txt -o constraints/demo.txt
	$(COMPILE) pyproject.toml --extra fast -c constraints/dev.txt -o constraints/runtime.txt
	$(COMPILE) constraints/build.in -c constraints/dev.txt -o constraints/build.txt
	$(COMPILE) constraints/lock.in -o constraints/lock.txt
	@sed -i.old -E '/^ *--(extra-)?index-url|^ *--find-links|^ *--trusted-host/d' constraints/*.txt
	@rm -f constraints/*.txt.old

.PHONY: clean
clean: ## Remove what make and the tools made
	rm -rf $(VENV) .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no Python >= 3.11 with venv here; install one (Debian: apt-get install python3-venv) or name it: make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# dev holds all that demo holds, so one environment serves both.
$(VENV)/.dev: pyproject.toml constraints/dev.txt | $(BIN)/python
	$(PIP) install --require-hashes -r constraints/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.demo $@

$(VENV)/.demo: pyproject.toml constraints/demo.txt | $(BIN)/python
	$(PIP) install --require-hashes -r constraints/demo.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
