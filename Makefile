# Every command of the project. Plain `make` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# Tests, and the processes that they start by the hundred, would each compile all of the source anew; make clean removes it.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# Each lock is installed once; the stamp is older than the lock when that has to be done again.
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
# The command line, ready to be called from any folder.
COMMAND := $(BIN)/riskpool
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

# What the commands can be given: make demo JSON=report.json, make up DATA=folder, make test TESTS=tests/unit
JSON ?=
DATA ?=
TESTS ?= tests
MUTANTS ?=
SEEDS ?=

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  %-14s %s\n", $$1, $$2 }'

# Installing

.PHONY: setup
setup: $(DEVELOPMENT) $(COMMAND) ## make the virtual environment with everything a developer needs

# The first Python on the path that is new enough makes the environment.
$(BIN)/python:
	@for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$name"; break; fi; \
	done; \
	if [ -z "$${python:-}" ]; then echo 'error: Python 3.11 or newer is needed; install it and try again.' >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "error: $$python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "making $(VENV) with $$("$$python" --version)"; "$$python" -m venv $(VENV)

$(RUNTIME): requirements.lock | $(BIN)/python
	@echo 'installing requirements.lock'
	@$(PIP) -r requirements.lock
	@touch $@

$(DEVELOPMENT): requirements-dev.lock | $(RUNTIME)
	@echo 'installing requirements-dev.lock'
	@$(PIP) -r requirements-dev.lock
	@touch $@

# It finds the repository from its own place, so that the repository can be moved.
$(COMMAND): Makefile | $(BIN)/python
	@printf '%s\n' '#!/bin/sh' \
	  'repository=$$(cd "$$(dirname "$$(readlink -f "$$0")")/../.." && pwd)' \
	  'PYTHONPATH="$$repository$${PYTHONPATH:+:$$PYTHONPATH}" exec "$$repository/$(BIN)/python" -m riskpool "$$@"' > $@
	@chmod +x $@

# Running

.PHONY: demo
demo: $(RUNTIME) $(COMMAND) ## play one case from founding to reimbursement on this machine (JSON=file also writes the report)
	@$(COMMAND) demo $(if $(JSON),--json "$(JSON)")

# Sets pid to the process that runs on the data folder, or to nothing. An id alone could be another program's by now.
RUNNING = pid=; if [ -n "$(DATA)" ] && [ -f "$(DATA)/pid" ]; then pid=$$(tr -cd 0-9 < "$(DATA)/pid"); fi; \
	{ tr '\0' ' ' < "/proc/$${pid:-none}/cmdline"; } 2> /dev/null | grep -q -- '-m riskpool up' || pid=

.PHONY: up
up: $(RUNTIME) $(COMMAND) ## run the whole pool on this machine until Ctrl-C (DATA=folder keeps the data)
	@$(RUNNING); \
	if [ -n "$$pid" ]; then echo "error: process $$pid runs on $(DATA); stop it: make down DATA=$(DATA)" >&2; exit 1; fi; \
	if [ -n "$(DATA)" ]; then mkdir -p "$(DATA)"; echo $$$$ > "$(DATA)/pid"; fi; \
	exec $(COMMAND) up $(if $(DATA),--data "$(DATA)")

.PHONY: down
down: ## stop what `make up DATA=folder` runs in another terminal; anything else has stopped with its own
	@$(RUNNING); \
	if [ -z "$$pid" ]; then \
	  echo 'Nothing to stop: demo and up stop everything they started when they end, by Ctrl-C or a kill.'; exit 0; \
	fi; \
	echo "stopping process $$pid"; kill -TERM "$$pid"; \
	for _ in $$(seq 300); do kill -0 "$$pid" 2> /dev/null || exit 0; sleep 0.1; done; \
	echo "error: process $$pid is still stopping after 30 s; look at the logs in $(DATA)" >&2; exit 1

# Checking

.PHONY: test
test: $(DEVELOPMENT) ## run all tests (TESTS=path for some of them)
	@$(BIN)/python -m pytest $(TESTS)

.PHONY: faults
faults: $(DEVELOPMENT) ## break things in the middle of cases: kill, stop, cut, restart (long; SEEDS='11 13' for these kills alone)
	@RISKPOOL_FAULT_SEEDS='$(SEEDS)' $(BIN)/python -m pytest -m long $(if $(SEEDS),tests/faults/test_faults_kills.py -k at_random,tests/faults)

