#!/bin/sh
# Run each fuzz target of each package for a while, one after the other.
set -eu
cd "$(dirname "$0")/.."
tags=urfave_cli_no_docs
time=${FUZZTIME:-20s}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
ran=0
for package in $(go list -tags $tags ./...); do
	for target in $(go test -tags $tags -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target for $time"
		if go test -tags $tags -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1s "$package" >"$log" 2>&1; then
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
	done
done
if [ $ran -eq 0 ]; then
	echo "fuzz: no targets found" >&2
	exit 1
fi
echo "fuzz: $ran targets, $time each"
