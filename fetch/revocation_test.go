package fetch

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/diag"
)

// plain answers over http, as the addresses in certificates mostly do.
func plain(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func wantCode(t *testing.T, err error, code diag.Code, text string) {
	t.Helper()
	finding, ok := errors.AsType[*diag.Error](err)
	if !ok || finding.Code != code || !strings.Contains(err.Error(), text) {
		t.Errorf("error %v, wanted %s with %q", err, code, text)
	}
	if ok && (len(finding.Fixes) == 0 || finding.Fixes[0].Run == "") {
		t.Errorf("%v: no command to paste", err)
	}
}

// TestNamedAddresses: what is never asked.
func TestNamedAddresses(t *testing.T) {
	for address, text := range map[string]string{
		"ldap://ldap.test/cn=ca?certificateRevocationList": "LDAP is not supported",
		"LDAPS://ldap.test/":         "LDAP is not supported",
		"ftp://files.test/ca.crl":    "only http and https",
		"file:///etc/passwd":         "only http and https",
		"gopher://a.test/":           "only http and https",
		"http:ca.crl":                "it is no address",
		"http:///ca.crl":             "it names no server",
		"ca.crl":                     "only http and https",
		"http://a:b@a.test/":         "a user or a password",
		"http://a.test/\x00":         "it is no address",
		"":                           "only http and https",
		"http://[::1":                "it is no address",
		"javascript:alert(1)":        "it is no address",
		"http://a.test:notaport/crl": "it is no address",
	} {
		_, err := CRL(t.Context(), address)
		wantCode(t, err, diag.RevocationAddress, text)
		_, err = OCSP(t.Context(), address, []byte{0x30, 0})
		wantCode(t, err, diag.RevocationAddress, text)
		_, err = Issuer(t.Context(), address)
		wantCode(t, err, diag.RevocationAddress, text)
	}
}

// TestCRL: DER and PEM, what is neither, what is too much, and a redirect to
// https with a certificate that nobody trusts.
func TestCRL(t *testing.T) {
	der := list(t)
	secure := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(der) })
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		for name := range r.Header {
			if name != "Accept" && name != "User-Agent" && name != "Connection" {
				t.Errorf("the header %s is sent", name)
			}
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		switch r.URL.Path {
		case "/der":
			_, _ = w.Write(der)
		case "/pem":
			_ = pem.Encode(w, &pem.Block{Type: "X509 CRL", Bytes: der})
		case "/secure":
			http.Redirect(w, r, secure.URL, http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/password":
			http.Redirect(w, r, "http://a:b@"+r.Host+"/der", http.StatusFound)
		case "/page":
			fmt.Fprint(w, "<!DOCTYPE html><html>please log in</html>")
		case "/large":
			for i := range 17 {
				if _, err := w.Write(bytes.Repeat([]byte{byte(i)}, 1<<20)); err != nil {
					return
				}
			}
		case "/stuck":
			select {
			case <-r.Context().Done():
			case <-time.After(time.Minute):
			}
		default:
			http.NotFound(w, r)
		}
	})
	for _, path := range []string{"/der", "/pem", "/secure"} {
		got, err := CRL(t.Context(), s.URL+path)
		if err != nil || !bytes.Equal(got, der) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, text := range map[string]string{
		"/loop": "more than 5 times", "/file": "neither http nor https", "/password": "with a password",
		"/large": "larger than 16384 kB", "/none": `answered "404 Not Found"`,
	} {
		_, err := CRL(t.Context(), s.URL+path)
		wantCode(t, err, diag.RevocationFailed, text)
	}
	_, err := CRL(t.Context(), s.URL+"/page")
	wantCode(t, err, diag.RevocationNothing, "a page for browsers")
	_, err = client{timeout: 50 * time.Millisecond}.list(t.Context(), s.URL+"/stuck")
	wantCode(t, err, diag.RevocationFailed, "no answer within 50ms")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CRL(ended, s.URL+"/der"); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
	closed := plain(t, nil)
	closed.Close()
	_, err = CRL(t.Context(), closed.URL)
	wantCode(t, err, diag.RevocationFailed, "connection refused")
}

func list(t *testing.T) []byte {
	t.Helper()
	issuer, key := authority(t, "ca")
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: issuer.SerialNumber, ThisUpdate: time.Now(), NextUpdate: time.Now().Add(time.Hour),
	}, issuer, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestOCSPWays: a short request goes into the address and a long one is posted,
