package environment_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/diag"
	"devca/environment"
	"devca/keystore"
)

// root makes a root of a name.
func root(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func encoded(certificates ...*x509.Certificate) []byte {
	var all []byte
	for _, c := range certificates {
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return all
}

// machine is a made-up machine: an environment, and files below a folder.
type machine struct {
	t         *testing.T
	ground    environment.Ground
	variables map[string]string

	own, public, corporate *x509.Certificate
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, variables: map[string]string{}, own: root(t, "own"), public: root(t, "public"), corporate: root(t, "corporate")}
	folder := t.TempDir()
	m.ground = environment.Ground{
		Root: encoded(m.own), RootPath: filepath.Join(folder, "devca", "root.pem"), Folder: filepath.Join(folder, "devca", "env"),
		Home: filepath.Join(folder, "home"), Work: filepath.Join(folder, "work", "project"), Slash: filepath.Join(folder, "slash"), GOOS: "linux",
		Getenv:  func(name string) string { return m.variables[name] },
		System:  func() ([]byte, string, error) { return encoded(m.public), "the system", nil },
		Certifi: func() string { return "" },
		Java:    func() string { return "" },
		Git:     func() (environment.GitRoots, error) { return environment.GitRoots{}, nil },
	}
	for _, path := range []string{m.ground.Folder, m.ground.Home, m.ground.Work} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// write writes a file below the machine's folder and gives its path.
func (m *machine) write(path string, data []byte) string {
	m.t.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(m.ground.Home, "..", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		m.t.Fatal(err)
	}
	return path
}

// apply makes a plan, writes its files and sets its variables.
func (m *machine) apply() *environment.Plan {
	m.t.Helper()
	plan, err := environment.Make(&m.ground)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, file := range plan.Files {
		m.write(file.Path, file.Data)
	}
	for _, a := range plan.Assignments {
		m.variables[a.Name] = a.Value
	}
	return plan
}

// holds says which roots the file of a variable has.
func (m *machine) holds(variable string, want ...*x509.Certificate) {
	m.t.Helper()
	path := m.variables[variable]
	data := m.ground.Root
	if path != m.ground.RootPath {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			m.t.Fatalf("%s: %v", variable, err)
		}
	}
	m.same(variable, data, want...)
}

func (m *machine) same(what string, data []byte, want ...*x509.Certificate) {
	m.t.Helper()
	var got []string
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			m.t.Fatal(err)
		}
		got = append(got, certificate.Subject.CommonName)
	}
	var names []string
	for _, c := range want {
		names = append(names, c.Subject.CommonName)
	}
	if !slices.Equal(got, names) {
		m.t.Errorf("%s has the roots %v, not %v", what, got, names)
	}
}

func TestNothingSet(t *testing.T) {
	m := newMachine(t)
	plan := m.apply()
	m.holds("NODE_EXTRA_CA_CERTS", m.own)
	m.holds("SSL_CERT_FILE", m.public, m.own)
	m.holds("REQUESTS_CA_BUNDLE", m.public, m.own)
	for _, name := range []string{"NPM_CONFIG_CAFILE", "JAVA_TOOL_OPTIONS", "PGSSLROOTCERT"} {
		if value, set := m.variables[name]; set {
			t.Errorf("%s is set to %s", name, value)
		}
	}
	if len(plan.Files) != 1 {
		t.Errorf("%d files for one set of sources", len(plan.Files))
	}
}

