# Needs Python 3.11 or newer and make; everything else is installed into .venv.
# Another Python: make demo PYTHON=python3.12        Options for the command: make demo ARGS="--as sarah@designpi.com"

PYTHON ?= python3
ARGS ?=
# How many tests run beside each other, as many wait more than they work; files stay whole, as some share a server.
TESTERS ?= 4
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Without bytecode every start costs four times as much; some machines switch it off for all programs.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
# Textual reads these once, when it is imported, so tests cannot put them away themselves.
unexport TEXTUAL_THEME TEXTUAL_ANIMATIONS TEXTUAL_FILTERS TEXTUAL_FPS TEXTUAL_DRIVER TEXTUAL_COLOR_SYSTEM
unexport TEXTUAL_PRESS TEXTUAL_SCREENSHOT TEXTUAL_DEBUG TEXTUAL_LOG TEXTUAL

.PHONY: catalogue help demo serve test test-postgres faults snapshots lint format bench clean

help:
	@echo "make demo       open the console on an embedded server with demo data"
	@echo "make serve      run a server with demo data that is kept in ./data"
	@echo "make test       run the tests"
	@echo "make test-postgres  run those of the server and its contract on PostgreSQL alone"
	@echo "make lint       check style and types"
	@echo "make format     apply the style"
	@echo "make snapshots  accept the screens as they look now"
	@echo "make bench      measure what README quotes"
	@echo "make faults     run the long tests that cut, kill and fill the disk"
	@echo "make catalogue  write deskterm.pot, everything there is to translate"
	@echo "make clean      remove .venv and everything that was built"

demo: $(VENV)/.installed
	@$(BIN)/deskterm demo $(ARGS)

serve: $(VENV)/.installed
	@$(BIN)/deskterm serve --demo --data ./data $(ARGS)

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-postgres: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder --engine postgres tests/server tests/contract $(ARGS)

faults: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m "long or not long" tests/faults $(ARGS)

snapshots: $(VENV)/.installed-test
	$(BIN)/python -m pytest --snapshot-update tests/snapshots $(ARGS)
	$(BIN)/python -m tests.snapshots.pictures

bench: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/.installed-lint
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

format: $(VENV)/.installed-lint
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

catalogue: $(VENV)/.installed
	$(BIN)/python -m deskterm.cli.catalogue > deskterm.pot

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis snapshot_report.html
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  found=`command -v $(PYTHON) >/dev/null && $(PYTHON) --version 2>&1 | head -n 1 || echo "not there"`; \
	  echo "deskterm needs Python 3.11 or newer, and '$(PYTHON)' is $$found." >&2; \
	  echo "Name another one, for example: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	@echo "installing deskterm into $(VENV) …"
	@$(PIP_INSTALL) -e .
	@$(BIN)/python -m compileall -q -j 0 src $(VENV)/lib >/dev/null || true
	@touch $@

$(VENV)/.installed-test: $(VENV)/.created pyproject.toml constraints.txt
	@echo "installing what the tests need into $(VENV) …"
	@$(PIP_INSTALL) -e '.[test]'
	@touch $@

$(VENV)/.installed-lint: $(VENV)/.created pyproject.toml constraints.txt
	@echo "installing what the checks need into $(VENV) …"
	@$(PIP_INSTALL) -e '.[lint,test]'
	@touch $@
