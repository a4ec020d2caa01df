package doctor

import (
	"crypto/x509"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"devca/ca"
	"devca/diag"
	"devca/environment"
	"devca/runtimes"
	"devca/trust"
)

func examWith(variables map[string]string, inForce ...environment.InForce) *exam {
	machine := &trust.Machine{Getenv: func(name string) string { return variables[name] }}
	return &exam{Patient: &Patient{Machine: machine}, inForce: func() []environment.InForce { return inForce }}
}

// TestMisled: a configuration misleads a client unless a variable wins over it.
func TestMisled(t *testing.T) {
	npmrc := environment.InForce{Variable: "NPM_CONFIG_CAFILE", In: "/home/u/.npmrc", Path: "/corporate.pem", Effect: runtimes.Replaces}
	for _, test := range []struct {
		name, client string
		variables    map[string]string
		inForce      environment.InForce
		want         string
	}{
		{"a configuration", "npm", nil, npmrc, "/home/u/.npmrc names /corporate.pem, which lacks the root"},
		{"another client", "curl", nil, npmrc, ""},
		{"its variable", "npm", map[string]string{"NPM_CONFIG_CAFILE": "/both.pem"}, npmrc, ""},
		{"its variable in small letters", "npm", map[string]string{"npm_config_cafile": "/both.pem"}, npmrc, ""},
		{
			"a variable", "curl",
			map[string]string{"CURL_CA_BUNDLE": "/none.pem"},
			environment.InForce{Variable: "CURL_CA_BUNDLE", Path: "/none.pem", Effect: runtimes.Replaces, Err: fs.ErrNotExist},
			"CURL_CA_BUNDLE names /none.pem, which is not there",
		},
	} {
		if got := examWith(test.variables, test.inForce).misled(test.client); got != test.want {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
}

// TestSwitchedOffLines: lines are taken out by their numbers, all of a file at once,
// by the sed of the system.
func TestSwitchedOffLines(t *testing.T) {
	said, numbers := linesOf("[http]\n\tsslVerify = false\n# sslverify=false\nSSLVERIFY=false", []string{"sslverify=false"})
	if !slices.Equal(said, []string{"sslVerify = false", "SSLVERIFY=false"}) || !slices.Equal(numbers, []int{2, 4}) {
		t.Errorf("%q in %d", said, numbers)
	}
	for goos, want := range map[string]string{
		"linux":  "sed -i '2d;4d' /home/u/.gitconfig",
		"darwin": "sed -i '' '2d;4d' /home/u/.gitconfig",
	} {
		if got := withoutLines(goos, numbers, "/home/u/.gitconfig"); got != want {
			t.Errorf("%s: %s", goos, got)
		}
	}
}

// TestOneFile: many variables that name one file are one finding, with all of them in
// the command; what another effect makes of the file is another.
func TestOneFile(t *testing.T) {
	var inForce []environment.InForce
	for _, name := range []string{"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT"} {
		inForce = append(inForce, environment.InForce{Variable: name, Path: "/gone.pem", Effect: runtimes.Replaces, Err: fs.ErrNotExist})
	}
	inForce = append(inForce,
		environment.InForce{Variable: "NODE_EXTRA_CA_CERTS", Path: "/gone.pem", Effect: runtimes.Adds, Err: fs.ErrNotExist},
		environment.InForce{Variable: "PIP_CERT", In: "/etc/pip.conf", Path: "/gone.pem", Effect: runtimes.Replaces, Err: fs.ErrNotExist})
	a := askVariables(t.Context(), examWith(nil, inForce...))
	if len(a.findings) != 2 {
		t.Fatalf("%d findings: %+v", len(a.findings), a.findings)
	}
	first, second := a.findings[0], a.findings[1]
	if first.What != "SSL_CERT_FILE, CURL_CA_BUNDLE, REQUESTS_CA_BUNDLE and 1 more name /gone.pem, which is not there" ||
		first.Fixes[0].Run != diag.Unset("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT") {
		t.Errorf("%+v", first)
	}
	if second.What != "NODE_EXTRA_CA_CERTS names /gone.pem, which is not there" {
		t.Errorf("%+v", second)
	}
}

type storeAt struct {
	trust.Store

	place string
}

func (s storeAt) About() trust.About { return trust.About{Place: s.place} }

// TestFileOfStore: a variable that names the store's own file misleads nobody who reads
// the store, and a folder shuts nothing out.
func TestFileOfStore(t *testing.T) {
	bundle := filepath.Join(t.TempDir(), "bundle.crt")
	if err := os.WriteFile(bundle, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e := examWith(nil,
		environment.InForce{Variable: "CURL_CA_BUNDLE", Path: bundle, Effect: runtimes.Replaces, Form: runtimes.PEM},
		environment.InForce{Variable: "REQUESTS_CA_BUNDLE", Path: bundle, Effect: runtimes.Replaces, Form: runtimes.PEM},
		environment.InForce{Variable: "SSL_CERT_DIR", Path: filepath.Dir(bundle), Effect: runtimes.Replaces, Form: runtimes.Folder})
	e.stores = func() []trust.Store { return []trust.Store{storeAt{place: bundle}} }
	for client, want := range map[string]string{
		"curl": "", "openssl": "", "python-requests": "REQUESTS_CA_BUNDLE names " + bundle + ", which lacks the root",
	} {
		if got := e.misled(client); got != want {
			t.Errorf("%s: %q", client, got)
		}
	}
	dir, err := ca.Locate(t.TempDir(), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	e.Dir, e.roots = dir, func() ([]*x509.Certificate, error) { return []*x509.Certificate{{}}, nil }
	if a := askVariables(t.Context(), e); len(a.findings) != 0 {
		t.Errorf("%+v", a.findings)
	}
}
