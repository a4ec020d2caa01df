#!/bin/sh
# bench-install.sh DEVCA: the time of a whole installation beside mkcert's, with the
# same stores: the system's, two NSS profiles and a Java of its own (and Debian's,
# which follows the system's). Both run in turns on copies of the machine's stores,
# in a mount namespace of their own, so this must be root.
set -eu
if [ "${2:-}" != inside ]; then
	exec unshare --mount sh "$0" "$1" inside
fi
devca=$1
rounds=${ROUNDS:-7}
work=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$work"
for store in /etc/ssl/certs /etc/ca-certificates /usr/local/share/ca-certificates /var/lib/dpkg /var/lib/ca-certificates-java; do
	[ -d "$store" ] || continue
	mkdir -p "$work/stores$(dirname "$store")"
	cp -dR --preserve=mode,timestamps,links "$store" "$work/stores$store" 2>/dev/null || true
	mount --bind "$work/stores$store" "$store"
done
update-ca-certificates >/dev/null 2>&1

mkdir -p "$work/home/.mozilla/firefox/a.default" "$work/home/.pki/nssdb" "$work/jdk/lib/security" "$work/jdk/bin"
for database in "$work/home/.mozilla/firefox/a.default" "$work/home/.pki/nssdb"; do
	certutil -N --empty-password -d "sql:$database"
done
java=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
ln -s "$java/bin/keytool" "$work/jdk/bin/keytool"
cp "$(readlink -f /etc/ssl/certs/java/cacerts)" "$work/jdk/lib/security/cacerts"
clean() {
	env -i PATH="$PATH" HOME="$work/home" JAVA_HOME="$work/jdk" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}
clean "$devca" issue localhost --quiet --out "$work"
clean mkcert -cert-file "$work/m" -key-file "$work/mk" localhost
took() { # NAME COMMAND...
	name=$1
	shift
	begin=$(date +%s%N)
	clean "$@"
	end=$(date +%s%N)
	echo "$name $(((end - begin) / 1000000))" >>"$work/times"
}
round=0
while [ $round -lt "$rounds" ]; do
	took mkcert mkcert -install
	clean mkcert -uninstall
	took update update-ca-certificates --fresh
	took devca "$devca" install --stores system,nss,java
	took status "$devca" status --stores system,nss,java
	clean "$devca" uninstall
	round=$((round + 1))
done
median() { awk -v n="$1" '$1 == n { print $2 }' "$work/times" | sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
printf 'install in system, two NSS profiles and Java (medians of %s, in turns)\n' "$rounds"
for name in mkcert devca status update; do
	awk -v n="$name" -v t="$(median $name)" -v b="$(median mkcert)" 'BEGIN { printf "  %-28s %9d ms %8.2f x\n", n, t, t / b }'
done
echo "  (update: what both wait for, update-ca-certificates --fresh alone)"
