# `make help` says what each target does. The work is done by the scripts in tools/.
PYTHON_ENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-lab setup-test demo test test-quick lint bench fuzz soak docs clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what the program and the demo need: Debian packages (as root), .venv
	@tools/setup.sh run

setup-lab: ## the same, and what `pacewright lab` needs
	@tools/setup.sh lab

demo: setup ## the main job on the embedded cluster, as a story (under two minutes after the set-up)
	@$(PYTHON_ENV) tools/demo.py

setup-test:
	@tools/setup.sh test

test: setup-test ## lint and all tests, quick tiers first, ending in one table
	@$(PYTHON_ENV) tools/run_tests.py all

test-quick: setup-test ## the same without the cluster tier
	@$(PYTHON_ENV) tools/run_tests.py quick

lint: setup-test ## ruff, mypy --strict, import-linter
	@$(PYTHON_ENV) tools/run_tests.py lint

bench: setup-test ## speed beside pcs, crmsh and the raw tools, as ratios; JSON in bench/results/
	@$(PYTHON_ENV) bench/run.py

fuzz: setup-test ## each parser under a coverage-guided fuzzer for SECONDS=60
	@$(PYTHON_ENV) -m pip install --quiet atheris
	@for parser in spec crm pcs cib; do $(PYTHON_ENV) tests/fuzz/fuzz_parser.py $$parser $(or $(SECONDS),60) || exit 1; done

soak: setup-test ## long rounds and all predictions on real labs (hours); RELEASE=trixie, ROUNDS="..." COUNT=3 choose; tables in docs/
	@$(PYTHON_ENV) tests/soak $(ROUNDS) --release $(or $(RELEASE),bookworm) $(if $(COUNT),--count $(COUNT)) --write docs/soak.md
	@$(if $(ROUNDS)$(COUNT),,$(PYTHON_ENV) tests/matrix/soak.py $(or $(RELEASE),bookworm))
	@$(if $(ROUNDS)$(COUNT),,$(PYTHON_ENV) -m pytest tests/cluster -m long)

docs: setup-test ## write anew what is generated: docs/pacewright.1 and the example in README.md
	@$(PYTHON_ENV) tools/make_man.py
	@$(PYTHON_ENV) tools/make_readme.py

clean: ## remove .venv, caches and results; Debian packages stay
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist bench/results
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@rm -rf src/*.egg-info
