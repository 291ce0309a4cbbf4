# The two commands that the README names are `make demo` and `make test`; both rest on `make setup`.
PYTHON ?=  # python3.11 or else python3; set it to use another
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test faults crash check bench bench-scale bench-peers lock clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml requirements.lock tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV)
	@touch $@

demo: setup
	@$(BIN)/python examples/demo.py

test: check
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# Deploys to a local cloud with every fault on, 200 times, two at once: about 9 s each when the machine is quiet.
faults: setup
	$(BIN)/python -m pytest tests/soak -m "soak or not soak" -n 2 --dist worksteal

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

crash: setup  # every crash point, or those that begin with POINT (docs/recovery.md)
	@$(BIN)/python -m tests.crash $(POINT)

bench: setup
	$(BIN)/python -m bench

bench-scale: setup
	$(BIN)/python -m bench --scale

bench-peers: setup
	$(BIN)/python -m bench --peers

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra local --generate-hashes --universal \
	  --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock -q --upgrade

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .demo .bench .crash bench/results
