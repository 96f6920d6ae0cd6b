# Two commands matter: `make run` and `make test`. Both set up what they need; `make help` lists all.
SHELL := /bin/sh
export PYTHONUTF8 := 1
# What a process compiles of our code, no later one compiles again: half a second of every start.
unexport PYTHONDONTWRITEBYTECODE

# Any Python of the machine that is new enough makes .venv; everything else runs in there.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PACKAGES = @[ -n "$(PYTHON)" ] || { echo "BorderCoop needs Python 3.11 or newer with its venv module (on Debian: python3 and python3-venv)."; exit 1; }; \
	exec $(PYTHON) -I -X utf8 bordercoop/devstack/environment.py
DEVSTACK = @exec .venv/bin/python bordercoop/devstack

.PHONY: help run test check bench openapi messages clean
.DEFAULT_GOAL := help

help: ## this list
	@echo "make run                  the whole portal on http://127.0.0.1:8000 (PORT=8001 for another port)"
	@echo "make test                 all tests (ARGS=\"tests/incidents -q\" for some)"
	@echo "make check                style, types, templates, imports, migrations, deployment, API file, translations"
	@echo "make bench                the benchmarks; they also write benchmarks/results.json"
	@echo "make messages             brings the translation catalogues up to date"
	@echo "make openapi              writes docs/openapi.yaml"
	@echo "make clean                removes .venv, .run with all its data, and caches"

run:
	$(PACKAGES)
	$(DEVSTACK) run

test:
	$(PACKAGES) --dev
	$(DEVSTACK) test $(ARGS)

check:
	$(PACKAGES) --dev
	$(DEVSTACK) check

bench:
	$(PACKAGES) --dev
	$(DEVSTACK) bench $(ARGS)

openapi:
	$(PACKAGES)
	$(DEVSTACK) with .venv/bin/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages:
	$(PACKAGES)
	$(DEVSTACK) with .venv/bin/python manage.py catalogues

clean:
	@$(PYTHON) bordercoop/devstack clean
	@rm -rf .venv
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
