# `make demo` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CONSTRAINTS ?= constraints.txt
PYTHONS ?= python3.11 python3.12 python3.13
NBGRADERS ?= 0.9.5 0.9.6

.PHONY: help setup demo test versions check format lint types layers audit bench pin clean

help: ## Show this list.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## Make the virtual environment and install everything into it.

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "torchgrade needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (torch is large; the first time takes some minutes) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[dev]'
	@touch $(READY)

demo: $(READY) ## Grade a class of real submissions and show the result.
	@$(BIN)/python examples/demo.py

test: $(READY) ## Run all tests.
	@$(BIN)/pytest

versions: ## Run the tests with nbgrader for each of PYTHONS and NBGRADERS.
	@mkdir -p out
	@set -e; for python in $(PYTHONS); do for nbgrader in $(NBGRADERS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		venv=out/python$$version-nbgrader-$$nbgrader; \
		sed "s/^nbgrader==.*/nbgrader==$$nbgrader/" constraints.txt > $$venv.txt; \
		$(MAKE) --no-print-directory setup PYTHON=$$python VENV=$$venv CONSTRAINTS=$$venv.txt; \
		echo "Python $$version, nbgrader $$nbgrader"; \
		$$venv/bin/pytest -q tests/integrations; \
	done; done

check: lint types layers ## Format, lint, types, import contract.

format: $(READY) ## Put the code into its standard form.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(READY)
	@$(BIN)/mypy

layers: $(READY)
	@$(BIN)/lint-imports

audit: $(READY) ## Prove that every exercise is sound.
	@$(BIN)/grade audit

bench: $(READY) ## Measure start-up and the cost of grading (benchmarks/README.md).
	@$(BIN)/python benchmarks/bench_start.py

pin: $(READY) ## Write the installed versions to constraints.txt.
	@{ sed -n '/^#/p' constraints.txt; $(BIN)/pip freeze --exclude-editable | sed 's/+cpu//'; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## Remove the virtual environment and caches.
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis out
