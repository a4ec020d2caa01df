package scan_test

import (
	"crypto/tls"
	"encoding/xml"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"devca/scan"
)

// opensslSuites are the suites up to TLS 1.2 for which s_server needs no more than
// certificates of RSA and ECDSA, by OpenSSL's names.
func opensslSuites(t *testing.T) map[string]uint16 {
	t.Helper()
	out, err := exec.Command("openssl", "ciphers", "-V", "-tls1_2", "ALL:COMPLEMENTOFALL:!PSK:!SRP:!aDSS:@SECLEVEL=0").Output()
	if err != nil {
		t.Fatal(err)
	}
	suites := map[string]uint16{}
	for line := range strings.Lines(string(out)) {
		//          0xC0,0x30 - ECDHE-RSA-AES256-GCM-SHA384 TLSv1.2 Kx=ECDH …
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] == "TLSv1.3" {
			continue
		}
		number, err := strconv.ParseUint(strings.ReplaceAll(fields[0], ",0x", "")[2:], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		suites[fields[2]] = uint16(number)
	}
	if len(suites) < 70 {
		t.Fatalf("openssl lists only %d suites", len(suites))
	}
	return suites
}

// Each suite that OpenSSL has, alone: exactly that one is found.
func TestEachSuite(t *testing.T) {
	s := newStage(t)
	for name, id := range opensslSuites(t) {
		address, end := s.openssl("-tls1_2", "-cipher", name+":@SECLEVEL=0")
		v := version(t, enumerate(t, address, scan.Options{ALPN: []string{}}), tls.VersionTLS12)
		end()
		if got := suiteIDs(v); !slices.Equal(got, []uint16{id}) {
			t.Errorf("%s is %#04x, found: %#04x", name, id, got)
		}
		if v.SuiteOrder != scan.OrderNone {
			t.Errorf("%s: an order of one suite: %s", name, v.SuiteOrder)
		}
	}
	for _, name := range []string{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"} {
		address, end := s.openssl("-tls1_3", "-ciphersuites", name, "-cipher", "ALL:@SECLEVEL=0")
		r := enumerate(t, address, scan.Options{})
		end()
		v := version(t, r, tls.VersionTLS13)
		if len(v.Suites) != 1 || v.Suites[0].Name != name || r.Accepts(tls.VersionTLS12) {
			t.Errorf("%s: found %v", name, v.Suites)
		}
	}
}

