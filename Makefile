# Surety. `make help` lists what there is; everything installs itself on the first call.

PYTEST_ARGS ?=
CHAOS_ARGS ?=
RUN := .venv/bin/python
UV_COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --python-version 3.11

# What a production installation sets. Nothing listens there: the checks must not need a server.
PRODUCTION := DATABASE_URL=postgresql://surety:none@127.0.0.1:1/surety REDIS_URL=redis://127.0.0.1:1/0 \
	ALLOWED_HOSTS=surety.example CSRF_TRUSTED_ORIGINS=https://surety.example \
	AUDIT_ANCHOR_FILE=build/check/anchor.jsonl HTTPS=true DEBUG=false \
	SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(48))') \
	AUDIT_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(48))')

.PHONY: help install demo test check chaos sbom screenshots messages lock clean
.DEFAULT_GOAL := help

help: ## show this list
	@echo "make demo     all of Surety on this machine: installs, starts, prints the address"
	@echo "              DEMO_PORT=8000 DEMO_DATA=.demo DEMO_PASSWORD=... DATABASE_URL=... REDIS_URL=..."
	@echo "make test     every test, on real servers and a real browser (PYTEST_ARGS='-k name')"
	@echo "make check    style, types, floors, templates, dependencies, known weaknesses, migrations, production settings"
	@echo "make chaos    kill everything at random under 20 clients, then prove that nothing was lost (20 minutes)"
	@echo "              CHAOS_ARGS='--faults 200 --seconds 900 --seed 7'"
	@echo "make install  only the packages"
	@echo "make sbom     what it is made of, from the locks, as CycloneDX: build/sbom.json"
	@echo "make screenshots  pictures of every page of the demo, on sheets: build/screenshots/sheets"
	@echo "make messages take new texts into the catalogues of translations"
	@echo "make lock     resolve the dependencies again and write the lock files"
	@echo "make clean    remove what the others made, the demo's data included"

install: ## make .venv and node_modules what the lock files say
	@bin/install

demo: install ## run everything until Ctrl-C
	@exec $(RUN) -m config.demo

test: install ## real PostgreSQL, real Valkey, real workers, a real browser
	@exec $(RUN) -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile \
		--no-loadscope-reorder $(PYTEST_ARGS)

chaos: install ## kill -9 at random under load, heal, compare (docs/reliability.md)
	@$(RUN) -m chaos $(CHAOS_ARGS)

check: install ## everything that needs no server
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	.venv/bin/deptry .
	.venv/bin/hadolint Dockerfile
	$(RUN) -m config.catalogues check
	@mkdir -p build/check
	@$(PRODUCTION) $(RUN) -W ignore manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING
	.venv/bin/mypy
	$(RUN) -m config.advisories

sbom: install ## CycloneDX, from the locks
	@$(RUN) -m config.sbom build/sbom.json

screenshots: install ## every page: wide, narrow, dark, printed, empty, refused
	@$(RUN) -m tests.browser.sheets $(if $(VENDORS),--vendors $(VENDORS))

messages: install ## after a change of texts; then translate what is empty in locale/
	$(RUN) -m config.catalogues update

lock: install ## after a change in pyproject.toml or package.json
	$(UV_COMPILE) requirements/install.in --output-file requirements/install.lock
	$(UV_COMPILE) pyproject.toml --output-file requirements/base.lock
	$(UV_COMPILE) pyproject.toml --group dev --output-file requirements/dev.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## the demo's folder is DEMO_DATA, or .demo
	@if [ -x $(RUN) ]; then $(RUN) -m config.embedded remove --data "$${DEMO_DATA:-.demo}"; fi
	@data="$${DEMO_DATA:-.demo}"; if [ -f "$$data/env" ]; then rm -rf "$$data"; fi
	rm -rf build .venv node_modules .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache .hypothesis
