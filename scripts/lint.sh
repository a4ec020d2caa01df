#!/bin/sh
# Everything that reads the code without running it, cheapest first.
set -eu
cd "$(dirname "$0")/.."
tags=urfave_cli_no_docs

step() { echo "== $*"; }
# silent runs "$@", which must print nothing to standard output. What is downloaded or
# built for it is said on standard error.
silent() {
	out=$("$@") || { echo "$out"; exit 1; }
	[ -z "$out" ] || { echo "$out"; exit 1; }
}

step "go.mod is tidy and the modules are those of go.sum"
go mod tidy -diff # says on standard error what it downloads, and fails on a difference
go mod verify

step "each program of the tests is listed once"
silent sh -c "sed -n \"/^tests=/,/^'/p\" scripts/install-test-tools.sh | grep -v '^\$' | sort | uniq -d"

step "gofumpt"
silent scripts/tool.sh gofumpt -l .

step "go fix has nothing to modernise"
silent go fix -diff -tags $tags ./...

for system in linux darwin windows freebsd; do
	step "go vet for $system"
	GOOS=$system CGO_ENABLED=0 go vet -tags $tags ./...
done

step "golangci-lint"
scripts/tool.sh golangci-lint run ./...

step "deadcode"
silent scripts/tool.sh deadcode -test -tags $tags ./...

step "actionlint"
scripts/tool.sh actionlint

echo "lint: nothing to complain about"
