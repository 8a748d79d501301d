# Every target is a line or two that a person could type. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test coverage check bench assets audit clean

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin

# Named for the content of the requirement files: a changed file installs again, an unchanged one costs nothing.
INSTALLED := $(VENV)/.installed-$(shell cat requirements.txt | cksum | cut -d' ' -f1)
INSTALLED_DEV := $(VENV)/.installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)

export HOST ?= 127.0.0.1
export PORT ?= 8000

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

run: export CONSERJE_MODE ?= demo
run: export WITH_WORKER ?= 1
run: export PUBLIC_BASE_URL ?= http://$(if $(findstring :,$(HOST)),[$(HOST)],$(HOST)):$(PORT)
run: assets ## install, migrate, fill an empty database with the demo and serve it (HOST, PORT, CONSERJE_MODE)
	$(BIN)/python -m flask --app app db upgrade
	@[ "$$CONSERJE_MODE" != demo ] || $(BIN)/python -m flask --app app demo --if-empty
	@exec $(BIN)/python -m gunicorn -c python:conserje.server app:app

test: assets $(INSTALLED_DEV) ## install what the tests need, a Chromium too, and run them (TESTS="-k visits")
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

coverage: assets $(INSTALLED_DEV) ## measure how much of the rules their own tests reach, against the floor
	$(BIN)/python -m pytest -n auto --dist worksteal --cov -k "not postgresql" --ignore tests/blueprints --ignore tests/journeys

check: $(INSTALLED_DEV) ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: assets $(INSTALLED_DEV) ## measure bytes, times and memory against their goals
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

assets: $(INSTALLED) ## hash and compress the static files, compile the translations
	$(BIN)/python -m conserje.assets
	@$(BIN)/pybabel --quiet compile --directory conserje/translations

audit: $(INSTALLED_DEV) ## look every pinned package up among the known vulnerabilities (needs the network)
	$(BIN)/pip-audit --strict --no-deps --disable-pip -r requirements.txt -r requirements-dev.txt

clean: ## remove what make built; instance/ with its data stays
	rm -rf $(VENV) conserje/static/build .coverage htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find app.py conserje migrations tests bench -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed, and none is on the PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): | $(BIN)/python
	@echo "Installing what requirements.txt names ..."
	@rm -f $(VENV)/.installed-*
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(INSTALLED_DEV): $(INSTALLED)
	@echo "Installing what requirements-dev.txt names ..."
	@rm -f $(VENV)/.installed-dev-*
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
