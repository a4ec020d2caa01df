package trace_test

import (
	"crypto/tls"
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
	add("TLS 1.3 no ticket", &tls.Config{}, &tls.Config{SessionTicketsDisabled: true})
	add("TLS 1.2 no ticket", &tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{SessionTicketsDisabled: true})
	judge(t, captures)
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
