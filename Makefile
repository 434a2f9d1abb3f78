# Commonhold: the commands of the README. uv is used when it is there and never required.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

ifdef UV
MAKE_VENV = uv venv --quiet --python $(PYTHON) $(VENV)
PIP = uv pip install --quiet --python $(BIN)/python
else
MAKE_VENV = $(PYTHON) -m venv $(VENV)
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: run test demo bench check check-only install install-dev lock words

run: install
	$(BIN)/commonhold migrate
	$(BIN)/commonhold serve

demo: install
	test -e var/demo/told || { rm -rf var/demo && \
		COMMONHOLD_DATA_DIR=var/demo $(BIN)/commonhold migrate && \
		COMMONHOLD_DATA_DIR=var/demo $(BIN)/commonhold demo && touch var/demo/told; }
	COMMONHOLD_DATA_DIR=var/demo $(BIN)/commonhold serve

test: install-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: install-dev check-only

# The same without installing: for a machine that has everything already.
check-only:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --verbose 2>&1 | tail -n 20 | grep -q "0 broken" || \
		{ $(BIN)/lint-imports --no-cache; exit 1; }

bench: install-dev
	$(BIN)/python -m bench

install: $(VENV)/run.done
install-dev: $(VENV)/dev.done

$(VENV)/run.done: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(MAKE_VENV)
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@

# For maintainers, with uv: take the newest releases that fit, for every platform, with hashes.
lock:
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate pyproject.toml --group dev -c requirements/run.txt \
		-o requirements/dev.txt

# For translators: collect every text into messages.pot, and bring the catalogues up to date.
LOCALE := app/http/locale
words: install-dev
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords say --no-location \
		--sort-output --project Commonhold --omit-header -o $(LOCALE)/messages.pot .
	for po in $(LOCALE)/*/LC_MESSAGES/messages.po; do test ! -f $$po || \
		$(BIN)/pybabel --quiet update -i $(LOCALE)/messages.pot -o $$po \
			-l $$(basename $$(dirname $$(dirname $$po))) --no-fuzzy-matching; done
