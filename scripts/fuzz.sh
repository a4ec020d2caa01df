#!/bin/sh
# Run each fuzz target of each package for a while, one after the other.
set -eu
cd "$(dirname "$0")/.."
tags=urfave_cli_no_docs
time=${FUZZTIME:-20s}

ran=0
for package in $(go list -tags $tags ./...); do
	for target in $(go test -tags $tags -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "== $package $target for $time"
		go test -tags $tags -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1s "$package"
		ran=$((ran + 1))
	done
done
if [ $ran -eq 0 ]; then
	echo "fuzz: no targets found" >&2
	exit 1
fi
echo "fuzz: $ran targets, $time each"
