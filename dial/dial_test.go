package dial_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
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

	"devca/diag"
	"devca/dial"
)

func TestParseTarget(t *testing.T) {
	for text, want := range map[string]string{
		"localhost": "https localhost:443", "localhost:8443": "https localhost:8443", "::1": "https [::1]:443", "[::1]:8443": "https [::1]:8443",
		"https://localhost/path?query": "https localhost:443", "smtp://mail.test": "smtp mail.test:25", "smtps://mail.test": "smtp mail.test:465",
		"IMAP://mail.test": "imap mail.test:143", "postgresql://db:5433/name": "postgres db:5433", "fe80::1%eth0": "https [fe80::1%eth0]:443",
		"bücher.test": "https xn--bcher-kva.test:443", "my_host.test:1": "https my_host.test:1", "tls://x:1": "tls x:1", "https://me@a.test:8443/x?y#z": "https a.test:8443", "localhost:65535": "https localhost:65535", "mariadb://x": "mysql x:3306",
	} {
		target, err := dial.ParseTarget(text)
		got := target.Protocol.Name + " " + target.Address()
		if err != nil || got != want {
			t.Errorf("%s: %s, %v; not %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", ":443", "host:", "host:0", "host:65536", "host:port", "http://localhost", "gopher://x", "a b", "https://", "x@y", "\x00", "[::1", "-:-:1", "a:b:c", "localhost:https", "a/b", "a\nb:443", "https://a\x00b/"} {
		if target, err := dial.ParseTarget(text); err == nil {
			t.Errorf("%q is %+v", text, target)
		} else if failure, ok := errors.AsType[*diag.Error](err); !ok || len(failure.Fixes) == 0 {
			t.Errorf("%q: %v says no way out", text, err)
		}
	}
}

// listen serves one connection after another.
func listen(t testing.TB, serve func(net.Conn)) dial.Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				serve(connection)
			}()
		}
	}()
	target, err := dial.ParseTarget("https://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func pair(t testing.TB, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, OCSPStaple: []byte("staple")}
}

// TestAnotherKey: a server whose key is not its certificate's.
func TestAnotherKey(t *testing.T) {
	wrong := pair(t, "localhost")
	wrong.PrivateKey = pair(t, "localhost").PrivateKey
	target := listen(t, func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &wrong, nil }}).Handshake()
	})
	peer, err := dial.Connect(t.Context(), target, dial.Options{})
	if err != nil || len(peer.Chain) != 1 || peer.Failure == nil {
		t.Fatalf("%+v, %v", peer, err)
	}
}

// TestProbe: another certificate without a name, and no old versions.
func TestProbe(t *testing.T) {
	named, other := pair(t, "named.test"), pair(t, "other.test")
	config := &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName == "named.test" {
			return &named, nil
		}
		return &other, nil
	}}
	target := listen(t, func(c net.Conn) { _ = tls.Server(c, config).Handshake(); _, _ = io.Copy(io.Discard, c) })
	target.ServerName = "named.test"
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	peer, err := dial.Connect(ctx, target, dial.Options{})
	if err != nil || string(peer.Staple) != "staple" {
		t.Fatalf("%+v, %v", peer, err)
	}
	if seen := dial.Probe(ctx, target, dial.Options{}, peer); !seen.Another(peer) || seen.Old {
		t.Errorf("%+v", seen)
	}
}

