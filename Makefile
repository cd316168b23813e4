# Two commands do all the set-up: `make demo` and `make test`. Both need only Python (3.11 or newer), make and the package registry.

PYTHON   ?= python3
# Percent of the lines and branches of solver/ that the tests must reach.
COVERAGE ?= 95
# Test processes.
WORKERS  ?= 2

VENV      := .venv
BIN       := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCK      := requirements.lock
UV        := uv==0.13.8
DEMO      := scenarios/applications/train-ticket

MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help install demo test lint types imports unit lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-9s %s\n", $$1, $$2 }'

install: $(INSTALLED) ## create .venv with the locked dependencies and the project itself, editable

demo: install ## compare the strategies on a real application; the last line names the report
	@$(BIN)/podsolver compare $(DEMO) -o build/demo

test: install lint types imports unit ## everything: lint, types, import contracts, tests with coverage

lint: install ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: install ## mypy: strict for the package
	@$(BIN)/mypy

imports: install ## import-linter: the import order of the package
	@$(BIN)/lint-imports --no-logo

unit: install ## pytest with line and branch coverage
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-fail-under=$(COVERAGE)

# Extras stay named: pip takes `coverage[toml]` as a requirement of its own, and without a pin for it installs nothing once a newer coverage is out.
lock: ## resolve the dependencies anew, for every supported Python and platform (UPGRADE=--upgrade for the newest)
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip install --quiet --disable-pip-version-check $(UV)
	@build/lock/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-strip-extras $(UPGRADE) \
	    --custom-compile-command "make lock" --quiet --output-file $(LOCK)

clean: ## remove everything the other targets create, .venv included
	@rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "podsolver needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
