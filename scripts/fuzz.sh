#!/bin/sh
# Run each fuzz target of each package for a while, one after the other.
set -eu
cd "$(dirname "$0")/.."
tags=urfave_cli_no_docs
time=${FUZZTIME:-8s}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log

# The targets are read from the test files that are built on this system: to ask the
# tests for them, each package's would have to be built once more.
files='{{range .TestGoFiles}}{{$.ImportPath}} {{$.Dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$.ImportPath}} {{$.Dir}}/{{.}}{{"\n"}}{{end}}'
go list -tags $tags -f "$files" ./... | while read -r package file; do
	if [ -n "$file" ]; then
		sed -n "s|^func \(Fuzz[A-Za-z0-9_]*\)(.*|$package ${file%/*} \1|p" "$file"
	fi
done >"$work/targets"

ran=0
built=
while read -r package folder target; do
	echo "== $package $target for $time"
	if [ "$package" != "$built" ]; then
		go test -c -tags $tags -fuzz Fuzz -o "$work/fuzz.test" "$package"
		built=$package
	fi
	if (cd "$folder" && "$work/fuzz.test" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$time" \
		-test.fuzzminimizetime 1s -test.fuzzcachedir "$(go env GOCACHE)/fuzz/$package") </dev/null >"$log" 2>&1; then
		tail -n 3 "$log"
	else
		cat "$log"
		# When the time is over while a worker is busy, Go reports its own deadline
		# as a failure. A real one names the input or the crash.
		if ! grep -q '^    context deadline exceeded$' "$log" || grep -qE 'Failing input|panic|hung or terminated|_test.go:' "$log"; then
			exit 1
		fi
		echo "fuzz: no failing input, the time was over while an input ran"
	fi
	ran=$((ran + 1))
done <"$work/targets"
if [ $ran -eq 0 ]; then
	echo "fuzz: no targets found" >&2
	exit 1
fi
echo "fuzz: $ran targets, $time each"
