package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// privateStores is the beginning of every script that runs under "private": it
// covers all that an installation touches with copies of its own, so that
// scripts that do this at the same time do not meet: the stores themselves with
// real copies, and /etc, in which browsers' policies get folders that are not
// there yet, and the folder of Firefox's installation with a layer each, through
// which the rest of them is seen. sudo is away: whoever runs this is root there.
const privateStores = `
set -e; [ -z "$TRACE" ] || set -x
rm -f "$DEVCA_TEST_FAKES/sudo"
copies=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$copies"
for below in /etc /usr/share/firefox-esr; do
	[ -d "$below" ] || continue
	mkdir -p "$copies/layers$below" "$copies/work$below"
	mount -t overlay -o "lowerdir=$below,upperdir=$copies/layers$below,workdir=$copies/work$below" overlay "$below"
done
for store in /etc/ssl/certs /etc/ca-certificates /usr/local/share/ca-certificates \
	/var/lib/dpkg /var/lib/ca-certificates-java; do
	[ -d "$store" ] || continue
	mkdir -p "$copies$(dirname "$store")"
	# dpkg's locks can be read by root only, and are made anew when missing.
	cp -dR --preserve=mode,timestamps,links "$store" "$copies$store" 2>/dev/null || [ -d "$copies$store" ]
	mount --bind "$copies$store" "$store"
done
umount -l "$copies"
rmdir "$copies"
# What an administrator changed by hand since the last update is not ours to keep.
update-ca-certificates >/dev/null 2>&1
# snapshot lists the system's stores and the home folder to the last byte, except
# for the CA's own directory.
snapshot() {
	set -- /etc /usr/share/firefox-esr /usr/local/share/ca-certificates \
		/var/lib/ca-certificates-java "$HOME" -path "$HOME/.local/share/devca" -prune -o
	find "$@" \( -type l -printf '%p %m -> %l\n' -o -printf '%p %m %u:%g\n' \) | sort
	find "$@" -type f -exec sha256sum {} + | sort
}
script=$1
. "./$script"
`

// cmdPrivate: "private FILE" runs a shell script in a mount namespace in which
// the system's trust stores are copies.
func cmdPrivate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: private FILE")
	}
	if os.Getuid() != 0 {
		// A user namespace is not enough: dpkg, which Debian's hook for Java runs, refuses in one.
		ts.Fatalf("this script changes copies of the system's stores in a mount namespace, for which it must be root: sudo make test")
	}
	ts.Check(ts.Exec("unshare", "--mount", "sh", "-c", privateStores, "private", args[0]))
}

// serve is a program for scripts: "serve CERTIFICATE KEY PROGRAM ARG..." answers
// on https://localhost:$PORT while the program runs, and ends as it does.
func serve(_ string, args []string) int {
	if len(args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: serve CERTIFICATE KEY PROGRAM ARG...")
		return 2
	}
	pair, err := tls.LoadX509KeyPair(args[0], args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") }),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // clients that refuse are expected
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{pair}},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	defer server.Close()

	_, port, _ := net.SplitHostPort(listener.Addr().String())
	client := exec.CommandContext(context.Background(), args[2], args[3:]...)
	client.Env = append(os.Environ(), "PORT="+port)
	client.Stdout, client.Stderr = os.Stdout, os.Stderr
	if err := client.Run(); err != nil {
		fmt.Fprintln(os.Stderr, args[2], err)
		return 1
	}
	return 0
}

// goClient is a program for scripts: "go-client URL" gets a page as a Go program
// does, with the roots of the system.
func goClient(_ string, args []string) int {
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: go-client URL")
		return 2
	}
	answer, err := http.Get(args[0]) //nolint:gosec,noctx // the page of the test's own server
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer answer.Body.Close()
	_, err = io.Copy(os.Stdout, answer.Body)
	if err != nil {
		return 1
	}
	return 0
}
