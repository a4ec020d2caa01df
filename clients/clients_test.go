package clients_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"devca/clients"
	"devca/internal/account"
)

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"https://localhost":                           "https://localhost/",
		"https://ada:secret@app.test:8443/a?b=c#part": "https://app.test:8443/a?b=c",
		"https://[::1]:8443/x":                        "https://[::1]:8443/x",
		"https://a.test/`id`;$(id) -o":                "https://a.test/%60id%60;$%28id%29%20-o",
		"http://localhost/":                           "", "localhost:8443": "", "--output=x": "", "https:///": "", "https:opaque": "", "https://a\n.test/": "", "": "",
	} {
		got, err := clients.Address(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestClean(t *testing.T) {
	if got := clients.Clean(" a\x1b[31mb\u202ec\r\nd\te\xff\x00 "); got != "a[31mbc\nd\te\ufffd" {
		t.Errorf("%q", got)
	}
}

func TestVersions(t *testing.T) {
	curl := "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13"
	if got := clients.CurlVersion(curl); got != "curl 7.88.1, OpenSSL 3.0.19" {
		t.Error(got)
	}
	mac := "curl 8.7.1 (x86_64-apple-darwin24.0) libcurl/8.7.1 (SecureTransport) LibreSSL/3.3.6 zlib/1.2.12"
	if got := clients.CurlVersion(mac); got != "curl 8.7.1, (SecureTransport) LibreSSL 3.3.6" {
		t.Error(got)
	}
	if got := clients.WgetVersion("GNU Wget 1.21.3 built on linux-gnu.", "+psl +ssl/gnutls"); got != "wget 1.21.3, gnutls" {
		t.Error(got)
	}
}

// TestGitVerdict has what git says, in which the URL's own words must not count.
func TestGitVerdict(t *testing.T) {
	const address = "https://ssl-certificate.test/tls"
	for text, want := range map[string]clients.Verdict{
		"fatal: unable to access '" + address + "/': Could not resolve host: ssl-certificate.test":                                              clients.CouldNotAsk,
		"fatal: unable to access '" + address + "/': Failed to connect to ssl-certificate.test port 443 after 0 ms: Couldn't connect to server": clients.CouldNotAsk,
		"fatal: unable to access '" + address + "/': server certificate verification failed. CAfile: none CRLfile: none":                        clients.Refused,
		"fatal: unable to access '" + address + "/': gnutls_handshake() failed: An unexpected TLS packet was received.":                         clients.Refused,
		"fatal: unable to access '" + address + "/': SSL: certificate subject name (x) does not match target host name 'ssl-certificate.test'":  clients.Refused,
		"fatal: unable to access '" + address + "/': The requested URL returned error: 403":                                                     clients.Accepted,
		"remote: 404 page not found\nfatal: repository '" + address + "/' not found":                                                            clients.Accepted,
		"fatal: " + address + "/info/refs not valid: is this a git repository?":                                                                 clients.Accepted,
		"fatal: could not read Username for 'https://ssl-certificate.test': terminal prompts disabled":                                          clients.Accepted,
		"git: 'remote-https' is not a git command. See 'git --help'.":                                                                           clients.CouldNotAsk,
	} {
		if got := clients.GitVerdict(address, text); got != want {
			t.Errorf("%s: %s, not %s", text, got, want)
		}
	}
}

func TestNetVerdict(t *testing.T) {
	for text, want := range map[string]clients.Verdict{
		"net::ERR_CERT_AUTHORITY_INVALID": clients.Refused, "net::ERR_SSL_PROTOCOL_ERROR": clients.Refused, "net::ERR_BAD_SSL_CLIENT_AUTH_CERT": clients.Refused,
		"net::ERR_EMPTY_RESPONSE": clients.Accepted, "net::ERR_INVALID_HTTP_RESPONSE": clients.Accepted,
		"net::ERR_CONNECTION_REFUSED": clients.CouldNotAsk, "net::ERR_NAME_NOT_RESOLVED": clients.CouldNotAsk, "net::ERR_UNSAFE_PORT": clients.CouldNotAsk, "net::ERR_PROXY_CONNECTION_FAILED": clients.CouldNotAsk,
	} {
		if got := clients.NetVerdict(text); got != want {
			t.Errorf("%s: %s, not %s", text, got, want)
		}
	}
}

func TestOutcome(t *testing.T) {
	for text, want := range map[string]clients.Answer{
		`{"id":3,"error":{"code":-32000,"message":"Cannot navigate to invalid URL"}}`:         {Verdict: clients.CouldNotAsk, Reason: "the browser does not open the page", Output: "Cannot navigate to invalid URL"},
		`{"id":3,"result":{"errorText":"net::ERR_CERT_DATE_INVALID"}}`:                        {Verdict: clients.Refused, Output: "net::ERR_CERT_DATE_INVALID"},
		`{"method":"Network.responseReceived","params":{"response":{"status":404}}}`:          {Verdict: clients.Accepted, Status: 404},
		`{"method":"Network.requestWillBeSent","params":{"redirectResponse":{"status":302}}}`: {Verdict: clients.Accepted, Status: 302},
		`{"id":2,"error":{"message":"no such method"}}`:                                       {}, `{"id":3,"result":{}}`: {}, `{"method":"Page.frameNavigated"}`: {},
	} {
		if got, done := clients.Outcome(text); !reflect.DeepEqual(got, want) || done != (want.Verdict != "") {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// TestReceive: a length without an end is not gathered.
func TestReceive(t *testing.T) {
	endless := strings.NewReader(strings.Repeat("1", 1<<20) + ":")
	if err := clients.Receive(endless); err == nil || endless.Len() < 1<<19 {
		t.Errorf("%v, %d left", err, endless.Len())
	}
}

func TestFirefoxDefault(t *testing.T) {
	home := t.TempDir()
	root := filepath.Join(home, ".mozilla", "firefox")
	for _, folder := range []string{"one", "two"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ground := clients.Ground{GOOS: "linux", Account: account.Account{Home: home}}
	for text, want := range map[string]string{
		"[Profile1]\nPath=one\nIsRelative=1\n\n[Profile0]\nPath=two\nIsRelative=1\nDefault=1\n":                       "two",
		"[Install1234]\nDefault=one\nLocked=1\n[Profile1]\nPath=one\nIsRelative=1\n[Profile0]\nPath=two\nDefault=1\n": "one",
		"[Profile0]\nPath=" + filepath.Join(root, "two") + "\nIsRelative=0\n":                                         "two",
		"[Install1234]\nDefault=gone\n[Profile0]\nPath=one\n":                                                         "one",
		"": "",
	} {
		if err := os.WriteFile(filepath.Join(root, "profiles.ini"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if want != "" {
			want = filepath.Join(root, want)
		}
		if got := clients.FirefoxDefault(ground, "/usr/bin/firefox"); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// TestFirefoxOfTwo: of two installations each has the profile that it used last.
func TestFirefoxOfTwo(t *testing.T) {
	home := t.TempDir()
	for folder, text := range map[string]string{
		"opt/esr/firefox":                                           "",
		"opt/nightly/firefox":                                       "",
		".mozilla/firefox/profiles.ini":                             "[Install1]\nDefault=release\n[Install2]\nDefault=nightly\n[Install3]\nDefault=esr\n",
		".mozilla/firefox/release/compatibility.ini":                "[Compatibility]\nLastPlatformDir=/gone\n",
		".mozilla/firefox/nightly/compatibility.ini":                "[Compatibility]\nLastVersion=155\nLastPlatformDir=" + filepath.Join(home, "opt/nightly") + "\n",
		".mozilla/firefox/esr/compatibility.ini":                    "[Compatibility]\r\nLastPlatformDir=" + filepath.Join(home, "opt/esr") + "\r\n",
		"snap/firefox/common/.mozilla/firefox/profiles.ini":         "[Profile0]\nPath=s\n",
		"snap/firefox/common/.mozilla/firefox/s/compatibility.ini":  "[Compatibility]\nLastPlatformDir=/snap/firefox/7/usr/lib/firefox\n",
		"Library/Application Support/librewolf/profiles.ini":        "[Profile0]\nPath=w\n",
		"Library/Application Support/librewolf/w/compatibility.ini": "",
	} {
		path := filepath.Join(home, filepath.FromSlash(folder))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ goos, program, want string }{
		{"linux", filepath.Join(home, "opt/esr/firefox"), ".mozilla/firefox/esr"},
		{"linux", filepath.Join(home, "opt/nightly/firefox"), ".mozilla/firefox/nightly"},
		{"linux", "/usr/bin/firefox", ".mozilla/firefox/release"},
		{"linux", "/snap/bin/firefox", "snap/firefox/common/.mozilla/firefox/s"},
		{"darwin", "/Applications/LibreWolf.app/Contents/MacOS/librewolf", "Library/Application Support/librewolf/w"},
	} {
		ground := clients.Ground{GOOS: c.goos, Account: account.Account{Home: home}}
		if got := clients.FirefoxDefault(ground, c.program); got != filepath.Join(home, filepath.FromSlash(c.want)) {
			t.Errorf("%s: %s, not %s", c.program, got, c.want)
		}
	}
}

// TestTrustSettings: no setting but those about connections, so that nothing of
// the person's is opened.
func TestTrustSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prefs.js")
	text := "// Mozilla\nuser_pref(\"browser.startup.homepage\", \"https://x.test\");\nuser_pref(\"network.proxy.type\", 1);\r\nuser_pref(\"security.enterprise_roots.enabled\", true);\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := clients.TrustSettings(path); got != "user_pref(\"network.proxy.type\", 1);\nuser_pref(\"security.enterprise_roots.enabled\", true);\n" {
		t.Error(got)
	}
}

// TestJavaProgram: the class is what its source says.
func TestJavaProgram(t *testing.T) {
	folder := t.TempDir()
	out, err := exec.Command("javac", "--release", "8", "-g:none", "-Xlint:-options", "-d", folder, "programs/Ask.java").CombinedOutput()
	if err != nil {
		t.Fatalf("javac (make test installs it): %v: %s", err, out)
	}
	made, err := os.ReadFile(filepath.Join(folder, "Ask.class"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("programs/Ask.class")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, kept) {
		t.Error("programs/Ask.class is not made from programs/Ask.java: javac --release 8 -g:none -d programs programs/Ask.java")
	}
}
