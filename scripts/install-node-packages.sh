#!/bin/sh
# install-node-packages.sh: the packages of testdata/node/package-lock.json, which
# the tests start Node's frameworks and drive browsers from, into a cache that clones share. They are
# installed again when that file changes, and none of their own scripts is run.
set -eu

# The tests with real servers and clients are for Linux.
[ "$(uname -s)" = Linux ] || exit 0

wanted=$(dirname "$0")/../testdata/node
cache=${DEVCA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/devca-tools}/node
installed=$cache/installed-lock.json
if cmp -s "$wanted/package-lock.json" "$installed"; then
	exit 0
fi
echo "installing Node's packages for the tests into $cache"
mkdir -p "$cache"
rm -f "$installed"
cp "$wanted/package.json" "$wanted/package-lock.json" "$cache"
npm --prefix "$cache" ci --ignore-scripts --no-audit --no-fund --no-update-notifier
cp "$wanted/package-lock.json" "$installed"