// TestTwice applies a plan to its own result: nothing changes but what a source changed.
func TestTwice(t *testing.T) {
	m := newMachine(t)
	m.variables["SSL_CERT_FILE"] = m.write("corporate.pem", encoded(m.corporate))
	m.variables["JAVA_TOOL_OPTIONS"] = " -Xmx1g "
	cacerts, err := keystore.MakeJKS([]keystore.Entry{{Alias: "a", Certificate: m.public}}, time.Unix(0, 0), "changeit")
	if err != nil {
		t.Fatal(err)
	}
	m.ground.Java = func() string { return filepath.Join(m.ground.Home, "cacerts") }
	m.write(m.ground.Java(), cacerts)
	before := cloned(m.variables)
	m.apply()
	first := cloned(m.variables)
	if plan := m.apply(); len(plan.Files) != 0 {
		t.Errorf("files are written again: %d", len(plan.Files))
	}
	for name, value := range m.variables {
		if value != first[name] {
			t.Errorf("%s was %s and is %s", name, first[name], value)
		}
	}
	m.holds("SSL_CERT_FILE", m.corporate, m.own)

	later := root(t, "later")
	m.write("corporate.pem", encoded(m.corporate, later))
	m.apply()
	m.holds("SSL_CERT_FILE", m.corporate, later, m.own)

	m.cutShort(m.variables["SSL_CERT_FILE"])
	m.apply()
	m.holds("SSL_CERT_FILE", m.corporate, later, m.own)

	undone, err := environment.Undo(m.ground.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range undone {
		delete(m.variables, a.Name)
		if a.Before != nil {
			m.variables[a.Name] = *a.Before
		}
	}
	for name, value := range before {
		if m.variables[name] != value {
			t.Errorf("%s was %q and is %q", name, value, m.variables[name])
		}
	}
	if len(m.variables) != len(before) {
		t.Errorf("left over: %v", m.variables)
	}
}

// cutShort takes the end off a file, as a full disk or an editor does.
func (m *machine) cutShort(path string) {
	m.t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		m.t.Fatal(err)
	}
}

func cloned(m map[string]string) map[string]string {
	c := map[string]string{}
	maps.Copy(c, m)
	return c
}

// TestCovered: a variable that hides others has what they named.
func TestCovered(t *testing.T) {
	m := newMachine(t)
	m.variables["SSL_CERT_FILE"] = m.write("corporate.pem", encoded(m.corporate))
	m.apply()
	m.holds("CURL_CA_BUNDLE", m.public, m.corporate, m.own)

	m = newMachine(t)
	folder := filepath.Dir(m.write("hashed/0a1b2c3d.0", encoded(m.corporate)))
	m.write("hashed/README", []byte("no certificate"))
	m.variables["SSL_CERT_DIR"] = folder + string(filepath.ListSeparator) + folder
	m.apply()
	m.holds("SSL_CERT_FILE", m.public, m.corporate, m.own)
	if m.variables["SSL_CERT_DIR"] == "" {
		t.Error("SSL_CERT_DIR was changed")
	}
}

func TestConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		file, text, variable string
		whole                bool // nothing but what is configured counts
	}{
		"npm":           {"home/.npmrc", "registry=https://x/\ncafile=${HOME}/c.pem\n", "NPM_CONFIG_CAFILE", true},
		"npm, project":  {"work/.npmrc", "cafile = \"../home/c.pem\"\n", "NPM_CONFIG_CAFILE", true},
		"npm, system":   {"slash/etc/npmrc", "cafile=HOME/c.pem\n", "NPM_CONFIG_CAFILE", true},
		"pip":           {"home/.config/pip/pip.conf", "[global]\nclient-cert = /x\ncert = HOME/c.pem\n", "PIP_CERT", true},
		"cargo":         {"home/.cargo/config.toml", "[http]\n# cainfo = \"/x\"\ncainfo = 'HOME/c.pem'\n", "CARGO_HTTP_CAINFO", true},
		"cargo, inline": {"home/.cargo/config", "http = { proxy = \"x\", cainfo = \"HOME/c.pem\" }\n", "CARGO_HTTP_CAINFO", true},
		"cargo, dotted": {"work/project/.cargo/config.toml", "http.cainfo = \"HOME/c.pem\"\n", "CARGO_HTTP_CAINFO", true},
		"yarn":          {"work/project/.yarnrc.yml", "httpsCaFilePath: \"HOME/c.pem\"\n", "YARN_HTTPS_CA_FILE_PATH", true},
		"bundler":       {"home/.bundle/config", "---\nBUNDLE_SSL_CA_CERT: \"HOME/c.pem\"\n", "BUNDLE_SSL_CA_CERT", true},
		"composer":      {"home/.config/composer/config.json", `{"config": {` + "\n" + `"cafile": "HOME\/c.pem"}}`, "COMPOSER_CAFILE", true},
		"hex":           {"home/.hex/hex.config", "{cacerts_path,<<\"HOME/c.pem\">>}.\n", "HEX_CACERTS_PATH", true},
		"aws":           {"home/.aws/config", "[profile a]\nca_bundle = ~/c.pem\n", "AWS_CA_BUNDLE", false},
		"gcloud":        {"home/.config/gcloud/configurations/config_default", "[core]\ncustom_ca_certs_file = HOME/c.pem\n", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", false},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.write("home/c.pem", encoded(m.corporate))
			m.write(c.file, []byte(strings.ReplaceAll(c.text, "HOME", filepath.ToSlash(m.ground.Home))))
			m.write("home/c.pem", encoded(m.corporate))
			if strings.Contains(c.text, "${HOME}") {
				m.write(c.file, []byte(c.text))
			}
			m.apply()
			if c.whole {
				m.holds(c.variable, m.corporate, m.own)
			} else {
				m.holds(c.variable, m.corporate, m.public, m.own)
			}
		})
	}
}

