# Every habit of the house as a verb. `make help` lists them.
#
# Environment, data and caches lie in ignored folders of this checkout, or under BANGVANG_CACHE.

SHELL  := /bin/bash
PYTHON ?= python3
CACHE  := $(abspath $(or $(BANGVANG_CACHE),.cache))
VENV   := $(if $(BANGVANG_CACHE),$(CACHE)/venv,$(CURDIR)/.venv)
BIN    := $(VENV)/bin
# Whoever wants fewer or more processes in the tests says so: make test WORKERS=4
WORKERS ?= 2
# Lines are counted only where tests stand close to them: counting costs half as much time again.
CLOSE := tests/unit tests/contract engine workflows
FAR := $(filter-out tests/unit tests/contract tests/benchmarks tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

export BANGVANG_DATA ?= $(if $(BANGVANG_CACHE),$(CACHE)/data,$(CURDIR)/.data)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export COVERAGE_FILE := $(CACHE)/coverage/data
export MYPY_CACHE_DIR := $(CACHE)/mypy
export RUFF_CACHE_DIR := $(CACHE)/ruff
export BANGVANG_TEST_CACHE := $(CACHE)

# What is installed must be what the lock names, and this checkout: so both are part of the stamp.
STAMP := $(VENV)/bangvang-$(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)-$(shell printf %s '$(CURDIR)' | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean env browser lint types arrows declared

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: env ## start the product with a province at work; the address is printed
	@exec $(BIN)/bangvang serve --demo

test: env browser lint types arrows ## everything: style, types, arrows, all tests, coverage
	@mkdir -p $(CACHE)/coverage
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -o cache_dir=$(CACHE)/pytest $(CLOSE) --cov --cov-report=
	$(BIN)/python -m coverage report --fail-under=100
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -o cache_dir=$(CACHE)/pytest $(FAR)
	@if [ -z "$$(command -v chromium chromium-browser google-chrome)" ]; then \
	  echo "Not run: the tests marked 'browser', since no Chromium is installed. Install it (Debian: apt-get install chromium), then run make test again."; fi

check: env lint types arrows ## the quick loop: style, types, arrows, unit tests
	$(BIN)/python -m pytest -q -n $(WORKERS) -p no:schemathesis -o cache_dir=$(CACHE)/pytest tests/unit engine workflows

bench: env ## measure; prints one table
	@$(BIN)/python tests/benchmarks/run.py

lock: env ## choose versions anew and write requirements.lock
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --extra dev \
	  --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --output-file requirements.lock pyproject.toml
	sed -i "/^#/d; /^$$/d" requirements.lock

clean: ## remove environment, data and caches
	rm -rf $(VENV) $(BANGVANG_DATA) $(addprefix $(CACHE)/,coverage hypothesis import-linter mypy postgres pytest ruff)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

arrows:
	$(BIN)/lint-imports --no-logo --cache-dir $(CACHE)/import-linter

declared: env ## say which declared requirements are unused, and which used ones undeclared
	$(BIN)/deptry .

env: $(STAMP)

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Bảng Vàng needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.11 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/bangvang-*
	@touch $(STAMP)

# The browser tests drive an installed Chromium. Where we may, we install Debian's; where not, `test` says so.
browser:
	@if [ -z "$$(command -v chromium chromium-browser google-chrome)" ] && command -v apt-get >/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else exit 0; fi; \
	  echo "Installing Chromium for the browser tests."; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $$as_root apt-get -q -y update >/dev/null && \
	  $$as_root apt-get -q -y install --no-install-recommends chromium >/dev/null || \
	  echo "Chromium could not be installed; the browser tests will be left out."; fi
