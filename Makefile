# Everything that is done with this repository. `make run` and `make test` do
# all their own set-up (packages of Debian or Ubuntu, Go modules, npm
# packages) and are quick the second time. They need Go and Node.js.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test build install release wine dev bench scorecard forecast truth profile lint fmt smoke e2e screenshots generate lock clean

# Arguments for the program: make run ARGS="watch --demo --json"
ARGS ?= --demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

release: ## build everything that is given out, for all systems, into dist/ (docs/releasing.md)
	@scripts/setup.sh release
	@scripts/release.sh

wine: ## run what was built for Windows, under Wine
	@scripts/wine.sh

dev: ## develop: the window on the demo gateway, the frontend reloading as you edit
	@scripts/setup.sh run
	@scripts/dev.sh

bench: ## measure the pipeline against the plain library and the official client (BENCH="-rounds 5")
	@scripts/setup.sh run
	@go run -pgo=build/default.pgo ./internal/tools/bench $(BENCH)

scorecard: ## hold what is told against what happened, and write docs/scorecard.md (DAYS=1000 for the long run)
	@scripts/setup.sh run
	@$(if $(filter 1000,$(DAYS)),kept="$(CURDIR)/.cache/days/$$(git rev-parse HEAD:internal)"; mkdir -p "$$kept"; export GATEWATCH_DAYS_KEPT="$$kept";) \
	GATEWATCH_LONG=$(if $(filter 1000,$(DAYS)),1) GATEWATCH_SCORECARD=$(CURDIR)/docs/scorecard.md go test -count=1 -timeout 2h -run '^TestScorecard$$' ./internal/program/run

forecast: ## hold forecasts of made-up spending against what came, and write the table of docs/forecast.md
	@scripts/setup.sh run
	@GATEWATCH_FORECAST=$(CURDIR)/docs/forecast.md go test -count=1 -timeout 30m -run '^TestForecastsAreHeldAgainstWhatCame$$' ./internal/core/forecast

truth: ## hold every number that is shown against a gateway's books, and write docs/truth.md
	@scripts/setup.sh test
	@rm -rf .cache/wired/truth
	@GATEWATCH_LONG=1 scripts/wired.sh witness; status=$$?; node scripts/truth.mjs; exit $$status

profile: ## measure anew what the compiler takes to be hot (build/default.pgo)
	@scripts/setup.sh run
	@rm -rf .cache/profiles && mkdir -p .cache/profiles
	@go run -trimpath ./internal/tools/bench -rounds 2 -clients a -events 900000 -burst 0 -profiles .cache/profiles
	@go tool pprof -proto .cache/profiles/*.pprof > build/default.pgo

lint: ## format check and linters only
	@scripts/setup.sh run
	@scripts/test.sh format systems lint frontend-lint

fmt: ## format Go and TypeScript
	@scripts/setup.sh run
	@scripts/fmt.sh

smoke: ## drive the real window under Xvfb
	@scripts/setup.sh test
	@scripts/test.sh smoke

e2e: smoke ## the same

screenshots: ## take the pictures in docs/screenshots anew (PATTERN=now-storm takes some)
	@scripts/setup.sh test
	@scripts/screenshots.sh

generate: ## write all generated code again (bindings, icons)
	@scripts/setup.sh run
	@scripts/generate.sh

lock: ## after a change of frontend/package.json: write its lock again
	@npm install --prefix frontend --package-lock-only --no-audit --no-fund
	@node scripts/npm-lock.mjs

clean: ## remove what was built; keeps fetched packages
	@rm -rf bin dist out .cache/stamps .cache/release .cache/bin frontend/dist/assets frontend/dist/index.html
