package trace_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"devca/trace"
)

// TestMatrix compares devca's reading of connections of crypto/tls with tshark's:
// versions, suites, groups, client certificates, resumption, a hello sent twice.
func TestMatrix(t *testing.T) {
	certificates := map[string]tls.Certificate{"ECDSA": selfSigned(t, "ecdsa"), "RSA": selfSigned(t, "rsa"), "Ed25519": selfSigned(t, "ed25519")}
	var captures []capture
	add := func(name string, client, server *tls.Config) {
		client.InsecureSkipVerify, client.ServerName = true, "localhost"
		client.KeyLogWriter = new(trace.KeyLog)
		client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		if server.Certificates == nil {
			server.Certificates = []tls.Certificate{certificates["ECDSA"]}
		}
		for _, again := range []string{"", ", again"} {
			session, err := exchange(t, client, server)
			if err != nil {
				t.Errorf("%s%s: %v", name, again, err)
				return
			}
			captures = append(captures, capture{name: name + again, recording: session.Recording(), keys: session.Keys})
			if transcript := session.Transcript(); transcript.Resumed != (again != "") && !strings.Contains(name, "no ticket") {
				t.Errorf("%s%s: resumed is %t", name, again, transcript.Resumed)
			}
		}
	}
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS12; version++ {
		for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			if !slices.Contains(suite.SupportedVersions, version) {
				continue
			}
			kind := "RSA"
			if strings.Contains(suite.Name, "ECDSA") {
				kind = "ECDSA"
			}
			add(fmt.Sprintf("%s %s", tls.VersionName(version), suite.Name), &tls.Config{MinVersion: version, MaxVersion: version, CipherSuites: []uint16{suite.ID}},
				&tls.Config{MinVersion: version, Certificates: []tls.Certificate{certificates[kind]}, CipherSuites: []uint16{suite.ID}})
		}
	}
	groups := []tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	for _, group := range groups {
		add("TLS 1.3 "+group.String(), &tls.Config{CurvePreferences: []tls.CurveID{group}}, &tls.Config{})
		add("TLS 1.3, perhaps twice, "+group.String(), &tls.Config{}, &tls.Config{CurvePreferences: []tls.CurveID{group}})
		if group == tls.X25519 || group == tls.CurveP256 || group == tls.CurveP384 || group == tls.CurveP521 {
			add("TLS 1.2 "+group.String(), &tls.Config{MaxVersion: tls.VersionTLS12, CurvePreferences: []tls.CurveID{group}}, &tls.Config{})
		}
	}
	for kind, certificate := range certificates {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			server := &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequireAnyClientCert, NextProtos: []string{"echo"}}
			add(fmt.Sprintf("%s %s client certificate", tls.VersionName(version), kind),
				&tls.Config{MaxVersion: version, Certificates: []tls.Certificate{certificate}, NextProtos: []string{"other", "echo"}}, server)
			add(fmt.Sprintf("%s %s none shown", tls.VersionName(version), kind), &tls.Config{MaxVersion: version},
				&tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert})
		}
	}
	// Everything with everything that a version has.
	for version, suites := range map[uint16][]uint16{tls.VersionTLS13: {0}, tls.VersionTLS12: {
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
	}} {
		for _, suite := range suites {
			for _, group := range groups {
				if version == tls.VersionTLS12 && strings.Contains(group.String(), "MLKEM") {
					continue
				}
				for _, shown := range []string{"ECDSA", "RSA", ""} {
					client := &tls.Config{MaxVersion: version, CurvePreferences: []tls.CurveID{group}, CipherSuites: []uint16{suite}}
					server := &tls.Config{Certificates: []tls.Certificate{certificates["ECDSA"], certificates["RSA"]}, ClientAuth: tls.RequestClientCert, CipherSuites: []uint16{suite}}
					if shown != "" {
						client.Certificates, server.ClientAuth = []tls.Certificate{certificates[shown]}, tls.RequireAnyClientCert
					}
					if version == tls.VersionTLS13 {
						client.CipherSuites, server.CipherSuites = nil, nil
					}
					add(fmt.Sprintf("%s %s %s, client certificate %q", tls.VersionName(version), tls.CipherSuiteName(suite), group, shown), client, server)
				}
			}
		}
	}
	stapled := certificates["ECDSA"]
	stapled.OCSPStaple = []byte{0x30, 3, 0x0a, 1, 6} // of a responder that is not asked: unauthorized
	stapled.SignedCertificateTimestamps = [][]byte{timestamp(1), timestamp(2)}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		add(tls.VersionName(version)+" stapled", &tls.Config{MaxVersion: version}, &tls.Config{Certificates: []tls.Certificate{stapled}})
	}
	add("TLS 1.3 no ticket", &tls.Config{}, &tls.Config{SessionTicketsDisabled: true})
	add("TLS 1.2 no ticket", &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{SessionTicketsDisabled: true})
	judge(t, captures)
}

// timestamp makes a signed certificate timestamp of a log that there is not.
func timestamp(log byte) []byte {
	sct := append([]byte{0}, bytes.Repeat([]byte{log}, 32)...)
	sct = binary.BigEndian.AppendUint64(sct, 1_700_000_000_123)
	return append(sct, 0, 0, 4, 3, 0, 2, 0x30, 0) // no extensions, and a signature by ECDSA
}

// TestFailures compares handshakes that end in an alert.
func TestFailures(t *testing.T) {
	certificate := selfSigned(t, "ecdsa")
	var captures []capture
	for name, configs := range map[string][2]*tls.Config{
		"no version":     {{MaxVersion: tls.VersionTLS12}, {MinVersion: tls.VersionTLS13}},
		"no suite":       {{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, {}},
		"no protocol":    {{NextProtos: []string{"a"}}, {NextProtos: []string{"b"}}},
		"no group":       {{CurvePreferences: []tls.CurveID{tls.CurveP256}}, {CurvePreferences: []tls.CurveID{tls.X25519}}},
		"no certificate": {{}, {ClientAuth: tls.RequireAnyClientCert}},
		"not trusted":    {{ServerName: "localhost"}, {}},
	} {
		if name != "not trusted" {
			configs[0].InsecureSkipVerify = true
		}
		configs[1].Certificates = []tls.Certificate{certificate}
		session, err := exchange(t, configs[0], configs[1])
		if err == nil {
			t.Errorf("%s: no failure", name)
		}
		transcript := session.Transcript()
		if len(transcript.Alerts(true))+len(transcript.Alerts(false)) == 0 {
			t.Errorf("%s: no alert", name)
		}
		captures = append(captures, capture{name: name, recording: session.Recording(), keys: session.Keys})
	}
	judge(t, captures)
}
