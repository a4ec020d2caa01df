#!/bin/sh
# Speed and size, beside the peers that are installed. Whole processes are run in
# turns (one of each, again and again), so that a busy moment of the machine meets
# all alike: compare the ratios, not the milliseconds.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
tags=urfave_cli_no_docs
rounds=${ROUNDS:-40}
many=${MANY:-100000}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/out" "$work/cwd" "$work/hello"

echo "building"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -tags $tags -o "$work/devca" .
cat >"$work/hello/main.go" <<'GO'
package main

import "os"

func main() { _, _ = os.Stdout.WriteString("hello\n") }
GO
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/hello/hello" "$work/hello/main.go"
go test -c -tags $tags -o "$work/ca.test" ./ca

# A home of its own, and nothing of this environment's certificates.
clean() {
	env -i PATH="$PATH" HOME="$work/home" CAROOT="$work/caroot" TRUST_STORES=none TMPDIR="$work" "$@"
}

median() { # of the times of $1
	grep "^$1," "$work/times" | cut -d, -f2 | sort -g |
		awk '{ t[NR] = $1 } END { print (NR % 2) ? t[(NR + 1) / 2] : (t[NR / 2] + t[NR / 2 + 1]) / 2 }'
}

# turns TITLE NAME PREPARE COMMAND [NAME PREPARE COMMAND]...: times each COMMAND
# and gives medians and their ratios to the first.
turns() {
	printf '\n%s (medians of %s runs each, in turns)\n' "$1" "$rounds"
	shift
	: >"$work/times"
	: >"$work/names"
	first=$1
	count=$#
	while [ $count -gt 0 ]; do
		echo "$1" >>"$work/names"
		set -- "$@" --command-name "$1" --prepare "$2" "$3"
		shift 3
		count=$((count - 3))
	done
	round=0
	while [ $round -lt "$rounds" ]; do
		(cd "$work/cwd" && clean hyperfine --shell none --runs 1 --style none \
			--export-csv "$work/round.csv" "$@" >/dev/null 2>"$work/errors") || {
			cat "$work/errors" >&2
			exit 1
		}
		tail -n +2 "$work/round.csv" | cut -d, -f1,2 >>"$work/times"
		round=$((round + 1))
	done
	while read -r name; do
		awk -v n="$name" -v t="$(median "$name")" -v b="$(median "$first")" \
			'BEGIN { printf "  %-28s %9.2f ms %8.2f x\n", n, t * 1000, t / b }'
	done <"$work/names"
}

have() { command -v "$1" >/dev/null 2>&1; }

turns "start-up" hello-world true "$work/hello/hello" devca-version true "$work/devca version"

# One certificate. Each CA is made beforehand.
issue="$work/devca issue localhost --quiet --out $work/out"
clean sh -c "$issue" >/dev/null
set -- devca true "$issue"
if have mkcert; then
	# mkcert -install makes an RSA root, unless it is told -ecdsa already then.
	mkcert="mkcert -ecdsa -cert-file $work/m.pem -key-file $work/m-key.pem localhost"
	for root_key in rsa ecdsa; do
		mkdir "$work/caroot-$root_key"
		ln -sfn "caroot-$root_key" "$work/caroot"
		if [ $root_key = rsa ]; then
			clean sh -c "mkcert${mkcert#mkcert -ecdsa}" >/dev/null 2>&1
		else
			clean sh -c "$mkcert" >/dev/null 2>&1
		fi
		set -- "$@" "mkcert-ecdsa-$root_key-root" "ln -sfn caroot-$root_key $work/caroot" "$mkcert"
	done
fi
# Debian's minica is another program of that name, without this flag.
if have minica && minica -help 2>&1 | grep -q -- -domains; then
	set -- "$@" minica "rm -rf $work/cwd/localhost" "minica -domains localhost"
fi
if have openssl; then
	openssl="openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
	clean sh -c "$openssl -keyout $work/o-ca-key.pem -out $work/o-ca.pem" 2>/dev/null
	set -- "$@" openssl true "$openssl -CA $work/o-ca.pem -CAkey $work/o-ca-key.pem -keyout $work/o-key.pem -out $work/o.pem"
fi
turns "issue localhost" "$@"

# What each start of a shell may pay.
turns "variables, their files up to date" devca-version true "$work/devca version" devca-env true "$work/devca env"

