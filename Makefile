# Everything the project does, from a fresh clone: each target sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export SIMONE_DATA ?= $(abspath ../shared/data)

.PHONY: run test build check bench benchmark docs weights rust-build test-rust test-caching test-concurrency test-integration \
	format lock clean

run: weights ## answer a question over examples/, with sources
	$(BIN)/simone run "What did Belmar agree to pay?" --sources examples/belmar

test: weights ## the whole suite
	$(BIN)/pytest -n 2 --dist loadfile

test-caching: weights ## what is cached never changes a result
	$(BIN)/pytest tests/unit/caching

test-concurrency: weights ## one worker or two, one process or two: the same bytes
	$(BIN)/pytest tests/unit/workers tests/integration -k "worker or concurrent or parallel or identical or process"

test-integration: weights ## the house end to end
	$(BIN)/pytest tests/integration

check: $(STAMP) ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(STAMP) ## a wheel in dist/
	$(BIN)/hatchling build -t wheel -d dist

bench: weights ## the measurements that need no downloaded model runs longer than minutes
	$(BIN)/simone bench pipeline
	$(BIN)/simone bench answers --engines extractive
	$(BIN)/simone bench retrieval

benchmark: bench

docs: $(STAMP) ## regenerate the pages that are made from the program, then check that they are true
	$(BIN)/python -m simone.cli.reference docs
	$(BIN)/python tools/changelog.py
	$(BIN)/pytest tests/architecture

weights: $(STAMP) ## pinned weights, fetched once and checked
	@$(BIN)/simone models pull --quiet

rust-build: $(STAMP) ## the compiled kernels, where there is a crate and a Rust toolchain
	@test -f crates/simone-python/Cargo.toml || { echo "no compiled kernels in this version: the reference backend serves"; exit 0; } \
	&& $(BIN)/maturin develop --release --skip-install

test-rust: rust-build ## the compiled kernels equal the reference to the bit
	cd crates && cargo fmt --all --check
	cd crates && cargo test --locked --release --workspace --quiet
	SIMONE_BACKEND=rust $(BIN)/pytest tests/parity tests/unit/kernels tests/golden

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

lock: ## pin every dependency with its digests
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links -o requirements.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
