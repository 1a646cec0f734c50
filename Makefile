# Every line here is one anybody may type by hand; CONTRIBUTING.md says when.
PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
export HOST ?= 127.0.0.1
export PORT ?= 8000

.PHONY: run serve test lint bench pictures translations clean

run: .venv/ready  ## set everything up, make the demo branch and load a recorded week, print the links, serve
	@$(FLASK) migrate
	@$(FLASK) demo
	@$(FLASK) load --once --manager marta tests/data/warsaw/UD_Wola_*.csv
	@exec $(BIN)/gunicorn -c queue_app/serving/gunicorn_conf.py

test: .venv/ready-dev  ## set everything up and run every test
	@./tests/prepare
	@$(BIN)/python -m tests.audit
	@$(BIN)/python -m compileall -q queue_app kiosk display printers tests wsgi.py  # or each of a thousand processes would do it
	$(BIN)/pytest

lint: .venv/ready-dev  ## format, lint and types, as the tests check them
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/ready-dev  ## measure, and print the tables of docs/benchmarks.md
	@./tests/prepare
	$(BIN)/python -m benchmarks

pictures: .venv/ready-dev  ## take every screenshot of docs/ anew
	@./tests/prepare
	$(BIN)/python -m docs.pictures

translations: .venv/ready-dev  ## collect the texts of the code into the five catalogues
	$(BIN)/python -m queue_app.translations.collect

clean:
	rm -rf .venv var

.venv/ready: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
