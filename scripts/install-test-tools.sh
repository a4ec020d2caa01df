#!/bin/sh
# install-test-tools.sh test|bench: install the programs that the tests or the
# benchmarks run and that are missing. With apt and root, or sudo that asks no
# password, they are installed; otherwise this says what to install.
set -eu

# program (or programs of which one is enough) = Debian package, in groups, each
# sorted; a path is for what is on nobody's PATH
tests='
# the system and its shells
column=bsdextrautils
debootstrap=debootstrap
faketime=faketime
fish=fish
git=git
ip=iproute2
mandoc=mandoc
pgrep=procps
script=bsdutils
ss=iproute2
strace=strace
sudo=sudo
trust=p11-kit
unshare=util-linux
update-ca-certificates=ca-certificates
zbarimg=zbar-tools
zsh=zsh

# compilers, runtimes and their package managers
/usr/bin/cargo=cargo
/usr/lib/erlang/lib/inets-*=erlang-inets
/usr/lib/erlang/lib/ssl-*=erlang-ssl
bundle=bundler
composer=composer
elixir=elixir
erl=erlang-base
gcc=gcc
java=default-jdk-headless
javac=default-jdk-headless
keytool=default-jdk-headless
node=nodejs
npm=npm
php=php-cli
python3=python3
ruby=ruby
wine=wine
x86_64-w64-mingw32-gcc|x86_64-w64-mingw32-gcc-win32=gcc-mingw-w64-x86-64-win32

# modules of Python, PHP and Perl
/usr/lib/php/*/curl.so=php-curl
/usr/lib/python3/dist-packages/aiohttp=python3-aiohttp
/usr/lib/python3/dist-packages/django=python3-django
/usr/lib/python3/dist-packages/flask=python3-flask
/usr/lib/python3/dist-packages/grpc/__init__.py=python3-grpcio
/usr/lib/python3/dist-packages/httplib2/__init__.py=python3-httplib2
/usr/lib/python3/dist-packages/httpx/__init__.py=python3-httpx
/usr/lib/python3/dist-packages/hypercorn=python3-hypercorn
/usr/lib/python3/dist-packages/pip/__init__.py=python3-pip
/usr/lib/python3/dist-packages/pycurl*=python3-pycurl
/usr/lib/python3/dist-packages/requests/__init__.py=python3-requests
/usr/lib/python3/dist-packages/selenium=python3-selenium
/usr/lib/python3/dist-packages/uvicorn=python3-uvicorn
/usr/lib/python3/dist-packages/yaml=python3-yaml
/usr/share/perl5/IO/Socket/SSL.pm=libio-socket-ssl-perl
/usr/share/perl5/LWP.pm=libwww-perl
/usr/share/perl5/LWP/Protocol/https.pm=liblwp-protocol-https-perl

# certificates and handshakes
certtool=gnutls-bin
certutil=libnss3-tools
gnutls-cli=gnutls-bin
mkcert=mkcert
ocsptool=gnutls-bin
openssl=openssl
sslscan=sslscan
tshark=tshark

# browsers
chromedriver=chromium-driver
chromium-headless-shell=chromium-headless-shell
chromium|chromium-browser|google-chrome=chromium
firefox-esr|firefox=firefox-esr

# other clients
/usr/bin/aws=awscli
aria2c=aria2
curl=curl
http=httpie
kubectl=kubernetes-client
ldapsearch=ldap-utils
lftp=lftp
mariadb=mariadb-client-core
mosquitto_pub=mosquitto-clients
msmtp=msmtp
psql=postgresql-client
redis-cli=redis-tools
svn=subversion
swaks=swaks
w3m=w3m
wget=wget
wget2=wget2

# servers
/usr/bin/gunicorn=gunicorn
/usr/lib/dovecot/imap=dovecot-imapd
/usr/lib/dovecot/pop3=dovecot-pop3d
/usr/lib/postgresql/*/bin/postgres=postgresql
apache2=apache2-bin
caddy=caddy
haproxy=haproxy
mariadbd=mariadb-server-core
microsocks=microsocks
nginx=nginx-light
prosody=prosody
redis-server=redis-server
slapd=slapd
smtpd=opensmtpd
tinyproxy=tinyproxy-bin
vsftpd=vsftpd
'
benchmarks='
hyperfine=hyperfine
mkcert=mkcert
openssl=openssl
certutil=libnss3-tools
keytool=default-jdk-headless
'

case ${1:-} in
test) wanted=$tests ;;
bench) wanted=$benchmarks ;;
*) echo "usage: install-test-tools.sh test|bench" >&2; exit 2 ;;
esac

# The tests with real servers and clients are for Linux.
[ "$(uname -s)" = Linux ] || exit 0

# Debian keeps administrators' programs out of other users' PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

missing() { # the packages of missing programs
	for line in $(echo "$wanted" | grep -v '^#'); do
		found=
		for program in $(echo "${line%=*}" | tr '|' ' '); do
			# Some programs are in no PATH.
			for path in $program; do
				case $path in
				# A name alone is no file here, where a folder is called trust.
				*/*) [ ! -e "$path" ] || found=yes ;;
				*) ! command -v "$path" >/dev/null 2>&1 || found=yes ;;
				esac
			done
		done
		if [ -z "$found" ]; then echo "${line#*=}"; fi
	done
	# The race detector links with the C library.
	if [ "$wanted" = "$tests" ] && ! echo 'int main(void){return 0;}' | cc -x c -o /dev/null - 2>/dev/null; then
		echo libc6-dev
		echo gcc
	fi
}

as_root=
if [ "$(id -u)" -ne 0 ]; then
	as_root="sudo -n"
fi

from_npm() { # what Debian does not have
	[ "$wanted" = "$tests" ] || return 0
	for one in deno@2 bun@1 pnpm@10 yarn@1; do
		command -v "${one%@*}" >/dev/null 2>&1 || $as_root npm install --silent --global "$one"
	done
}

packages=$(missing | sort -u | tr '\n' ' ')
if [ -z "$packages" ]; then
	from_npm
	exit 0
fi

if ! command -v apt-get >/dev/null 2>&1 || ! $as_root true 2>/dev/null; then
	echo "missing programs for these tests; install (names of Debian's packages): $packages" >&2
	echo "for instance: sudo apt-get install $packages" >&2
	exit 1
fi

echo "installing: $packages"
# Packages such as nginx start a service when they are installed. This file,
# which Debian's packages ask, says no to that.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap '$as_root rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
	$as_root chmod 755 $policy
fi
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages
still=$(missing | sort -u | tr '\n' ' ')
if [ -n "$still" ]; then
	echo "still missing after the installation: $still" >&2
	exit 1
fi
from_npm
