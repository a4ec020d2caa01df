package explain

import (
	"slices"
	"testing"
)

// TestOuterClient checks that npm is mended where npm repeats what Node says.
func TestOuterClient(t *testing.T) {
	r := Read([]byte("web-1  | curl: (60) SSL certificate problem: self-signed cer\nweb-1  | tificate in certificate chain\n" +
		"npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! request to https://registry.corp.test/foo failed, reason: self-signed certificate in certificate chain\n"))
	if len(r.Matches) != 2 || r.Matches[0].Client.Name != "curl" || r.Matches[1].Client.Name != "npm" || r.Matches[1].Cause != UntrustedRoot {
		t.Errorf("%+v", r.Matches)
	}
}

// TestUTF16: what PowerShell wrote is read, also from the middle of its file.
func TestUTF16(t *testing.T) {
	text := []byte("npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\r\nnpm ERR! request to https://registry.corp.test/foo failed\r\n")
	var wide []byte
	for _, c := range text {
		wide = append(wide, c, 0)
	}
	for _, form := range [][]byte{append([]byte{0xff, 0xfe}, wide...), wide, append(slices.Clone(text), wide...)} {
		if r := Read(form); len(r.Matches) != 1 || r.Matches[0].Client.Name != "npm" || r.Matches[0].Host != "registry.corp.test" {
			t.Errorf("%q: %+v", form[:20], r.Matches)
		}
	}
}

// TestHost: the host that was asked for is found in the sentence that refuses it, and
// what stands before a line's number in a stack trace is none.
func TestHost(t *testing.T) {
	for text, want := range map[string]string{
		`connection failed: server certificate for "db.lan" (and 1 other name) does not match host name "127.0.0.1"`:                           "127.0.0.1",
		"LDAP Result Code 200: x509: cannot validate certificate for 10.3.2.1 because it doesn't contain any IP SANs":                          "10.3.2.1",
		"Hostname/IP does not match certificate's altnames: IP: 10.3.2.1 is not in the cert's list:":                                           "10.3.2.1",
		`{"description":"Peer name billing is not in peer certificate","file":"ssl_security_connector.cc"}`:                                    "billing",
		"x509: certificate is not valid for any names, but wanted to match shop.svc":                                                           "shop.svc",
		`conversion webhook failed: Post "https://k8s.test:443/x": x509: certificate is not valid for any names, but wanted to match hook.svc`: "hook.svc",
		"Get \"https://10.0.0.9/\": read tcp 10.0.0.2:41000->10.0.0.9:443: read: connection reset by peer":                                     "10.0.0.9",
		"level=debug msg=\"Serving default certificate for request: \\\"app.test\\\"\" from=10.0.0.2:41000":                                    "app.test",
		"Received fatal alert: handshake_failure\n  coursier.Resolve$.validate(Resolve.scala:325)":                                             "",
		"SSL connection error: error:0A000126:SSL routines::unexpected eof while reading\n/usr/share/oltp.lua:349: no connection":              "",
		`TlsExceptionHostPort (HandshakeFailed (Error_Protocol ("certificate has unknown CA",True,UnknownCa))) "raw.test" 443`:                 "raw.test",
		// Cut by a terminal of 47 columns, and lines that are equally long by chance.
		"npm error request to https://registry.corp.exam\nple/lodash failed, reason: self-signed certific\nate in certificate chain\n":                                                                                "registry.corp.example",
		"npm error see https://one.test and then https://a.test\nnpm error again https://one.test an https://a.test\nverbose: self-signed certificate in certificate chain\nnpm error code SELF_SIGNED_CERT_IN_CHAIN": "a.test",
		"get from https://shop.registry.test by https://b.test\nthe rest of https://shop.registry.it is https://c.test\nget error code SELF_SIGNED_CERT_IN_CHAIN\n":                                                   "c.test",
	} {
		if r := Read([]byte(text)); len(r.Matches) == 0 || r.Matches[0].Host != want {
			t.Errorf("%q: %+v", text, r.Matches)
		}
	}
}

// TestMend: a way out is one that helps with this program, and asks nobody who only called.
func TestMend(t *testing.T) {
	for text, want := range map[string]string{
		"http: TLS handshake error from 10.0.0.7:51234: tls: no cipher suite supported by both client and server":                                                          "devca trace --enum HOST",
		"listening on 0.0.0.0:8443\n[crit] SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, server: 0.0.0.0:8443": "devca trace --enum HOST",
		"mongod: connection accepted from 10.0.0.7:41000\nSSL peer certificate validation failed: unsuitable certificate purpose":                                          "devca issue --client NAME",
		"Invoke-RestMethod : The request was aborted: Could not create SSL/TLS secure channel.":                                                                            "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'",
		"Node.js v22.11.0\nError: error:0308010C:digital envelope routines::unsupported":                                                                                   "",
		"openssl pkcs12: error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported":                                                                     "devca issue --p12 NAME",
		"x509: failed to load system roots and no roots provided":                                                                                                          "apt-get install ca-certificates",
	} {
		if r := Read([]byte(text)); len(r.Matches) == 0 || r.Matches[0].Fixes[0].Run != want {
			t.Errorf("%q: %+v", text, r.Matches)
		}
	}
}

// TestNames: the names of the certificate are read from the sentences that list them.
func TestNames(t *testing.T) {
	for _, text := range []string{"x509: certificate is valid for a.test, b.test, not c.test", "Host: c.test. is not in the cert's altnames: DNS:a.test, DNS:b.test"} {
		if f := facts([]byte(text)); len(f.Names) != 2 || f.Names[0] != "a.test" || f.Names[1] != "b.test" {
			t.Errorf("%q: %q", text, f.Names)
		}
	}
}
