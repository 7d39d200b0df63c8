# Everyday commands. Every target sets up what it needs; `make` or `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
OUT ?= $(or $(VITRINA_HOME),var)/model
REPORT ?= $(OUT)-report
DEMO = $(or $(VITRINA_HOME),var)/demo
# A file that is newer than the project's needs says that they are installed.
INSTALLED := $(VENV)/.installed
# A worker that has nothing left takes tests from another; tests that start servers stay together. Python may write down
# what it compiled, as otherwise each worker and each process that a test starts would compile all files again.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadgroup
TEXTS := /tmp/vitrina-texts.pot

export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: help
help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## Make .venv with everything that Vitrina needs

$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Error: $(PYTHON) is too old or missing; Python 3.11 or later is needed. Name one: make PYTHON=python3.12 install"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Error: $(PYTHON) can't make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) (a few minutes the first time: TensorFlow is large)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo
demo: $(INSTALLED) ## Draw a demo boutique, index it, search once, and serve it (HOST=127.0.0.1 PORT=8000)
	@$(BIN)/python -m webapp --host $(HOST) --port $(PORT) --check  # a taken port is better known before the work
	@$(BIN)/python -m catalog render-demo $(DEMO)
	@$(BIN)/python -m catalog import $(DEMO)/products.csv --alone --prune
	@$(BIN)/python -m indexer build
	@photo=$$(sed -n '2s/,.*//p' $(DEMO)/shopper.csv); echo; echo "A shopper's photo: $(DEMO)/$$photo"; \
	  $(BIN)/python -m search $(DEMO)/$$photo --limit 5; echo
	@$(BIN)/python -m webapp --host $(HOST) --port $(PORT)

.PHONY: test
test: $(INSTALLED) ## Run the whole test suite
	$(PYTEST)

.PHONY: test-fast
test-fast: $(INSTALLED) ## Run the tests that are not marked slow
	$(PYTEST) -m "not slow"

.PHONY: coverage
coverage: $(INSTALLED) ## Run the whole test suite and print which lines and branches it never reached
	$(PYTEST) --cov --cov-report=term-missing:skip-covered

.PHONY: index
index: $(INSTALLED) ## Bring the index up to date with the catalogue
	@$(BIN)/python -m indexer build

.PHONY: train
train: $(INSTALLED) ## Fine-tune on your photos: make train DATA=products.csv OUT=var/model [ARGS="--label type"]
	@test -n "$(DATA)" || { echo "Error: which photos? make train DATA=folder-or-table [OUT=var/model] [ARGS=...]"; exit 1; }
	@$(BIN)/python -m indexer train "$(DATA)" --out "$(OUT)" $(ARGS)

.PHONY: evaluate
evaluate: $(INSTALLED) ## Evaluate it on the photos held out: make evaluate DATA=products.csv OUT=var/model
	@test -n "$(DATA)" || { echo "Error: which photos? make evaluate DATA=folder-or-table [OUT=var/model] [ARGS=...]"; exit 1; }
	@$(BIN)/python -m indexer evaluate "$(OUT)" "$(DATA)" --report "$(REPORT)" $(ARGS)

.PHONY: evaluate-catalog appraise
evaluate-catalog: $(INSTALLED) ## Evaluate the model in use on the catalogue, for the studio's quality pages
	@$(BIN)/python -m indexer evaluate-catalog

appraise: evaluate-catalog # the target's first name

.PHONY: serve
serve: $(INSTALLED) ## Serve the shop (HOST=127.0.0.1 PORT=8000)
	@$(BIN)/python -m webapp --host $(HOST) --port $(PORT)

.PHONY: contract
contract: $(INSTALLED) ## Ask every route of the API 2,000 times what its description allows (the shop below VITRINA_HOME)
	$(BIN)/python benchmarks/api_contract.py --examples 2000

.PHONY: bench
bench: $(INSTALLED) ## Run the benchmarks (accuracy needs the development photos, see benchmarks/README.md)
	$(BIN)/python benchmarks/cross_view.py
	$(BIN)/python benchmarks/demo_search.py
	$(BIN)/python benchmarks/answers.py
	$(BIN)/python benchmarks/words.py
	$(BIN)/python benchmarks/retrieval.py
	$(BIN)/python benchmarks/unknown.py
	$(BIN)/python benchmarks/things.py
	$(BIN)/python benchmarks/classifier.py
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/embedding_speed.py
	$(BIN)/python benchmarks/shop_load.py
	$(BIN)/python benchmarks/frame.py
	$(BIN)/python benchmarks/pages.py
	$(BIN)/python benchmarks/browsing.py
	$(BIN)/python benchmarks/feeds.py

.PHONY: check
check: lint ## Format, lint, types and tests, as before each commit
	$(PYTEST)

.PHONY: lint
lint: $(INSTALLED) ## Format, lint and types, without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

.PHONY: format
format: $(INSTALLED) ## Format the code, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: translations
translations: $(INSTALLED) ## Collect the texts of pages and findings into the .po files, and compile these to .mo
	cd webapp && ../$(BIN)/pybabel extract -F babel.cfg -k lazy_gettext --no-location --no-wrap --sort-output -o $(TEXTS) .
	cd webapp && ../$(BIN)/pybabel update -i $(TEXTS) -d translations --no-wrap --no-fuzzy-matching --ignore-obsolete
	cd webapp && ../$(BIN)/pybabel compile -d translations --statistics
	$(BIN)/pybabel extract -F search/translations/babel.cfg --no-location --no-wrap --sort-output -o $(TEXTS) search/model_quality indexer
	$(BIN)/pybabel update -D findings -i $(TEXTS) -d search/translations --no-wrap --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel compile -D findings -d search/translations --statistics
	$(BIN)/pybabel extract -F catalog/checking/babel.cfg -k N_ --no-location --no-wrap --sort-output -o $(TEXTS) catalog/checking
	$(BIN)/pybabel update -D checks -i $(TEXTS) -d catalog/translations --no-wrap --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel compile -D checks -d catalog/translations --statistics
	@rm -f $(TEXTS)

.PHONY: lock
lock: $(INSTALLED) ## Write requirements.lock anew from pyproject.toml and constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra postgresql --extra milvus --constraint constraints.txt --output-file requirements.lock \
	  --python-version 3.11 --universal --generate-hashes --no-annotate --custom-compile-command "make lock"

.PHONY: soak
soak: $(INSTALLED) ## Try broken photos, broken feeds and odd requests (SECONDS=1200 of each, SEED=the time)
	VITRINA_FUZZ_SECONDS=$(or $(SECONDS),1200) VITRINA_FUZZ_SEED=$(or $(SEED),$(shell date +%s)) \
	  $(BIN)/python -m pytest -n 0 tests/fuzz

.PHONY: clean
clean: ## Remove what a run wrote (var/) and caches; the environment stays
	rm -rf var build .mypy_cache .pytest_cache .ruff_cache
