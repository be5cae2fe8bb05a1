# The commands of a day; each one installs what it needs first (cmake/setup.sh).
#
#   make run                                       the signals example, over real prices
#   make run ARGS="run examples/x/pool.yaml"       any other `kameo` command
#   make test                                      every test, one summary at the end
#   make build | bench | format | lint | generate | clean
#   make install PREFIX=/usr/local

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The interpreter itself, not a version manager's shim, which would cost each worker 75 ms.
PYTHON := $(shell python3 -c 'import sys; print(sys.executable)' 2>/dev/null || echo python3)
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
ARGS ?= run examples/signals/pool.yaml
export PYTHON

# $(call configured,<preset>): configures it once; ninja sees to the rest.
configured = [ -f build/$(1)/build.ninja ] || cmake --preset $(1) -DPython3_EXECUTABLE=$(PYTHON) >build/configure-$(1).log \
  || { cat build/configure-$(1).log; exit 1; }
FORMATTED = git ls-files '*.cpp' '*.hpp' ':!tests/golden' ':!*/generated/*'

.PHONY: help run build test generate bench format lint lint-format install clean

help:
	@sed -n 's/^#   /  /p' Makefile

run:
	@cmake/setup.sh run
	@$(call configured,release)
	@cmake/quietly build/build-release.log cmake --build build/release -j $(JOBS) --target kameo kameo_python
	@KAMEO_PYTHON=$${KAMEO_PYTHON:-$(CURDIR)/build/release/venv/bin/python} build/release/bin/kameo $(ARGS)

build:
	@cmake/setup.sh run
	@$(call configured,release)
	@cmake --build build/release -j $(JOBS)

test:
	@cmake/setup.sh test
	@$(call configured,dev)
	@cmake/quietly build/build-dev.log cmake --build build/dev -j $(JOBS)
	@build/venv/bin/python tests/run.py --build build/dev --jobs $(JOBS)

# Writes again what is checked in under examples/*/generated.
generate:
	@cmake/setup.sh test
	@$(call configured,dev)
	@cmake --build build/dev -j $(JOBS) --target kameo-gen
	@KAMEO_BUILD_DIR=$(CURDIR)/build/dev build/venv/bin/python tests/generated/test_generated.py

bench:
	@cmake/setup.sh bench
	@$(call configured,bench)
	@cmake/quietly build/build-bench.log cmake --build build/bench -j $(JOBS) --target bench_ask bench_streams kameo_python
	@bench/run --build build/bench

format:
	@$(FORMATTED) | xargs -r clang-format-16 -i

lint-format:
	@$(FORMATTED) | xargs -r clang-format-16 --dry-run --Werror

lint: lint-format
	@$(call configured,dev)
	@$(FORMATTED) ':!*.hpp' | xargs -r -n 8 -P $(JOBS) clang-tidy-16 --quiet -p build/dev

install: build
	@cmake --install build/release --prefix $(PREFIX)

clean:
	@rm -rf build/release build/dev build/bench build/clang build/asan build/tsan build/fuzz build/python
