# make run: the dashboard on sample data.   make test: every check.   Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
SPARK := $(VENV)/.installed-spark
WORKERS ?= 3
COMPILE = $(PYTHON) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --quiet

# Compiled modules are kept, whatever the shell says: without them every start costs seconds. Those of the packages are
# made when they are first used: most never are, and compiling all takes as long as fetching them.
unexport PYTHONDONTWRITEBYTECODE
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

.DEFAULT_GOAL := help
.PHONY: help run test check lock clean

help:
	@echo "make run    open the dashboard on sample data"
	@echo "make test   run every check: style, types, import direction, tests"
	@echo "make check  the quick ones of these: style, types, import direction"
	@echo "make lock   write requirements.lock and requirements-spark.lock anew from pyproject.toml"
	@echo "make clean  remove the environment and what tools left behind"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …" >&2; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages into $(VENV) (once)…"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# It comes as a source archive, of which a wheel is built; packing it tight would only take time.
$(SPARK): requirements-spark.lock $(READY)
	@echo "Installing PySpark for the tests (once)…"
	@printf '[bdist_wheel]\ncompression = stored\n' > $(VENV)/stored.cfg
	@DIST_EXTRA_CONFIG=$(CURDIR)/$(VENV)/stored.cfg $(INSTALL) --require-hashes -r requirements-spark.lock
	@touch $@

run: $(READY)
	@$(BIN)/backstop serve

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check $(SPARK)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lock:
	@$(PYTHON) -m uv --version >/dev/null 2>&1 || { echo "make lock needs uv: $(PYTHON) -m pip install uv" >&2; exit 1; }
	@$(COMPILE) --extra dev -o requirements.lock
	@$(COMPILE) --extra spark --constraints requirements.lock -o requirements-spark.lock

clean:
	rm -rf $(VENV) build .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