// Each group that OpenSSL has, alone and all together in an order of the server.
func TestEachGroup(t *testing.T) {
	s := newStage(t)
	old := []string{"X25519", "P-256", "P-384", "P-521", "X448", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1", "sect571r1"}
	names := map[string]string{"X25519": "x25519", "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1", "X448": "x448"}
	name := func(openssl string) string {
		if known := names[openssl]; known != "" {
			return known
		}
		return openssl
	}
	for _, group := range old {
		address, end := s.openssl("-tls1_2", "-groups", group, "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
		v := version(t, enumerate(t, address, scan.Options{ALPN: []string{}}), tls.VersionTLS12)
		end()
		if got := groupNames(v); !slices.Equal(got, []string{name(group)}) {
			t.Errorf("TLS 1.2, %s: found %q", group, got)
		}
	}
	for _, group := range []string{"X25519", "P-256", "P-384", "P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"} {
		address, end := s.openssl("-tls1_3", "-groups", group)
		v := version(t, enumerate(t, address, scan.Options{ALPN: []string{}}), tls.VersionTLS13)
		end()
		if got := groupNames(v); !slices.Equal(got, []string{name(group)}) {
			t.Errorf("TLS 1.3, %s: found %q", group, got)
		}
	}
	address, _ := s.openssl("-serverpref", "-groups", "P-384:X448:P-256:X25519", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA")
	r := enumerate(t, address, scan.Options{})
	want := []string{"secp384r1", "x448", "secp256r1", "x25519"}
	for _, id := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		v := version(t, r, id)
		if got := groupNames(v); !slices.Equal(got, want) || v.GroupOrder != scan.OrderServer || v.GroupsHidden != "" {
			t.Errorf("%s: groups %q of the %s's order, hidden: %s", v.Name, got, v.GroupOrder, v.GroupsHidden)
		}
	}
	v := version(t, r, tls.VersionTLS12)
	if got := suiteIDs(v); !slices.Equal(got, []uint16{0xcca8, 0xc02f, 0x002f}) || v.SuiteOrder != scan.OrderServer {
		t.Errorf("suites %#04x of the %s's order", got, v.SuiteOrder)
	}
	// The curve of the certificate hides those that the server likes less.
	address, _ = s.openssl("-serverpref", "-tls1_2", "-groups", "P-384:P-256:X25519", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")
	v = version(t, enumerate(t, address, scan.Options{}), tls.VersionTLS12)
	if got := groupNames(v); !slices.Equal(got, []string{"secp384r1", "secp256r1"}) || !strings.Contains(v.GroupsHidden, "secp256r1") {
		t.Errorf("beside the certificate's curve: %q, hidden: %q", got, v.GroupsHidden)
	}
	// In the client's order, none is hidden.
	address, _ = s.openssl("-tls1_2", "-groups", "P-384:P-256:X25519", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
	v = version(t, enumerate(t, address, scan.Options{}), tls.VersionTLS12)
	got := groupNames(v)
	slices.Sort(got)
	if !slices.Equal(got, []string{"secp256r1", "secp384r1", "x25519"}) || v.GroupsHidden != "" || v.SuiteOrder != scan.OrderClient || v.GroupOrder != scan.OrderClient {
		t.Errorf("client's order: %q, hidden: %q, %s, %s", got, v.GroupsHidden, v.SuiteOrder, v.GroupOrder)
	}
}

// Every set of versions; the alert of those that are refused.
func TestVersions(t *testing.T) {
	s := newStage(t)
	flags := []string{"-no_tls1", "-no_tls1_1", "-no_tls1_2", "-no_tls1_3"}
	for set := range 15 { // of what is off; not all four
		arguments := []string{"-cipher", "ALL:@SECLEVEL=0"}
		for i, flag := range flags {
			if set>>i&1 == 1 {
				arguments = append(arguments, flag)
			}
		}
		address, end := s.openssl(arguments...)
		r := enumerate(t, address, scan.Options{})
		end()
		on := 0
		for i := range r.Versions {
			// Where there is an older version, it is the answer, in the place of an alert;
			// but not for TLS 1.3, which is offered alone.
			want, older := set>>i&1 == 0, on > 0 && i < 3
			if v := r.Versions[i]; v.Accepted != want || want != (len(v.Suites) > 0) || (v.Refusal != nil) != (!want && !older) {
				t.Errorf("%q: %s: accepted %v with %d suites, alert %v", arguments, v.Name, v.Accepted, len(v.Suites), v.Refusal)
			}
			if want {
				on++
			}
		}
		if f := r.Features.FallbackSCSV; (on > 1) != (f != nil && *f) {
			t.Errorf("%q: fallback: %v of %d versions", arguments, f, on)
		}
	}
}

// Kinds of certificates, by the configuration.
func TestCertificates(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct {
		arguments []string
		want      []string
	}{
		{nil, []string{"ECDSA [TLS 1.2 TLS 1.3]", "RSA [TLS 1.2 TLS 1.3]"}},
		{[]string{"-tls1_3"}, []string{"ECDSA [TLS 1.3]", "RSA [TLS 1.3]"}},
		{[]string{"-tls1_2", "-cipher", "aRSA"}, []string{"RSA [TLS 1.2]"}},
		{[]string{"-tls1_3", "-dcert", "ed25519.pem", "-dkey", "ed25519.key"}, []string{"RSA [TLS 1.3]", "Ed25519 [TLS 1.3]"}},
		{[]string{"-tls1_3", "-groups", "P-384", "-dcert", "p384.pem", "-dkey", "p384.key"}, []string{"ECDSA [TLS 1.3]", "RSA [TLS 1.3]"}},
		{[]string{"-tls1_2", "-dcert", "ed25519.pem", "-dkey", "ed25519.key"}, []string{"RSA [TLS 1.2]", "Ed25519 [TLS 1.2]"}},
	} {
		address, end := s.openssl(c.arguments...)
		r := enumerate(t, address, scan.Options{})
		end()
		var got []string
		for _, certificate := range r.Certificates {
			got = append(got, fmt.Sprintf("%s %v", certificate.Kind, certificate.Versions))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, not %q", c.arguments, got, c.want)
		}
		if r.WithoutName == nil || !r.SameWithoutName {
			t.Errorf("%q: without a name: %v, same: %v", c.arguments, r.WithoutName, r.SameWithoutName)
		}
	}
	// Another certificate, and none, for clients without a name.
	address := s.nginx(`ssl_certificate rsa.pem; ssl_certificate_key rsa.key; } server { listen 127.0.0.1:` + "PORT" + ` ssl default_server; ssl_certificate ecdsa.pem; ssl_certificate_key ecdsa.key;`)
	if r := enumerate(t, address, scan.Options{}); r.WithoutName == nil || r.SameWithoutName || r.WithoutName.Kind != scan.ECDSA || len(r.Certificates) != 1 {
		t.Errorf("another certificate without a name: %v of %v", r.WithoutName, r.Certificates)
	}
	address = s.nginx(`ssl_certificate rsa.pem; ssl_certificate_key rsa.key; } server { listen 127.0.0.1:` + "PORT" + ` ssl default_server; ssl_reject_handshake on;`)
	if r := enumerate(t, address, scan.Options{}); r.WithoutName != nil || len(r.Certificates) != 1 {
		t.Errorf("no certificate without a name: %v of %v", r.WithoutName, r.Certificates)
	}
}

// sslscan is an outside judge of versions, suites, their order, and groups.
func TestLikeSslscan(t *testing.T) {
	s := newStage(t)
	double := "ssl_certificate rsa.pem; ssl_certificate_key rsa.key; ssl_certificate ecdsa.pem; ssl_certificate_key ecdsa.key;"
	for name, directives := range map[string]string{
		"1.2 only":         double + "ssl_protocols TLSv1.2;",
		"1.3 only":         double + "ssl_protocols TLSv1.3;",
		"everything":       double + "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0; ssl_prefer_server_ciphers on;",
		"RSA, in order":    "ssl_certificate rsa.pem; ssl_certificate_key rsa.key; ssl_prefer_server_ciphers on; ssl_ciphers ECDHE+CHACHA20:ECDHE+AESGCM:AES128-SHA; ssl_ecdh_curve X25519:secp384r1;",
		"ECDSA, in order":  "ssl_certificate p384.pem; ssl_certificate_key p384.key; ssl_prefer_server_ciphers on; ssl_protocols TLSv1.2 TLSv1.3;",
		"with a dhparam":   double + "ssl_protocols TLSv1.2; ssl_ciphers DHE:ECDHE; ssl_dhparam dh.pem;",
		"asks for clients": double + "ssl_verify_client on; ssl_client_certificate rsa.pem;",
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.write("dh.pem", ffdhe2048)
			address := s.nginx(directives)
			compare(t, enumerate(t, address, scan.Options{}), sslscan(t, address))
		})
	}
}

type judgement struct {
	Protocols []struct {
		Type    string `xml:"type,attr"`
		Version string `xml:"version,attr"`
		Enabled int    `xml:"enabled,attr"`
	} `xml:"ssltest>protocol"`
	Ciphers []struct {
		Version string `xml:"sslversion,attr"`
		ID      string `xml:"id,attr"`
		DHBits  int    `xml:"dhebits,attr"`
	} `xml:"ssltest>cipher"`
	Groups []struct {
		Version string `xml:"sslversion,attr"`
		ID      string `xml:"id,attr"`
	} `xml:"ssltest>group"`
}

func sslscan(t *testing.T, address string) judgement {
	t.Helper()
	out, err := exec.Command("sslscan", "--xml=-", "--no-colour", "--no-heartbleed", "--sni-name=localhost", address).Output()
	if err != nil {
		t.Fatal(err)
	}
	var j judgement
	if err := xml.Unmarshal(out, &j); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(j.Protocols) < 4 || len(j.Ciphers) == 0 {
		t.Fatalf("sslscan found nothing:\n%s", out)
	}
	return j
}

func number(t *testing.T, text string) uint16 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), 16, 16)
	if err != nil {
		t.Fatal(err)
	}
	return uint16(n)
}