# One chain judged for every client, beside one verified.
ca=$(clean "$work/devca" ca path --root)
chain=$work/out/localhost.pem
set -- devca-version true "$work/devca version" devca-verify true "$work/devca verify $chain --name localhost --roots $ca"
if have openssl; then
	set -- "$@" openssl-verify true "openssl verify -CAfile $ca -untrusted $chain -verify_hostname localhost $chain"
fi
turns "verify a chain" "$@"
printf '\nthe same in one process, beside crypto/x509 alone\n'
go test -tags $tags -run '^$' -bench Verify -count 3 ./verify | grep ns/op

# A handshake on loopback: two connections and a page traced, beside one connection.
if have openssl; then
	openssl s_server -accept 127.0.0.1:0 -cert "$chain" -cert_chain "$chain" -key "$work/out/localhost-key.pem" -www >"$work/server" 2>&1 &
	server=$!
	trap 'kill $server; rm -rf "$work"' EXIT
	until grep -q "^ACCEPT" "$work/server"; do
		kill -0 $server
		sleep 0.1
	done
	port=$(sed -n 's/^ACCEPT 127.0.0.1:\([0-9]*\).*/\1/p' "$work/server")
	turns "a handshake on loopback" openssl-s_client true "openssl s_client -connect 127.0.0.1:$port -servername localhost -CAfile $ca" \
		devca-trace true "$work/devca trace localhost:$port --roots $ca"
	kill $server
	trap 'rm -rf "$work"' EXIT
fi
printf '\nwhat tracing adds to a handshake (medians, in turns), and what reading it takes\n'
go test -tags $tags -run '^$' -bench 'Handshake|Parse' -benchtime 2000x ./trace | grep '^Benchmark'

# Ten thousand in one process.
printf '\nbatch of 10000, beside the same work without a ledger and safe files (in turns)\n'
seq -f 'host-%.0f.test' 10000 >"$work/names.txt"
for _ in 1 2 3; do
	rm -rf "$work/batch"
	begin=$(date +%s%N)
	clean "$work/devca" issue --quiet --batch "$work/names.txt" --out "$work/batch" >/dev/null
	end=$(date +%s%N)
	# The benchmark's own figure is for one certificate on all cores.
	limit=$(cd "$root/ca" && clean "$work/ca.test" -test.run '^$' -test.bench '^BenchmarkBatchLimit$' -test.benchtime 10000x |
		awk '/^BenchmarkBatchLimit/ { print $3 }')
	awk -v took=$((end - begin)) -v limit="$limit" \
		'BEGIN { printf "  devca %8.0f /s   limit %8.0f /s   limit/devca %5.2f x\n", 1e13 / took, 1e9 / limit, took / 1e4 / limit }'
done

printf '\na folder of 10000 certificates, judged for every client\n'
begin=$(date +%s%N)
clean "$work/devca" verify "$work/batch" --roots "$ca" >"$work/judged"
end=$(date +%s%N)
awk -v took=$((end - begin)) -v cores="$(getconf _NPROCESSORS_ONLN)" 'BEGIN { printf "  %.2f s, %.0f /s on %d cores\n", took / 1e9, 1e13 / took, cores }'

# A long ledger.
printf '\nfilling the ledger up to %s certificates\n' "$many"
seq -f 'more-%.0f.test' "$many" | clean "$work/devca" issue --quiet --batch - --out "$work/batch" >/dev/null
clean "$work/devca" list --quiet --json >"$work/list.json"
echo "  $(grep -c '"serial"' "$work/list.json") listed"
rounds=10
turns "list, and issue, with that ledger" list true "$work/devca list" list-json true "$work/devca list --json" issue true "$issue"

if [ "$(id -u)" = 0 ] && have mkcert && have update-ca-certificates; then
	echo
	sh "$root/scripts/bench-install.sh" "$work/devca"
fi

printf '\nbinary (stripped, %s/%s)\n' "$(go env GOOS)" "$(go env GOARCH)"
printf '  %-44s %8d KiB\n' devca $(($(wc -c <"$work/devca") / 1024)) hello-world $(($(wc -c <"$work/hello/hello") / 1024))
CGO_ENABLED=0 go build -trimpath -tags $tags -o "$work/symbols" .
go run scripts/sizes.go "$work/symbols"
