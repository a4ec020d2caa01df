package inspect

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"devca/diag"
	"devca/dial"
)

// serveTLS answers handshakes until the test ends.
func serveTLS(t *testing.T, network, address string, config *tls.Config) dial.Target {
	t.Helper()
	return serve(t, network, address, func(connection net.Conn) {
		server := tls.Server(connection, config)
		_ = server.Handshake() // the client's view counts
		_, _ = io.Copy(io.Discard, server)
	})
}

func serve(t *testing.T, network, address string, answer func(net.Conn)) dial.Target {
	t.Helper()
	listener, err := net.Listen(network, address)
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
				answer(connection)
			}()
		}
	}()
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return dial.Target{Host: host, Port: port}
}

func codeOf(err error) diag.Code {
	if finding, ok := errors.AsType[*diag.Error](err); ok {
		return finding.Code
	}
	return ""
}

func TestDial(t *testing.T) {
	root := newCA(t, "root", nil)
	leaf := newLeaf(t, "leaf.test", &root)
	for _, address := range []struct{ network, address string }{{"tcp4", "127.0.0.1:0"}, {"tcp6", "[::1]:0"}} {
		asked := make(chan string, 1)
		target := serveTLS(t, address.network, address.address, &tls.Config{
			GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
				asked <- hello.ServerName
				pair := leaf.chain(root)
				return &pair, nil
			},
		})
		server, items, err := Dial(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		if name := <-asked; name != "" || server.ServerName != "" {
			t.Errorf("asked %s for %q (%q)", address.address, name, server.ServerName)
		}
		if server.Version != "TLS 1.3" || server.CipherSuite == "" || server.Failure != "" || server.AsksForClient {
			t.Errorf("%+v", server)
		}
		if len(items) != 2 || items[0].Certificate.SignedBy != 2 || !items[1].Certificate.SelfSigned {
			t.Errorf("%+v", items)
		}
		target.ServerName = "other.test"
		if server, _, err := Dial(t.Context(), target); err != nil || server.ServerName != "other.test" {
			t.Errorf("%+v, %v", server, err)
		}
		if name := <-asked; name != "other.test" {
			t.Errorf("asked for %q", name)
		}
	}
}

// TestDialRefused: the chain is shown although the handshake then fails.
func TestDialRefused(t *testing.T) {
	root := newCA(t, "root", nil)
	leaf := newLeaf(t, "leaf.test", &root)
	target := serveTLS(t, "tcp4", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{leaf.chain()}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12,
	})
	server, items, err := Dial(t.Context(), target)
	if err != nil || len(items) != 1 || server.Failure == "" || !server.AsksForClient || server.Version != "TLS 1.2" {
		t.Errorf("%+v, %+v, %v", server, items, err)
	}
}

// TestDialOldServer: RSA key exchange and CBC, which no client wants any more.
func TestDialOldServer(t *testing.T) {
	address := openSSLServer(t, "rsa:2048", "-tls1_2", "-cipher", "AES128-SHA")
	server, items, err := Dial(t.Context(), address)
	if err != nil || len(items) != 1 || server.CipherSuite != "TLS_RSA_WITH_AES_128_CBC_SHA" {
		t.Errorf("%+v, %+v, %v", server, items, err)
	}
}

func TestDialOpenSSL(t *testing.T) {
	target := openSSLServer(t, "ec", "-verify", "1")
	server, items, err := Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	if server.Version != "TLS 1.3" || !server.AsksForClient || len(items) != 1 || items[0].Certificate.Subject != "CN=openssl.test" {
		t.Errorf("%+v, %+v", server, items)
	}
}

// openSSLServer runs openssl s_server until the test ends.
func openSSLServer(t *testing.T, key string, args ...string) dial.Target {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	make := []string{"req", "-x509", "-newkey", key, "-nodes", "-keyout", file("key.pem"), "-out", file("cert.pem"), "-subj", "/CN=openssl.test"}
	if key == "ec" {
		make = append(make, "-pkeyopt", "ec_paramgen_curve:P-256")
	}
	run := func(ctx context.Context, args ...string) *exec.Cmd {
		command := exec.CommandContext(ctx, "openssl", args...)
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
		return command
	}
	if out, err := run(t.Context(), make...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// The context of the test ends before its clean-up, and with it the server.
	command := run(t.Context(), append([]string{"s_server", "-accept", "127.0.0.1:0", "-cert", file("cert.pem"), "-key", file("key.pem")}, args...)...)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := command.StdinPipe(); err != nil { // at the end of its input it would stop
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() })
	accepts := regexp.MustCompile(`^ACCEPT .*:(\d+)$`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := accepts.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return dial.Target{Host: "127.0.0.1", Port: found[1]}
		}
	}
	t.Fatal("openssl s_server did not say where it listens")
	return dial.Target{}
}

func TestDialFailures(t *testing.T) {
	refused := serve(t, "tcp4", "127.0.0.1:0", func(net.Conn) {})
	for name, test := range map[string]struct {
		target dial.Target
		code   diag.Code
		text   string
	}{
		"plain": {serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		}), diag.DialPlainHTTP, "speaks HTTP without TLS"},
		"hangs up": {refused, diag.DialRefused, "hung up"},
		"no host":  {dial.Target{Host: "nowhere.invalid", Port: "443"}, diag.DialNoHost, ""},
	} {
		_, items, err := Dial(t.Context(), test.target)
		if codeOf(err) != test.code || !strings.Contains(err.Error(), test.text) || len(items) != 0 {
			t.Errorf("%s: %v, %v", name, err, items)
		}
	}
}

// TestDialDamaged: a chain with a certificate that crypto/tls does not read is
// taken from the handshake, also where it is encrypted.
func TestDialDamaged(t *testing.T) {
	damaged := newLeaf(t, "leaf.test", nil).chain()
	damaged.Certificate = append(damaged.Certificate, []byte("no certificate"))
	damaged.Leaf = &x509.Certificate{}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		target := serveTLS(t, "tcp4", "127.0.0.1:0", &tls.Config{MinVersion: version, MaxVersion: version, Certificates: []tls.Certificate{damaged}})
		if _, items, err := Dial(t.Context(), target); err != nil || len(items) != len(damaged.Certificate) {
			t.Errorf("%s: %d items, %v", tls.VersionName(version), len(items), err)
		}
	}
}

// TestDialEnds: a server that never answers is left when the time is over.
func TestDialEnds(t *testing.T) {
	target := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := Dial(ctx, target); codeOf(err) != diag.DialTimeout || !strings.Contains(err.Error(), "in time") {
		t.Errorf("%v", err)
	}
}
