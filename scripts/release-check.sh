#!/bin/sh
# Check the release's configuration and build the release of the current commit
# twice, in two places: the files must be the same to the byte.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
# Builds elsewhere use the same tool.
tool=$root/scripts/tool.sh

"$tool" goreleaser check

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for place in one another/deeper; do
	git clone -q "$root" "$work/$place"
	echo "== snapshot in $place"
	(cd "$work/$place" && "$tool" goreleaser release --snapshot --clean)
done
diff "$work/one/dist/checksums.txt" "$work/another/deeper/dist/checksums.txt"
echo "release: $(wc -l <"$work/one/dist/checksums.txt") files, the same from both builds"
cat "$work/one/dist/checksums.txt"
