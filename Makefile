# What a person types; README.md and CONTRIBUTING.md explain it. The work is in scripts/.

# Without the library's documentation generator the binary is smaller.
TAGS := urfave_cli_no_docs
# Scripts wait for servers and browsers much of their time: two more than there are
# processors at a time keep these busy.
SCRIPTS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 2)))
BUILD := CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -tags $(TAGS)

.PHONY: help localhost build test race quick lint fuzz bench release-check clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

localhost: build ## HTTPS for localhost: build, trust a root on this machine, issue a certificate here
	bin/devca install || [ $$? -eq 4 ] # 4: some store is left over, and its line says what to do
	bin/devca issue localhost 127.0.0.1 ::1

build: ## the program, into bin/
	$(BUILD) -o bin/devca .

# go vet is lint's, also over the tests.
test: ## every test; installs the programs that it needs and misses
	scripts/install-test-tools.sh test
	scripts/install-node-packages.sh
	@mkdir -p bin && rm -f bin/clients.txt bin/clients.txt.badssl bin/clients.txt.explain
	go test -vet=off -race -timeout 60m -tags $(TAGS) $$(go list -tags $(TAGS) ./... | grep -v '^devca$$')
	DEVCA_CLIENT_TABLE=$(CURDIR)/bin/clients.txt go test -vet=off -timeout 80m -parallel $(SCRIPTS) -tags $(TAGS) .
	@cat bin/clients.txt bin/clients.txt.badssl bin/clients.txt.explain

race: ## the scripts once more, with a program that has the race detector
	scripts/install-test-tools.sh test
	scripts/install-node-packages.sh
	go test -race -timeout 3h -parallel $(SCRIPTS) -tags $(TAGS) .

quick: ## the tests that need no other program and no root
	go test -tags $(TAGS) ./command ./internal/...
	go test -tags $(TAGS) -run 'TestScript/(version|help|issue-names|issue-validity)$$' .

lint: ## everything that reads the code without running it
	scripts/lint.sh

fuzz: ## each fuzz target for 8 seconds (FUZZTIME=5m make fuzz for longer)
	scripts/fuzz.sh

bench: ## speed and size, beside mkcert, minica and openssl
	scripts/install-test-tools.sh bench
	scripts/bench.sh

release-check: ## build the release twice and compare
	scripts/release-check.sh

clean: ## remove what was built
	rm -rf bin dist
