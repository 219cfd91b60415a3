# The front door for developers. `make help` lists what there is.

SHELL := /bin/sh
UV := .ci/uv
# In the order in which they were collected, the longest first (tests/conftest.py): else one worker waits at the end.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder
export PYTEST_ARGS

.DEFAULT_GOAL := help
.PHONY: help demo setup test lint format test-compat docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## Run everything on this machine with a made-up clinic (ARGS="--headless --reset --port 8080")
	@export STANDBY_LAUNCHER_PID=$$PPID; $(UV) sync --frozen --quiet && exec $(UV) run --no-sync standby demo $(ARGS)

setup: environment ## Make both environments and the language model, without starting anything
	@$(UV) run --no-sync standby nlu train

test: setup ## Run every check: style, types, import rules, all tests (PYTEST_ARGS="-n 2 -k lapse")
	@.ci/test

lint: environment ## Run the checks that need no server: style, types, import rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: environment ## Put the code into its standard form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

test-compat: environment ## Run the queue tests against Debian's redis-server, where it is installed
	@.ci/test-compat

docs: environment ## Write docs/settings.md and .env.example anew from bot/settings.py
	@.venv/bin/standby settings --as markdown > docs/settings.md
	@.venv/bin/standby settings --as env > .env.example

clean: ## Remove what was made: environments, models, the demo's data, caches
	rm -rf .venv nlu/rasa/.venv nlu/models .standby .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: environment
environment:
	@$(UV) sync --frozen --quiet
