# e-POM: every command of a developer. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export CGO_ENABLED ?= 0
EPOM := bin/epom

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## everything for a trial: installs PostgreSQL when missing, seeds the demo region, serves on 127.0.0.1:8080
	@scripts/install.sh postgres:postgresql '?pdftotext:poppler-utils' '?/usr/share/fonts/opentype/urw-base35:fonts-urw-base35'
	@$(MAKE) --no-print-directory $(EPOM)
	@exec $(EPOM) demo

.PHONY: $(EPOM)
$(EPOM):
	@go run ./cmd/assets wasm
	@go build -o $@ ./cmd/epom

build: $(EPOM) ## the one binary, bin/epom

test: tools ## all tests: Go on a real PostgreSQL, then the story in a real browser, then a short crash run
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not formatted:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	@go run ./cmd/assets wasm
	go vet ./...
	go test -p 2 ./...
	@$(MAKE) --no-print-directory e2e
	@$(MAKE) --no-print-directory crash ROUNDS=2

tools: # what the tests need besides Go
	@scripts/install.sh postgres:postgresql chromium:chromium pdftotext:poppler-utils qpdf:qpdf xmllint:libxml2-utils node:nodejs npm:npm
	@cd tests/e2e && { [ -d node_modules/playwright-core ] || npm ci --silent --no-audit --no-fund; }

e2e: $(EPOM) ## journeys in a real browser, with and without JavaScript, axe on every page; EVERY_MODE=1 takes each both ways
	@cd tests/e2e && EPOM_BIN=$(CURDIR)/$(EPOM) node run.mjs

shots: tools $(EPOM) ## pictures of every page under var/shots
	@cd tests/e2e && EPOM_BIN=$(CURDIR)/$(EPOM) node shots.mjs $(CURDIR)/var/shots

ROUNDS ?= 20
crash: $(EPOM) ## load with kill -9 in the middle, then verify: ROUNDS=20
	@go run ./tests/load crash --bin $(EPOM) --rounds $(ROUNDS)

bench: $(EPOM) ## each figure as a ratio to its limit, measured in the same run
	@go run ./tests/load bench --bin $(EPOM)
	@go test -run '^$$' -bench 'ResolveAll' -benchtime 1x ./routing | grep -E 'Benchmark|limit'
	@go test -run '^$$' -bench 'ObceCSV|Country' -benchtime 1x ./territory | grep -E 'Benchmark|limit|p95|MB'
	@go test -run '^$$' -bench 'Validate|ParsePage' ./forms | grep Benchmark
	@go test -run '^$$' -bench 'LargestFormStep' -benchtime 200x ./cmd/epom | grep Benchmark
	@go test -run '^$$' -bench 'Export' -benchtime 1x ./records/books | grep Benchmark

lint: ## static checks
	gofmt -l $$(git ls-files '*.go')
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

assets: ## bundle css and js anew (needs npm)
	cd static && npm ci --silent && cd .. && go run ./cmd/assets

.PHONY: help run build test tools e2e shots crash bench lint assets