func TestGit(t *testing.T) {
	m := newMachine(t)
	path := m.write("c.pem", encoded(m.corporate))
	m.ground.Git = func() (environment.GitRoots, error) { return environment.GitRoots{Single: []string{path}}, nil }
	m.apply()
	m.holds("GIT_SSL_CAINFO", m.corporate, m.public, m.own)
	m = newMachine(t)
	path = m.write("c.pem", encoded(m.corporate))
	m.ground.Git = func() (environment.GitRoots, error) { return environment.GitRoots{All: []string{path}}, nil }
	m.apply()
	m.holds("GIT_SSL_CAINFO", m.corporate, m.own)

	// What is not known is not overridden.
	m = newMachine(t)
	m.ground.Git = func() (environment.GitRoots, error) { return environment.GitRoots{}, errors.New("bad config line 1") }
	plan := m.apply()
	if value, set := m.variables["GIT_SSL_CAINFO"]; set {
		t.Errorf("GIT_SSL_CAINFO is set to %s", value)
	}
	if len(plan.Findings) != 1 || !strings.Contains(plan.Findings[0].Why, "bad config line 1") {
		t.Errorf("findings: %+v", plan.Findings)
	}
}

// TestMissing: what names nothing is told about, and the system's roots take its place.
func TestMissing(t *testing.T) {
	m := newMachine(t)
	m.variables["SSL_CERT_FILE"] = filepath.Join(m.ground.Home, "nothing.pem")
	m.variables["NODE_EXTRA_CA_CERTS"] = m.write("empty.pem", []byte("no certificate"))
	m.variables["CURL_CA_BUNDLE"] = "nothing.pem"
	m.variables["PGSSLROOTCERT"] = "system"
	plan := m.apply()
	m.holds("SSL_CERT_FILE", m.public, m.own)
	m.holds("CURL_CA_BUNDLE", m.public, m.own)
	m.holds("NODE_EXTRA_CA_CERTS", m.own)
	if m.variables["PGSSLROOTCERT"] != "system" {
		t.Error("PGSSLROOTCERT is", m.variables["PGSSLROOTCERT"])
	}
	if len(plan.Findings) != 3 {
		t.Errorf("%d findings: %v", len(plan.Findings), plan.Findings)
	}
}

// TestNoSystem: where the system has no roots, Python's count; without any, nothing is set.
func TestNoSystem(t *testing.T) {
	m := newMachine(t)
	m.ground.System = func() ([]byte, string, error) { return nil, "", os.ErrNotExist }
	_, err := environment.Make(&m.ground)
	if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.EnvNoRoots {
		t.Fatal(err)
	}
	python := m.write("python/bin/python3", nil)
	m.write("python/lib/python3.9/site-packages/pip/_vendor/certifi/cacert.pem", encoded(m.public))
	m.ground.Certifi = func() string { return environment.FindCertifi("", python) }
	m.apply()
	m.holds("REQUESTS_CA_BUNDLE", m.public, m.own)
}