// and so is a short one where the responder does not know GET.
func TestOCSPWays(t *testing.T) {
	var seen []string
	postOnly := false
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodGet {
			body, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(r.URL.Path, "/ocsp/"))
		} else if r.Header.Get("Content-Type") != "application/ocsp-request" {
			t.Errorf("content type %q", r.Header.Get("Content-Type"))
		}
		seen = append(seen, r.Method)
		switch {
		case postOnly && r.Method == http.MethodGet:
			fmt.Fprint(w, "<html>hello</html>")
		case bytes.HasPrefix(body, []byte("fail")):
			http.Error(w, "no", http.StatusInternalServerError)
		case bytes.HasPrefix(body, []byte("page")):
			fmt.Fprint(w, "<html>log in</html>")
		default:
			_, _ = w.Write(append([]byte{0x30}, body...))
		}
	})
	ask := func(request []byte, methods string) error {
		t.Helper()
		seen = nil
		got, err := OCSP(t.Context(), s.URL+"/ocsp/", request)
		if err == nil && !bytes.Equal(got[1:], request) {
			t.Errorf("the responder got %q, not %q", got[1:], request)
		}
		if strings.Join(seen, " ") != methods {
			t.Errorf("asked by %v, not by %s", seen, methods)
		}
		return err
	}
	short, long := []byte("\xfb\xff\xfe?>short\xff\xff"), bytes.Repeat([]byte("long"), 100)
	if err := errors.Join(ask(short, "GET"), ask(long, "POST")); err != nil {
		t.Error(err)
	}
	postOnly = true
	if err := ask(short, "GET POST"); err != nil {
		t.Error(err)
	}
	wantCode(t, ask([]byte("fail"), "GET POST"), diag.RevocationFailed, "500")
	wantCode(t, ask([]byte("page"), "GET POST"), diag.RevocationNothing, "a page for browsers")
}

// TestIssuer: the forms in which CAs hand out their certificates, PKCS#7 as
// OpenSSL makes it.
func TestIssuer(t *testing.T) {
	one, two := root(t, "one"), root(t, "two")
	folder := t.TempDir()
	both := filepath.Join(folder, "both.pem")
	if err := os.WriteFile(both, inPEM(one, two), 0o600); err != nil {
		t.Fatal(err)
	}
	bundle, err := exec.CommandContext(t.Context(), "openssl", "crl2pkcs7", "-nocrl", "-certfile", both, "-outform", "DER").Output()
	if err != nil {
		t.Fatal(err)
	}
	s := plain(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/der":
			_, _ = w.Write(one.Raw)
		case "/pem":
			_, _ = w.Write(inPEM(one, two))
		case "/p7c":
			_, _ = w.Write(bundle)
		case "/cut":
			_, _ = w.Write(bundle[:len(bundle)-10])
		default:
			fmt.Fprint(w, "<html>hello</html>")
		}
	})
	for path, want := range map[string]int{"/der": 1, "/pem": 2, "/p7c": 2} {
		got, err := Issuer(t.Context(), s.URL+path)
		if err != nil || len(got) != want || !got[0].Equal(one) && !got[0].Equal(two) {
			t.Errorf("%s: %d certificates, %v", path, len(got), err)
		}
	}
	_, err = Issuer(t.Context(), s.URL+"/cut")
	wantCode(t, err, diag.RevocationNothing, "neither PEM nor DER")
	_, err = Issuer(t.Context(), s.URL+"/page")
	wantCode(t, err, diag.RevocationNothing, "a page for browsers")
}

// TestOpenSSLResponder asks openssl ocsp, which answers one connection at a time.
func TestOpenSSLResponder(t *testing.T) {
	folder := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), "openssl", args...)
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2")
	if err := os.WriteFile(filepath.Join(folder, "index.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := probe.Addr().String()
	_ = probe.Close()
	_, port, _ := net.SplitHostPort(address)
	responder := exec.CommandContext(t.Context(), "openssl", "ocsp", "-index", "index.txt", "-port", port,
		"-rsigner", "ca.pem", "-rkey", "ca.key", "-CA", "ca.pem", "-ndays", "1")
	responder.Dir = folder
	if err := responder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = responder.Process.Kill(); _ = responder.Wait() })
	run("ocsp", "-issuer", "ca.pem", "-serial", "7", "-no_nonce", "-reqout", "short.der")
	run("ocsp", "-issuer", "ca.pem", "-serial", "7", "-serial", "8", "-serial", "9", "-reqout", "long.der")
	for _, name := range []string{"short.der", "long.der"} {
		request, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		var response []byte
		for range 1200 { // until it listens, for a minute
			if response, err = OCSP(t.Context(), "http://"+address+"/", request); err == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "response.der"), response, 0o600); err != nil {
			t.Fatal(err)
		}
		run("ocsp", "-respin", "response.der", "-CAfile", "ca.pem", "-issuer", "ca.pem", "-serial", "7", "-no_nonce")
	}
}
