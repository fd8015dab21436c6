# The front doors. Each does all its own set-up on a machine with Python 3.11 or newer, make and gcc.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
TORCH ?= cpu
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
SAMPLE = .assay/sample
KINDS = $(VENV)/kinds.json
BUILT = $(VENV)/built
TORCH_VERSION = $(shell sed -n 's/.*"torch==\(.*\)".*/\1/p' pyproject.toml)

.PHONY: help setup run test check pictures bench docs

help:
	@echo "make run                  the dashboard on the sample corpus"
	@echo "make run CORPUS=path      the dashboard on your own files (Parquet, JSONL, JSONL.gz, JSONL.zst, folders of them)"
	@echo "make setup                only install, into $(VENV); TORCH=cuda takes PyTorch with CUDA"
	@echo "make check                the fast tests, about a minute"
	@echo "make test                 everything that must pass"
	@echo "make pictures             every page as a picture, into pictures/"
	@echo "make bench                the measurements of benchmarks/README.md; needs ASSAY_DATA"
	@echo "make docs                 write the README's tables anew"

setup: $(VENV)/installed
	@echo "Installed: $$(du -sm $(VENV) | cut -f1) MB in $(VENV)."
	@cuda=$$($(PIP) list --format=freeze | grep -iE '^(nvidia-|triton)' | cut -d= -f1 | tr '\n' ' '); \
	test -z "$$cuda" || echo "CUDA packages among them, which Assay does not need: $$cuda"

# Only the CPU build of PyTorch is needed. On Linux the Python package index serves the one with CUDA, so
# it is asked for by name: first of the sources pip is configured with, then of PyTorch's own index.
define torch_cpu
	if $(BIN)/python -c 'import importlib.metadata as m; assert m.version("torch").startswith("$(TORCH_VERSION)")' 2>/dev/null; then :; \
	elif [ "$$(uname -s)" = Darwin ]; then :; \
	elif $(PIP) install -qq 'torch==$(TORCH_VERSION)+cpu' 2>/dev/null; then :; \
	elif $(PIP) install -qq --no-deps --retries 0 --timeout 10 \
		--index-url https://download.pytorch.org/whl/cpu 'torch==$(TORCH_VERSION)+cpu' 2>/dev/null; then :; \
	else echo "No CPU build of PyTorch can be had here. The ordinary one brings CUDA along:"; \
		echo "19 more packages, several gigabytes, some minutes. It works the same."; fi
endef
define torch_cuda
	$(PIP) install -qq 'torch===$(TORCH_VERSION)'
endef

ifeq ($(TORCH),cuda)
.PHONY: $(VENV)/installed
endif

$(VENV)/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Assay needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=path/to/python3.11" >&2; exit 1; }
	@echo "Installing into $(VENV): once, about three minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --upgrade pip
	@$(torch_$(TORCH))
	@$(PIP) install -qq --editable '.[test]'
	@touch $@

ifdef CORPUS
run: $(VENV)/installed
	@$(BIN)/assay open $(CORPUS)
else
run: $(VENV)/installed $(SAMPLE)/.built
	@$(BIN)/assay open $(SAMPLE)
endif

# A step that is done already is done at once, so a build that was interrupted goes on where it stopped.
$(SAMPLE)/.built: | $(VENV)/installed
	@echo "Building the sample workspace: once."
	@$(BIN)/assay ingest sample_data/corpus --to $(SAMPLE)
	@$(BIN)/assay measure $(SAMPLE)
	@$(BIN)/assay embed $(SAMPLE)
	@for file in sample_data/targets/*.jsonl; do name=$$(basename $$file .jsonl); \
		$(BIN)/assay target add $(SAMPLE) $$name $$file || exit 1; \
		$(BIN)/assay rank $(SAMPLE) --method betr --target $$name --name betr_$$name || exit 1; done
	@touch $@

# Every step runs, whatever failed before it. What measures how long a person waits runs alone.
step = echo "== $(1)"; $(BIN)/$(1) || failed="$$failed; $(1)";
LINT = $(call step,ruff check .) $(call step,ruff format --check .) $(call step,mypy) $(call step,lint-imports)
CLOSE = test -z "$$failed" || echo "failed$$failed"; $(BIN)/python tests/support/kinds.py $(KINDS); test -z "$$failed"

check: $(VENV)/installed
	@rm -f $(KINDS); $(LINT) \
	$(call step,pytest -n 2 -m 'not browser and not data and not slow' --kinds=$(KINDS)) \
	$(CLOSE)

test: $(VENV)/installed
	@rm -rf $(KINDS) $(BUILT); $(LINT) \
	$(call step,pytest -n 2 -m 'not browser' --built=$(BUILT) --kinds=$(KINDS)) \
	$(call step,pytest -n 2 --dist loadfile -m 'browser and not timed' --built=$(BUILT) --kinds=$(KINDS)) \
	$(call step,pytest -m timed --built=$(BUILT) --kinds=$(KINDS)) \
	rm -rf $(BUILT); $(CLOSE)

pictures: $(VENV)/installed
	@$(BIN)/pytest -q tests/browser/test_pictures.py --pictures pictures

bench: $(VENV)/installed
	@$(BIN)/python -m benchmarks.ingest_jsonl
	@$(BIN)/python -m benchmarks.ingest_parquet
	@$(BIN)/python -m benchmarks.memory
	@$(BIN)/python -m benchmarks.agreement
	@$(BIN)/python -m benchmarks.predictors
	@$(BIN)/python -m benchmarks.language
	@$(BIN)/python -m benchmarks.signals
	@$(BIN)/python -m benchmarks.previews

docs: $(VENV)/installed
	@$(BIN)/python -m docs.tables
