package scan_test

import (
	"crypto/tls"
	"errors"
	"slices"
	"testing"
	"time"

	"devca/scan"
)

func TestGo(t *testing.T) {
	s := newStage(t)
	pair := func(name string) tls.Certificate {
		t.Helper()
		pair, err := tls.LoadX509KeyPair(s.path(name+".pem"), s.path(name+".key"))
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	address := goServer(t, &tls.Config{
		Certificates: []tls.Certificate{pair("ecdsa"), pair("rsa")}, NextProtos: []string{"h2"},
		CurvePreferences: []tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.X25519, tls.CurveP384},
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256},
	})
	r := enumerate(t, address, scan.Options{})
	if r.Accepts(tls.VersionTLS10) || r.Accepts(tls.VersionTLS11) {
		t.Errorf("versions: %+v", r.Versions)
	}
	v := version(t, r, tls.VersionTLS13)
	groups := groupNames(v)
	slices.Sort(groups)
	if want := []string{"SecP256r1MLKEM768", "SecP384r1MLKEM1024", "X25519MLKEM768", "secp384r1", "x25519"}; !slices.Equal(groups, want) || !v.Groups[0].PostQuantum {
		t.Errorf("groups %q of %+v", groups, v.Groups)
	}
	suites := suiteIDs(v)
	slices.Sort(suites)
	if !slices.Equal(suites, []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}) {
		t.Errorf("suites of TLS 1.3: %#04x", suites)
	}
	v = version(t, r, tls.VersionTLS12)
	suites = suiteIDs(v)
	slices.Sort(suites)
	if !slices.Equal(suites, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}) || v.SuiteOrder != scan.OrderServer {
		t.Errorf("suites of TLS 1.2: %#04x, in the %s's order", suites, v.SuiteOrder)
	}
	if !slices.Equal(r.ALPN, []string{"h2"}) || !r.RefusesOtherALPN {
		t.Errorf("ALPN %q, refuses others: %v", r.ALPN, r.RefusesOtherALPN)
	}
	if f := r.Features; len(r.Certificates) != 2 || *f.Compression || !*f.SecureRenegotiation || !*f.FallbackSCSV || f.EncryptThenMAC != nil {
		t.Errorf("certificates %v, features %+v", r.Certificates, r.Features)
	}
}

func TestNode(t *testing.T) {
	s := newStage(t)
	port := s.port()
	s.write("server.js", `
const { createServer } = require('tls'), { readFileSync } = require('fs')
createServer({ cert: readFileSync('ecdsa.pem'), key: readFileSync('ecdsa.key'), ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2',
  ciphers: 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA', honorCipherOrder: true, ecdhCurve: 'P-384:P-256' },
  c => c.on('error', () => {})).on('tlsClientError', () => {}).listen(`+port+`, '127.0.0.1')`)
	s.run(port, "node", "server.js")
	r := enumerate(t, "127.0.0.1:"+port, scan.Options{})
	v := version(t, r, tls.VersionTLS12)
	if !slices.Equal(suiteIDs(v), []uint16{0xc02c, 0xc009}) || v.SuiteOrder != scan.OrderServer || !slices.Equal(groupNames(v), []string{"secp384r1", "secp256r1"}) {
		t.Errorf("TLS 1.2: %#04x %s, %q", suiteIDs(v), v.SuiteOrder, groupNames(v))
	}
	v = version(t, r, tls.VersionTLS13)
	if !slices.Equal(suiteIDs(v), []uint16{tls.TLS_AES_256_GCM_SHA384}) || !slices.Equal(groupNames(v), []string{"secp384r1", "secp256r1"}) {
		t.Errorf("TLS 1.3: %#04x, %q", suiteIDs(v), groupNames(v))
	}
	if !slices.Equal(r.ALPN, []string{"http/1.1"}) || !*r.Features.EncryptThenMAC || !*r.Features.ExtendedMaster {
		t.Errorf("ALPN %q, features %+v", r.ALPN, r.Features)
	}
}

// Caddy of Debian speaks HTTP/3.
func TestQUICWithCaddy(t *testing.T) {
	s := newStage(t)
	port := s.port()
	s.write("Caddyfile", `{
	admin off
	auto_https off
	storage file_system `+s.folder+`/caddy
}
https://localhost:`+port+` {
	bind 127.0.0.1
	tls `+s.path("ecdsa.pem")+" "+s.path("ecdsa.key")+`
	respond "hello"
}`)
	s.run(port, "caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile")
	// Its UDP port is opened a moment after the TCP one, which run waits for.
	answer, err := scan.QUIC(t.Context(), "127.0.0.1:"+port)
	for deadline := time.Now().Add(20 * time.Second); errors.Is(err, scan.ErrNoQUIC) && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
		answer, err = scan.QUIC(t.Context(), "127.0.0.1:"+port)
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range answer.Versions {
		names = append(names, v.Name)
	}
	if !slices.Contains(names, "QUIC v1") || !slices.Contains(names, "GREASE") || !answer.Speaks() || answer.Time <= 0 {
		t.Errorf("versions %q in %s", names, answer.Time)
	}
	t.Logf("caddy: %q in %s", names, answer.Time)
	// TLS of the same server: crypto/tls of another age.
	r := enumerate(t, "127.0.0.1:"+port, scan.Options{})
	if !r.Accepts(tls.VersionTLS13) || !r.Accepts(tls.VersionTLS12) || !slices.Equal(r.ALPN, []string{"h2", "http/1.1"}) {
		t.Errorf("caddy: %+v, %q", r.Versions, r.ALPN)
	}
}
