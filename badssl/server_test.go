package badssl_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"devca/badssl"
	"devca/diag"
	"devca/verify"
)

// serve runs a server until the test ends.
func serve(t *testing.T) (*badssl.Fixture, string) {
	t.Helper()
	listener, err := badssl.Listen(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	f, err := badssl.New(badssl.Options{Base: "http://" + address})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- (&badssl.Server{Fixture: f, Index: "the index\n"}).Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	return f, address
}

// TestShown checks that the name in the handshake chooses what is shown.
func TestShown(t *testing.T) {
	f, address := serve(t)
	for _, made := range f.Made {
		name := made.Host
		if net.ParseIP(name) != nil {
			name = "" // no name in the handshake
		}
		var shown [][]byte
		var staple []byte
		connection, err := tls.Dial("tcp", address, &tls.Config{
			ServerName: name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, NextProtos: []string{"h2", "http/1.1"},
			VerifyConnection: func(state tls.ConnectionState) error { staple = state.OCSPResponse; return nil },
			VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
				shown = raw
				return nil
			},
		})
		if made.Plain || made.Kind.Name == "utf8-san" { // Go reads neither
			if err == nil {
				t.Errorf("%s: a handshake", made.Kind.Name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", made.Kind.Name, err)
			continue
		}
		if len(shown) != len(made.Chain) || !bytes.Equal(shown[0], made.Chain[0]) || !bytes.Equal(staple, made.Staple) {
			t.Errorf("%s: something else was shown", made.Kind.Name)
		}
		if state := connection.ConnectionState(); state.NegotiatedProtocol != "http/1.1" {
			t.Errorf("%s: protocol %q", made.Kind.Name, state.NegotiatedProtocol)
		}
		_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		page, err := io.ReadAll(connection)
		want := made.Kind.Name + ": "
		if made.Kind.Name == "good" {
			want = "the index"
		}
		if err != nil || !strings.Contains(string(page), "\r\n\r\n"+want) {
			t.Errorf("%s: %v, %q", made.Kind.Name, err, page)
		}
		_ = connection.Close()
	}
}

// TestHostileRequests checks that what is no request gets no answer, and that the
// server goes on.
func TestHostileRequests(t *testing.T) {
	_, address := serve(t)
	ask := func(text string) string {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		_, _ = io.WriteString(connection, text)
		answer, _ := io.ReadAll(connection)
		return string(answer)
	}
	for _, text := range []string{
		"\n", "GET\r\n\r\n", "GET x HTTP/1.1\r\n\r\n", "GET / SPDY/1\r\n\r\n",
		"GET /" + strings.Repeat("a", 20<<10) + " HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\n" + strings.Repeat("A: b\r\n", 200) + "\r\n",
		"POST /ocsp HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST /ocsp HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"\x16\x03\x01\x00\x05hello", "\x16\x03",
	} {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(connection, text)
		_ = connection.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(connection); strings.Contains(string(answer), "200 OK") {
			t.Errorf("%.40q: %q", text, answer)
		}
		_ = connection.Close()
	}
	if answer := ask("GET / HTTP/1.1\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
		t.Errorf("the page without TLS: %q", answer)
	}
	if answer := ask("POST /ocsp HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"); !strings.HasPrefix(answer, "HTTP/1.1 200 ") {
		t.Errorf("the responder: %q", answer)
	}
}

// TestListen checks that others are kept out.
func TestListen(t *testing.T) {
	for address, want := range map[string]diag.Code{
		"0.0.0.0:0": diag.BadSSLAddress, ":0": diag.BadSSLAddress, "[::]:0": diag.BadSSLAddress, "192.168.0.1:0": diag.BadSSLAddress,
		"example.test:0": diag.BadSSLAddress, "127.0.0.1": diag.BadSSLAddress, "127.0.0.1:99999": diag.BadSSLPort,
	} {
		_, err := badssl.Listen(t.Context(), address, false)
		if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != want || len(failure.Fixes) == 0 {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.1.2.3:0"} {
		listener, err := badssl.Listen(t.Context(), address, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		_ = listener.Close()
	}
}

// TestStolenKey checks that the one certificate that could sign others makes none
// that any client takes, whatever the thief writes into them.
func TestStolenKey(t *testing.T) {
	made, err := badssl.One(badssl.ByName("ca-leaf"), []string{"app.test"}, badssl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	thief, err := x509.ParseCertificate(made.Chain[0])
	if err != nil {
		t.Fatal(err)
	}
	if !thief.IsCA || thief.KeyUsage&x509.KeyUsageCertSign == 0 {
		t.Fatal("ca-leaf is no CA")
	}
	for _, name := range []string{"www.bank.example", "app.test", "localhost"} {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(7), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour),
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}
		der, err := x509.CreateCertificate(rand.Reader, template, thief, made.Key.Public(), made.Key)
		if err != nil {
			t.Fatal(err)
		}
		request := verify.Request{Name: name, Anchors: verify.NewAnchors(verify.Anchor{Certificate: made.Root}), Usage: verify.Server}
		for _, each := range append([][]byte{der}, made.Chain...) {
			request.Chain = append(request.Chain, verify.ParseCertificate(each))
		}
		for _, verdict := range verify.Judge(request).Verdicts {
			if verdict.Answer != verify.Refuses {
				t.Errorf("%s: %s %s", name, verdict.Client.Name, verdict.Answer)
			}
		}
	}
}

// TestNames checks for whom nothing broken is made.
func TestNames(t *testing.T) {
	for _, name := range []string{"localhost", "app.test", "*.app.test", "APP.Test", "a.home.arpa", "x.internal"} {
		if err := badssl.CheckName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "com", "example.com", "test.com", "mytest", "*.dev", "127.0.0.1", "localhost.evil.org", "app.test."} {
		if badssl.CheckName(name) == nil {
			t.Errorf("%q is allowed", name)
		}
	}
}

// TestKinds checks the table itself: that each rule is one of devca/verify's and
// that names are no secret to a command line.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range badssl.Kinds() {
		if seen[kind.Name] || strings.ToLower(kind.Name) != kind.Name || strings.ContainsAny(kind.Name, " _.") || kind.Name == "list" {
			t.Errorf("%q is no name for a kind", kind.Name)
		}
		seen[kind.Name] = true
		if strings.HasSuffix(kind.Wrong, ".") || kind.Wrong == "" {
			t.Errorf("%s: %q", kind.Name, kind.Wrong)
		}
		for _, id := range kind.Finds {
			if verify.RuleByID(id) == nil && !kind.Server {
				t.Errorf("%s: %s is no rule about chains", kind.Name, id)
			}
		}
		if kind.Server && kind.Harmless {
			t.Errorf("%s: nobody signs a server's fault", kind.Name)
		}
	}
}

// TestOwnRange checks what a chain and the root say about themselves.
func TestOwnRange(t *testing.T) {
	f := fixture(t)
	if got := f.Root.NotAfter.Sub(f.At); got > 24*time.Hour {
		t.Errorf("the root lives for %s", got)
	}
	for _, made := range f.Made {
		for _, der := range made.Chain[1:] {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			if c.NotAfter.Sub(f.At) > 24*time.Hour {
				t.Errorf("%s: %s lives until %s", made.Kind.Name, c.Subject, c.NotAfter)
			}
		}
	}
}

func FuzzReadRequest(f *testing.F) {
	f.Add("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Add("POST /ocsp HTTP/1.0\nContent-Length: 12\n\n")
	f.Add("GET /x HTTP/1.1\r\nContent-Length: -5\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		path, body, err := badssl.ReadRequest(text)
		if err == nil && (!strings.HasPrefix(path, "/") || body < 0 || body > badssl.Longest) {
			t.Errorf("%q, %d", path, body)
		}
	})
}
