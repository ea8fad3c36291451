# Everything that is done with this repository. `make run` and `make test` do
# all their own set-up (packages of Debian or Ubuntu, Go modules, npm
# packages) and are quick the second time. They need Go and Node.js.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test build install dev bench profile lint fmt smoke e2e generate lock clean

# Arguments for the program: make run ARGS="watch --demo --json"
ARGS ?= --demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, and open the window on the embedded demo gateway (ARGS="…" for other arguments)
	@scripts/setup.sh run
	@scripts/build.sh
	@bin/gatewatch $(ARGS)

test: ## check everything: format, linters, tests, fuzzing, frontend, generated code, real window
	@scripts/setup.sh test
	@scripts/test.sh

build: ## build bin/gatewatch
	@scripts/setup.sh run
	@scripts/build.sh

install: build ## install for you on Linux: program, menu entry, gatewatch:// links (PREFIX=~/.local)
	@scripts/install.sh

dev: ## develop: the window on the demo gateway, the frontend reloading as you edit
	@scripts/setup.sh run
	@scripts/dev.sh

bench: ## measure the pipeline against the plain library and the official client (BENCH="-rounds 5")
	@scripts/setup.sh run
	@go run -pgo=build/default.pgo ./internal/bench $(BENCH)

profile: ## measure anew what the compiler takes to be hot (build/default.pgo)
	@scripts/setup.sh run
	@rm -rf .cache/profiles && mkdir -p .cache/profiles
	@go run -trimpath ./internal/bench -rounds 2 -clients a -events 900000 -burst 0 -profiles .cache/profiles
	@go tool pprof -proto .cache/profiles/*.pprof > build/default.pgo

lint: ## format check and linters only
	@scripts/setup.sh run
	@scripts/test.sh format vet lint frontend-lint

fmt: ## format Go and TypeScript
	@scripts/setup.sh run
	@scripts/fmt.sh

smoke: ## drive the real window under Xvfb
	@scripts/setup.sh test
	@scripts/test.sh smoke

e2e: smoke ## the same

generate: ## write all generated code again (bindings, icons)
	@scripts/setup.sh run
	@scripts/generate.sh

lock: ## after a change of frontend/package.json: write its lock again
	@npm install --prefix frontend --package-lock-only --no-audit --no-fund
	@node scripts/npm-lock.mjs

clean: ## remove what was built; keeps fetched packages
	@rm -rf bin out .cache/stamps .cache/bin frontend/dist/assets frontend/dist/index.html