// TestRotated: files that somebody named in a file get the new root.
func TestRotated(t *testing.T) {
	m := newMachine(t)
	cacerts, err := keystore.MakeJKS([]keystore.Entry{{Alias: "a", Certificate: m.public}}, time.Unix(0, 0), "changeit")
	if err != nil {
		t.Fatal(err)
	}
	m.ground.Java = func() string { return filepath.Join(m.ground.Home, "cacerts") }
	m.write(m.ground.Java(), cacerts)
	m.write(filepath.Join(m.ground.Folder, "other.txt"), []byte("not ours"))
	m.apply()
	next := root(t, "next")
	files, err := environment.Rotated(m.ground.Folder, encoded(next))
	if err != nil || len(files) != 2 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		m.write(file.Path, file.Data)
	}
	m.holds("SSL_CERT_FILE", m.public, next)
	_, path, _ := strings.Cut(m.variables["JAVA_TOOL_OPTIONS"], "=")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	store, err := keystore.Read(data, "changeit")
	if err != nil {
		t.Fatal(err)
	}
	if len(store.Aliases(next)) != 1 || len(store.Aliases(m.public)) != 1 || len(store.Aliases(m.own)) != 0 {
		t.Error("the store has", store.Entries())
	}
	m.ground.Root = encoded(next)
	m.apply()
	if again, err := os.ReadFile(path); err != nil || bytes.Equal(again, data) {
		t.Error("devca env did not make the store again", err)
	}
}

// TestJava: what the options say counts, and devca's come last.
func TestJava(t *testing.T) {
	m := newMachine(t)
	cacerts, err := keystore.MakeJKS([]keystore.Entry{{Alias: "", Certificate: m.corporate}, {Alias: "", Certificate: m.public}}, time.Unix(0, 0), "secret")
	if err != nil {
		t.Fatal(err)
	}
	path := m.write("a b/store.jks", cacerts)
	before := `-Xmx1g "-Djavax.net.ssl.trustStore=` + path + `" -Djavax.net.ssl.trustStorePassword=secret`
	m.variables["JAVA_TOOL_OPTIONS"] = before
	m.variables["MAVEN_OPTS"] = "-Xmx2g" // names no store
	m.apply()
	value := m.variables["JAVA_TOOL_OPTIONS"]
	rest, ok := strings.CutPrefix(value, before+" -Djavax.net.ssl.trustStore=")
	if !ok || !strings.HasSuffix(rest, " -Djavax.net.ssl.trustStorePassword=changeit -Djavax.net.ssl.trustStoreType=JKS") {
		t.Fatal(value)
	}
	if m.variables["MAVEN_OPTS"] != "-Xmx2g" {
		t.Error("MAVEN_OPTS is", m.variables["MAVEN_OPTS"])
	}
	m.variables["JAVA_TOOL_OPTIONS"] += " -Dlater=1"
	plan := m.apply()
	at := slices.IndexFunc(plan.Assignments, func(a environment.Assignment) bool { return a.Name == "JAVA_TOOL_OPTIONS" })
	if got := *plan.Assignments[at].Before; got != before+" -Dlater=1" {
		t.Errorf("before is %s", got)
	}
	m.variables = map[string]string{"JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStoreType=KeychainStore -Djavax.net.ssl.trustStore=NONE"}
	if plan := m.apply(); len(plan.Findings) != 1 {
		t.Error("findings:", plan.Findings)
	}
}

// TestJavaInForce: a store is readable where Java reads it.
func TestJavaInForce(t *testing.T) {
	m := newMachine(t)
	store, err := keystore.MakeJKS([]keystore.Entry{{Alias: "", Certificate: m.corporate}}, time.Unix(0, 0), "secret")
	if err != nil {
		t.Fatal(err)
	}
	path := m.write("store.jks", store)
	m.variables["JAVA_TOOL_OPTIONS"] = "-Djavax.net.ssl.trustStoreType=KeychainStore -Djavax.net.ssl.trustStore=NONE"
	if found := environment.Look(&m.ground); len(found) != 0 {
		t.Errorf("the system's store is taken for a file: %+v", found)
	}
	for options, readable := range map[string]bool{"": true, " -Djavax.net.ssl.trustStorePassword=secret": true, " -Djavax.net.ssl.trustStorePassword=wrong": false} {
		m.variables["JAVA_TOOL_OPTIONS"] = "-Djavax.net.ssl.trustStore=" + path + options
		if found := environment.Look(&m.ground); len(found) != 1 || (found[0].Err == nil) != readable {
			t.Errorf("%q: %+v", options, found)
		}
	}
}
