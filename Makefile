# The verbs of CONTRIBUTING.md. Everything is installed into .venv; nothing else is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo demo-ner test lint update conformance fuzz faults benchmark clean

demo: $(VENV)/.train
	$(BIN)/python demo/fetch_data.py --home .pipec reviews minilm
	$(BIN)/pipec compile pipelines/bert_reviews.yaml
	$(BIN)/pipec run pipelines/bert_reviews.yaml

demo-ner: $(VENV)/.train
	$(BIN)/python demo/fetch_data.py --home .pipec addresses minilm
	$(BIN)/pipec compile pipelines/ner.yaml
	$(BIN)/pipec run pipelines/ner.yaml

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Rewrite schemas, scripts, explained examples and all other expected files; the diff is to be read.
update: $(VENV)/.dev
	$(BIN)/python -m pytest --update -q

# Build the demo with the SageMaker SDKs v2 and v3 again, and compare with the committed results.
conformance: $(VENV)/.dev
	$(BIN)/python -m tests.conformance.run
	$(BIN)/python -m tests.images.oracle

# Twenty thousand mutated specs and definitions; SEED makes others.
SEED ?= 1
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.run --seed $(SEED) --count 20000

# An upsert, disturbed at each of its calls by throttling, errors, resets, lost answers, timeouts.
faults: $(VENV)/.dev
	$(BIN)/python -m tests.deploy.disturbed

benchmark: $(VENV)/.dev
	$(BIN)/python benchmarks/compile.py

clean:
	rm -rf $(VENV) .conformance .pipec build

$(VENV)/.train: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[train]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[dev]'
	touch $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
