# Two commands do everything on a fresh machine: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
DATASET ?= default
ENGINE ?= local
CASES ?= tests/data/requests_held_out.jsonl
SAMPLE ?= 0
MODEL ?=
DISTURBED ?=

BIN := .venv/bin
UV := .tools/bin/uv
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix console
STATIC := src/flight_search/services/static/index.html
CONSOLE_SOURCES := $(shell find console -path console/node_modules -prune -o -type f -print 2>/dev/null)

# npm notes where a package's authors take donations; a lock file of ours names no address.
WITHOUT_ADDRESSES := import json, pathlib, sys; \
	path = pathlib.Path(sys.argv[1]); lock = json.loads(path.read_text()); \
	[entry.pop("funding", None) for entry in lock["packages"].values()]; \
	path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")

export UV_NO_PROGRESS ?= 1

##@ The two that matter

.PHONY: run
run: .venv/.run $(STATIC) ## Install, fetch the data, build the first snapshot, serve at http://HOST:PORT
	@exec $(BIN)/flight-search run --dataset "$(DATASET)" --host "$(HOST)" --port "$(PORT)"

.PHONY: test
test: check test-python test-console test-e2e ## Every check and every test

##@ Checks and parts of the tests

.PHONY: check
check: .venv/.dev console/node_modules/.package-lock.json ## Format, lint, types, layers
	$(BIN)/ruff format --check src tests benchmarks evaluation
	$(BIN)/ruff check src tests benchmarks evaluation
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run --silent check

.PHONY: test-python
test-python: .venv/.dev redis ## Unit, contract and integration tests
	$(BIN)/pytest -q tests/unit tests/contract tests/integration

.PHONY: test-console
test-console: console/node_modules/.package-lock.json ## Unit tests of the console
	$(NPM) test --silent

.PHONY: test-e2e
test-e2e: .venv/.dev $(STATIC) chromium ## The console in real Chromium
	$(BIN)/pytest -q tests/e2e

.PHONY: evaluate
evaluate: .venv/.dev ## How well ENGINE (local,llm,auto or addresses) understands CASES; MODEL serves one meanwhile
	$(BIN)/python -m evaluation "$(ENGINE)" $(CASES) --sample $(SAMPLE) $(if $(MODEL),--model "$(MODEL)") $(if $(DISTURBED),--disturbed)

.PHONY: format
format: .venv/.dev console/node_modules/.package-lock.json ## Rewrite the sources in the house format
	$(BIN)/ruff check --fix src tests benchmarks evaluation
	$(BIN)/ruff format src tests benchmarks evaluation
	$(NPM) run --silent format

##@ Building

.PHONY: console
console: $(STATIC) ## Build the console into the Python package

.PHONY: wheel
wheel: .venv/.dev $(STATIC) ## Build the wheel (with the console inside)
	$(BIN)/python -m build --wheel --no-isolation

.PHONY: lock
lock: .venv/.run ## Compile the lock files anew (versions and hashes, no addresses)
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group build -o requirements/run.txt
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group build --group dev -c requirements/run.txt -o requirements/dev.txt
	$(NPM) install --silent --package-lock-only --ignore-scripts
	$(BIN)/python -c '$(WITHOUT_ADDRESSES)' console/package-lock.json

.PHONY: clean
clean: ## Remove what was installed and built here (data and caches of the user stay)
	rm -rf .venv .tools .cache artifacts dist console/node_modules src/flight_search/services/static

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---------------------------------------------------------------------------- what the targets stand on

$(UV): requirements/tools.txt
	@echo "Installing uv, the Python package installer, into .tools ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes --upgrade \
		--target .tools -r requirements/tools.txt
	@touch $@

.venv/bin/python: $(UV)
	@$(UV) venv --quiet --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@touch $@

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing the Python packages of requirements/run.txt into .venv ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing the Python packages of requirements/dev.txt into .venv ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

console/node_modules/.package-lock.json: console/package-lock.json | .venv/.run
	@echo "Installing the console's npm packages into console/node_modules ..."
	@$(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(STATIC): console/node_modules/.package-lock.json $(CONSOLE_SOURCES)
	@echo "Building the console ..."
	@$(NPM) run --silent build
	@touch $@

.PHONY: redis
redis:
	@command -v redis-server >/dev/null || { \
		echo "Installing Debian's Redis for the tests of the shared cache (not started as a service) ..."; \
		if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
		$$S apt-get update -qq && $$S env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
			apt-get install -y -qq --no-install-recommends redis-server >/dev/null; }

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { \
		echo "Installing Debian's Chromium for the browser tests ..."; \
		if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
		$$S apt-get update -qq && $$S env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
