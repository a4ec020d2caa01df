#!/bin/sh
# tool.sh NAME ARG...: run a development tool in exactly the version named here.
# It is taken from PATH or from a cache of its own, or else built into the cache.
set -eu

name=$1
shift
case $name in
actionlint)    module=github.com/rhysd/actionlint version=v1.7.12 package=$module/cmd/actionlint ;;
bettertls)     module=github.com/Netflix/bettertls version=v0.0.0-20250909192348-e1e99e353074 package=$module/test-suites/cmd/bettertls ;;
deadcode)      module=golang.org/x/tools version=v0.52.0 package=$module/cmd/deadcode ;;
gofumpt)       module=mvdan.cc/gofumpt version=v0.12.0 package=$module ;;
golangci-lint) module=github.com/golangci/golangci-lint/v2 version=v2.15.0 package=$module/cmd/golangci-lint ;;
goreleaser)    module=github.com/goreleaser/goreleaser/v2 version=v2.16.0 package=$module ;;
*) echo "tool.sh: no version is written down for $name" >&2; exit 2 ;;
esac

cache=${DEVCA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/devca-tools}

pinned() { # is the program $1 this version?
	[ -x "$1" ] && go version -m "$1" 2>/dev/null | grep -qE "mod[[:space:]]+${module}[[:space:]]+${version}([[:space:]]|\$)"
}

program=$(command -v "$name" || true)
if ! pinned "$program"; then
	program=$cache/$name
	if ! pinned "$program"; then
		echo "building $name $version into $cache" >&2
		# Flags meant for this module must not reach the tool's build.
		GOBIN=$cache GOFLAGS='' GOOS='' GOARCH='' go install "$package@$version"
	fi
fi
exec "$program" "$@"
