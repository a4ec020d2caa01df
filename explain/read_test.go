package explain

import "testing"

// TestOuterClient checks that npm is mended where npm repeats what Node says.
func TestOuterClient(t *testing.T) {
	r := Read([]byte("web-1  | curl: (60) SSL certificate problem: self-signed cer\nweb-1  | tificate in certificate chain\n" +
		"npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! request to https://registry.corp.test/foo failed, reason: self-signed certificate in certificate chain\n"))
	if len(r.Matches) != 2 || r.Matches[0].Client.Name != "curl" || r.Matches[1].Client.Name != "npm" || r.Matches[1].Cause != UntrustedRoot {
		t.Errorf("%+v", r.Matches)
	}
}

// TestHost: the host that was asked for is found in the sentence that refuses it, and
// what stands before a line's number in a stack trace is none.
func TestHost(t *testing.T) {
	for text, want := range map[string]string{
		`connection failed: server certificate for "db.lan" (and 1 other name) does not match host name "127.0.0.1"`:              "127.0.0.1",
		"LDAP Result Code 200: x509: cannot validate certificate for 10.3.2.1 because it doesn't contain any IP SANs":             "10.3.2.1",
		"Hostname/IP does not match certificate's altnames: IP: 10.3.2.1 is not in the cert's list:":                              "10.3.2.1",
		`{"description":"Peer name billing is not in peer certificate","file":"ssl_security_connector.cc"}`:                       "billing",
		"x509: certificate is not valid for any names, but wanted to match shop.svc":                                              "shop.svc",
		"Received fatal alert: handshake_failure\n  coursier.Resolve$.validate(Resolve.scala:325)":                                "",
		"SSL connection error: error:0A000126:SSL routines::unexpected eof while reading\n/usr/share/oltp.lua:349: no connection": "",
	} {
		if r := Read([]byte(text)); len(r.Matches) == 0 || r.Matches[0].Host != want {
			t.Errorf("%q: %+v", text, r.Matches)
		}
	}
}