// TestSlow: a server that says one byte at a time is not waited for longer than
// the context allows.
func TestSlow(t *testing.T) {
	drip := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			for i := 0; ; i++ {
				if _, err := c.Write([]byte{text[i%len(text)]}); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	for scheme, text := range map[string]string{"https": "\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", "smtp": "220-more\r\n", "ldap": "0\x84\x00\x00\x20\x00", "xmpp": "<a>", "mysql": "\xff\x1f\x00\x00\x0a"} {
		t.Run(scheme, func(t *testing.T) {
			target := listen(t, drip(text))
			other, err := dial.ParseTarget(scheme + "://" + target.Address())
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			peer, err := dial.Connect(ctx, other, dial.Options{})
			failure, ok := errors.AsType[*diag.Error](err)
			if !ok || failure.Code != diag.DialTimeout && failure.Code != diag.DialSTARTTLS && failure.Code != diag.DialRefused {
				t.Errorf("%+v, %v", peer, err)
			}
		})
	}
}

// TestUnknownName: a server that has no certificate for a name is asked for another
// one, not for the same again.
func TestUnknownName(t *testing.T) {
	target := listen(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 2000))
		_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, 112})
		_, _ = io.Copy(io.Discard, c)
	})
	other, err := dial.ParseTarget("https://localhost:" + target.Port)
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial.Connect(t.Context(), other, dial.Options{})
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok || failure.Code != diag.DialRefused || len(failure.Fixes) != 1 || !strings.HasSuffix(failure.Fixes[0].Run, " --servername NAME") {
		t.Errorf("%v", err)
	}
}

// TestInjection: what comes in the clear behind the server's consent is never
// taken for anything (CVE-2011-0411).
func TestInjection(t *testing.T) {
	target := listen(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "220 mail\r\n")
		buffer := make([]byte, 100)
		_, _ = c.Read(buffer)
		_, _ = io.WriteString(c, "250 hello\r\n")
		_, _ = c.Read(buffer)
		_, _ = io.WriteString(c, "220 go\r\n250 injected\r\n")
		_, _ = io.Copy(io.Discard, c)
	})
	other, err := dial.ParseTarget("smtp://" + target.Address())
	if err != nil {
		t.Fatal(err)
	}
	_, err = dial.Connect(t.Context(), other, dial.Options{})
	if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.DialSTARTTLS {
		t.Errorf("%v", err)
	}
}

// FuzzParseTarget: what is accepted can be dialled, and means the same again.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"localhost:8443", "https://[::1]:1/", "smtp://bücher.test", "fe80::1%eth0", "xn--a:1", "a..b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target, err := dial.ParseTarget(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(target.Host, " \t\r\n\x00/@") || target.Host == "" || target.Port == "" {
			t.Errorf("%q: %+v", text, target)
		}
		if again, err := dial.ParseTarget(target.Address()); err != nil || again.Address() != target.Address() {
			t.Errorf("%q: %s is %s, %v", text, target.Address(), again.Address(), err)
		}
	})
}

// FuzzSTARTTLS has every dialogue talk to a server that says anything.
func FuzzSTARTTLS(f *testing.F) {
	schemes := []string{"smtp", "lmtp", "imap", "pop3", "nntp", "ftp", "ldap", "postgres", "mysql", "xmpp", "xmpp-server", "https"}
	for i, said := range []string{
		"220 mail\r\n250-SIZE\r\n250 OK\r\n220 go\r\n", "220 mail\r\n250 OK\r\n500 no\r\n", "* OK hi\r\na OK\r\n", "+OK\r\n+OK\r\n", "200 hi\r\n382 go\r\n", "220 hi\r\n234 go\r\n",
		"0\x0c\x02\x01\x01x\x07\x0a\x01\x00\x04\x00\x04\x00", "S", "\x4a\x00\x00\x00\x0a5.5.5\x00abcdefgh12345678\x00\xff\xff", "<stream:stream><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features><proceed/>",
		"", "HTTP/1.1 400 Bad Request\r\n",
	} {
		f.Add(uint8(i), []byte(said))
	}
	f.Fuzz(func(t *testing.T, kind uint8, said []byte) {
		target, err := dial.ParseTarget(schemes[int(kind)%len(schemes)] + "://localhost:1")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		client, server := net.Pipe()
		go func() {
			go func() { _, _ = io.Copy(io.Discard, server) }()
			_, _ = server.Write(said)
			server.Close()
		}()
		if peer, err := dial.On(ctx, client, target); err == nil && len(peer.Chain) == 0 {
			t.Error("a handshake without a certificate")
		}
	})
}
