# Every command the team repeats. Works from a fresh clone with Python 3.11+, make and python3-venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The first Python that is new enough; where none is, python3 itself says what is missing.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && exit; \
	done; echo python3)
EXTRAS ?= torch
BIN := .venv/bin

.PHONY: help
help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: python ## Make .venv/bin/rag-app ready (EXTRAS= for no torch, PYTHON=python3.12 for another Python)
	@$(PYTHON) -m scripts.setup --extras "$(EXTRAS)"

.PHONY: demo
demo: setup ## Fetch the models, ingest examples/knowledge_base into .demo/ and ask three questions
	@$(BIN)/python -m scripts.demo

.PHONY: test
test: check unit ## Run every check: lint, types, import contract, tests

.PHONY: check
check: lint type imports ## Run the fast checks alone

.PHONY: lint
lint: dev ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: format
format: dev ## Mend what can be mended by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: type
type: dev ## Check the types
	@$(BIN)/mypy

.PHONY: imports
imports: dev ## Check that imports go down the map only
	@$(BIN)/lint-imports

.PHONY: unit
unit: dev test-models ## Run the tests alone (TESTS=tests/ranking for some of them)
	@$(BIN)/pytest $(TESTS) -m "not alone" -n auto --dist loadfile
	@$(BIN)/pytest $(TESTS) -m alone || [ $$? = 5 ]  # 5: none of them among TESTS

.PHONY: models
models: setup ## Fetch and verify the models
	@$(BIN)/rag-app models fetch

# What the tests read: the default models, and a small language model for the generator's tests.
.PHONY: test-models
test-models: dev
	@$(BIN)/rag-app models fetch
	@$(BIN)/rag-app models fetch smollm2-135m-instruct

KILLS ?= 200
.PHONY: soak
soak: dev test-models ## Kill workers again and again while they ingest (KILLS=200): the end must be that of a quiet run
	@RAG_APP_TEST_KILLS=$(KILLS) $(BIN)/pytest tests/rag_app/jobs/test_crashes.py -k killed_at_random

.PHONY: studies
studies: setup ## Print the figures of docs/ anew (DATA=folder of data sets, ONLY=chunk, SLOW=1)
	@$(BIN)/python -m scripts.studies $(if $(DATA),--data "$(DATA)") --only "$(ONLY)" $(if $(SLOW),--slow)

.PHONY: lock
lock: python ## Renew requirements.lock within the ranges of pyproject.toml
	@$(PYTHON) -m scripts.lock

.PHONY: clean
clean: ## Remove all that make made here (downloaded models stay in their cache)
	@rm -rf .venv .demo .studies .cache dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: dev
dev: python
	@$(PYTHON) -m scripts.setup --extras "torch,postgresql,redis,s3" --dev

.PHONY: python
python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Debian and Ubuntu: sudo apt install python3 python3-venv" >&2; exit 1; }