.PHONY: check
check: lint types walls migrations tidy mutants ## everything but the tests that need a database and a broker

.PHONY: lint
lint: $(DEVELOPMENT) ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check . | grep '^ *-->' | sort -u; echo 'run make format' >&2; exit 1; }

.PHONY: format
format: $(DEVELOPMENT) ## let ruff write the format and mend what it safely can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: types
types: $(DEVELOPMENT) ## mypy, strict
	@$(BIN)/mypy

.PHONY: walls
walls: $(DEVELOPMENT) ## who may import whom
	@$(BIN)/lint-imports --no-logo

.PHONY: migrations
migrations: $(DEVELOPMENT) ## squawk: migrations that are safe while the service runs
	@$(BIN)/squawk shared/messaging/migrations/*.sql services/*/migrations/*.sql

.PHONY: tidy
tidy: $(DEVELOPMENT) ## the house's order: names, sizes, clauses, links, locks
	@$(BIN)/python -m pytest -q tests/tidy

.PHONY: histories
histories: $(DEVELOPMENT) ## random histories of whole pools, many more than make test tries (HISTORIES=2000)
	@RISKPOOL_HISTORIES=$(or $(HISTORIES),2000) $(BIN)/python -m pytest -q tests/unit/registry/test_registry_whole_histories.py

.PHONY: mutants
mutants: $(DEVELOPMENT) ## let each rule and each use of it pass, and see that a test notices (MUTANTS='--clause 10.3')
	@$(BIN)/python -m tests.mutation $(MUTANTS)

.PHONY: bench
bench: $(DEVELOPMENT) ## measure one message through one service, beside a bare hop through the broker
	@$(BIN)/python -m benchmarks.latency $(if $(JSON),--json "$(JSON)")

.PHONY: bench-resume
bench-resume: $(DEVELOPMENT) ## measure how soon the flow resumes after each of 50 kills of a service under load (5 minutes)
	@$(BIN)/python -m benchmarks.resume $(if $(JSON),--json "$(JSON)")

.PHONY: bench-audit
bench-audit: $(DEVELOPMENT) ## measure whether anybody slows while audit is away for ten minutes
	@$(BIN)/python -m benchmarks.audit_away $(if $(JSON),--json "$(JSON)")

.PHONY: bench-replay
bench-replay: $(DEVELOPMENT) ## measure a replay of 100,000 records beside plain consuming
	@$(BIN)/python -m benchmarks.replay $(if $(JSON),--json "$(JSON)")

.PHONY: bench-registry
bench-registry: $(DEVELOPMENT) ## measure 100,000 projects through the registry beside their bytes merely moved (5 minutes)
	@$(BIN)/python -m benchmarks.registry_load $(if $(JSON),--json "$(JSON)")

# Writing what is made from code

.PHONY: contracts
contracts: $(DEVELOPMENT) ## write docs/contracts from the message models, and its examples from the scenarios
	@$(BIN)/python -m riskpool.contracts

.PHONY: contracts-archive
contracts-archive: $(DEVELOPMENT) ## the same, and an archive of it that goes out with a release
	@version=$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml | head -1); \
	$(BIN)/python -m riskpool.contracts --archive "dist/riskpool-contracts-$$version.tar.gz"; \
	echo "dist/riskpool-contracts-$$version.tar.gz"

.PHONY: articles
articles: $(DEVELOPMENT) ## write docs/articles-in-code.md, and what docs/articles.md says is planned
	@$(BIN)/python -m tests.tidy.articles

# uv only resolves; what it resolves is installed by pip. No index is written down, and none is named here.
.PHONY: lock
lock: $(BIN)/python ## write the locks anew from pyproject.toml, keeping pins that still fit
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/python -m venv "$$folder/uv"; "$$folder/uv/bin/pip" --disable-pip-version-check install --quiet 'uv>=0.9,<1'; \
	compile() { "$$folder/uv/bin/uv" pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --universal --custom-compile-command 'make lock' "$$@" > /dev/null; }; \
	compile pyproject.toml -o requirements.lock; \
	compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock; \
	compile --group fallback -o requirements-fallback.lock

.PHONY: clean
clean: ## remove what tools and runs leave behind, the virtual environment and the fetched broker included
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
