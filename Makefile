# make run    the demonstration on http://127.0.0.1:8000: shipped figures, and a sandbox of every source
# make test   the linters, the type checkers and every test but the long campaigns
# make cover  every test again, with what of the code none of them reaches
# make proof  the long campaigns
# make bench  the speed of the wire and of the command's start, as multiples of bare uvicorn's and of two imports'
# make lock   the locks anew from pyproject.toml (UPGRADE=--upgrade: with the newest releases)
# make clean  removes what these made

PYTHON ?= python3
VENV ?= .venv
# Two more than the two cores: many tests wait for a database or a process.
WORKERS ?= 4
PORT ?= 8000

# Each worker begins with neighbours, which share fixtures, and takes from the others when it has none left.
SPREAD = -n $(WORKERS) --dist worksteal
BIN := $(VENV)/bin
# The slowest first.
LINTERS := pyright mypy web ruff contracts dependencies
WEB := gateway/web
# The machine's Node where there is one, else the wheel's.
NODE = PATH="$$(command -v npm >/dev/null || echo $(CURDIR)/$(BIN):)$$PATH"
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

export PIP_ROOT_USER_ACTION := ignore
# Without it pyright asks the network at every run whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Where it is set, each worker and each process of the tests compiles every module again.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: run questions web test cover lint $(LINTERS:%=lint-%) proof bench lock clean

run: $(VENV)/.runs web questions
	@exec $(BIN)/gateway demo --host 127.0.0.1 --port $(PORT)

questions:
	@printf '%s\n' "$$QUESTIONS"

# The explorer, built from its sources; npm fetches what its lock names.
web: $(WEB)/dist/index.html

$(WEB)/node_modules/.made: $(WEB)/package-lock.json | $(VENV)/.runs
	$(NODE) npm ci --prefix $(WEB) --loglevel=error
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.made $(WEB)/vite.config.ts $(shell find $(WEB)/explorer -type f)
	$(NODE) npm run --prefix $(WEB) --silent build
	@touch $@

test: lint web
	$(BIN)/python -m pytest $(SPREAD)

cover: $(VENV)/.develops web
	$(BIN)/python -m pytest $(SPREAD) --cov --cov-report=term

# Two at a time, because each keeps one core busy. What one prints stays together.
lint: $(VENV)/.develops $(WEB)/node_modules/.made
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) \
		$(LINTERS:%=lint-%)

lint-pyright:
	$(BIN)/pyright --pythonpath $(BIN)/python

lint-mypy:
	$(BIN)/mypy

lint-web:
	$(NODE) npm run --prefix $(WEB) --silent check

lint-ruff:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-contracts:
	$(BIN)/lint-imports --no-logo

lint-dependencies:
	$(BIN)/deptry .

# pytest calls an empty selection a failure (exit code 5). So it is, once a test carries the mark.
proof: $(VENV)/.develops web
	@if grep --recursive --quiet --include='*.py' --fixed-strings 'pytest.mark.proof' tests; then \
		set -x; $(BIN)/python -m pytest -m "proof or property" $(SPREAD) --hypothesis-profile=proof; \
	else \
		echo "There are no long campaigns: no test carries pytest.mark.proof."; \
	fi

# A benchmark per line; each prints a ratio and its goal.
bench: $(VENV)/.develops
	$(BIN)/python -m tests.benchmarks.wire
	$(BIN)/python -m tests.benchmarks startup

# The annotations and the header name neither an index nor a path of the machine that compiled them. Extras stay, because
# pip takes `coverage==1` for no pin of the `coverage[toml]` that another package asks for.
COMPILE = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

lock: $(VENV)/.develops
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.txt
	$(COMPILE) pyproject.toml --group build --constraints requirements-dev.txt --output-file requirements.txt

clean:
	rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .import_linter_cache

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "The gateway needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# The package is installed editable: what is served and tested is the checkout.
$(VENV)/.runs: $(VENV)/.made requirements.txt pyproject.toml
	$(PIP) --require-hashes --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develops: $(VENV)/.made requirements-dev.txt pyproject.toml
	$(PIP) --require-hashes --requirement requirements-dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runs

define QUESTIONS

# 1. Did Telegram do what the Korean regulator asked of it? Each figure with its citation.
{
  statistics(filter: {agency: ["kr.kcsc"], platform: ["telegram"]}) {
    totalCount
    nodes { metric value unit duration qualifier period { start end text } citation }
  }
}

# 2. How many were apprehended (검거)? A running total holds the earlier ones; other periods are not comparable.
{
  statistics(filter: {agency: ["kr.knpa"], event: [APPREHENDED]}, orderBy: {by: PERIOD, descending: false}) {
    nodes { value unit cumulative period { start end } dimensions { name value } statedAt citation }
  }
}

# 3. Whom did Korea ask for help across borders, and through which channel?
{
  cooperationRequests {
    nodes {
      fromAgency { name } toJurisdiction addressee channel status requested { text start }
      informationRequests { nodes { requester { name } platform { name } instrument status } }
      citation
    }
  }
}

# 4. How much is online? A figure that was stated as "about" says so.
{
  statistics(filter: {agency: ["us.security-hero"]}) {
    nodes { metric value unit qualifier population period { text } citation native { field value } }
  }
}

# 5. What was recorded, taken down and asked for about one crime? From the sandboxes: synthetic.
{
  cases(filter: {reference: {scheme: "uk-crime-id", value: "0b2ad5dc8b99a0d98827f8b6b70941d563856b8d2cf139a0f39e6c93e27a7fbe"}}) {
    nodes {
      status
      takedowns { nodes { platform { name } harmCategories executed { start } provenance { citation } } }
      arrests { nodes { event happened { start } citation } }
      informationRequests { nodes { requester { name } platform { name } status citation } }
    }
  }
}

# 6. Who says all this, under which licence, and how old is the gateway's copy?
{
  sources { name publisher licence state lastReadAt ageSeconds recordTypes notes }
}

endef
export QUESTIONS