func compare(t *testing.T, r *scan.Result, j judgement) {
	t.Helper()
	for i := range r.Versions {
		v := &r.Versions[i]
		for _, protocol := range j.Protocols {
			if "TLS "+protocol.Version == v.Name && protocol.Type == "tls" && (protocol.Enabled == 1) != v.Accepted {
				t.Errorf("%s: accepted %v, sslscan: %d", v.Name, v.Accepted, protocol.Enabled)
			}
		}
		var suites []uint16
		for _, cipher := range j.Ciphers {
			if strings.Replace(cipher.Version, "TLSv", "TLS ", 1) != v.Name {
				continue
			}
			id := number(t, cipher.ID)
			suites = append(suites, id)
			for _, suite := range v.Suites {
				if suite.ID == id && suite.DHBits != cipher.DHBits {
					t.Errorf("%s, %s: %d bits, sslscan: %d", v.Name, suite.Name, suite.DHBits, cipher.DHBits)
				}
			}
		}
		got := suiteIDs(v)
		if v.SuiteOrder != scan.OrderServer {
			slices.Sort(got)
			slices.Sort(suites)
		}
		if !slices.Equal(got, suites) {
			t.Errorf("%s: suites in the %s's order\n%#04x, sslscan:\n%#04x", v.Name, v.SuiteOrder, got, suites)
		}
		compareGroups(t, v, j)
	}
}

// compareGroups: sslscan asks for one group alone, so it does not find those that
// an ECDSA certificate of another curve hides, and knows no more than it can
// itself calculate.
func compareGroups(t *testing.T, v *scan.Version, j judgement) {
	t.Helper()
	var theirs []uint16
	for _, group := range j.Groups {
		if strings.Replace(group.Version, "TLSv", "TLS ", 1) == v.Name {
			theirs = append(theirs, number(t, group.ID))
		}
	}
	for _, id := range theirs {
		if !slices.ContainsFunc(v.Groups, func(g scan.Group) bool { return g.ID == id }) {
			t.Errorf("%s: sslscan found the group %#04x, which is not in %q", v.Name, id, groupNames(v))
		}
	}
	for _, group := range v.Groups {
		if !slices.Contains(theirs, group.ID) && v.ID == tls.VersionTLS13 {
			t.Errorf("%s: sslscan did not find %s", v.Name, group.Name)
		}
	}
}

// The group of RFC 7919, A.1.
const ffdhe2048 = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`
