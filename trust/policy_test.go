//go:build linux

package trust

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"devca/diag"
	"devca/internal/account"
)

// onThisDisk is a machine on which the person owns everything and runs nothing.
func onThisDisk(t testing.TB) *Machine {
	return &Machine{
		GOOS: "linux", Getenv: func(string) string { return "" },
		LookPath: func(string) (string, error) { return "", os.ErrNotExist },
		Run: func(_ context.Context, c Command) ([]byte, error) {
			t.Errorf("%v was run", c.Argv)
			return nil, errors.New("not here")
		},
		Account: account.Account{UID: os.Getuid(), GID: os.Getgid(), Home: "/nowhere"},
		IsRoot:  true, Announce: func(string) {},
	}
}

// rootFor makes a root that permits the names, or every name.
func rootFor(t testing.TB, permitted ...string) Root {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// The serial number is everybody's first.
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
		PermittedDNSDomains: permitted, PermittedDNSDomainsCritical: len(permitted) > 0,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "root.pem")
	root := Root{Certificate: certificate, Path: path}
	put(t, path, pemOf(root))
	return root
}

func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func text(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func apply(t testing.TB, s Store, root Root, action Action) {
	t.Helper()
	if err := s.Apply(t.Context(), root, action); err != nil {
		t.Fatalf("%s: %v", action, err)
	}
}

func state(t testing.TB, s Store, root Root, want State, detail string) {
	t.Helper()
	got := s.Status(t.Context(), root)
	if got.State != want || !strings.Contains(got.Detail, detail) {
		t.Fatalf("%s (%q), not %s (%q)", got.State, got.Detail, want, detail)
	}
}

// TestPolicyMerge compares policies.json before, with the root, and after.
func TestPolicyMerge(t *testing.T) {
	tests := []struct{ name, before, with, after string }{
		{
			"nothing there", "-",
			"{\n  \"policies\": {\n    \"Certificates\": {\n      \"Install\": [\n        \"@\"\n      ]\n    }\n  }\n}\n", "{\n  \"policies\": {}\n}\n",
		},
		{
			"order, indentation and unknown keys",
			"{\n\t\"x\" : [1,  2.50, 1e3],\n\t\"policies\":\n\t{\n\t\t\"Zeta\": true,\n\t\t\"Alpha\": \"\\u00e9<>&\"\n\t}\n}",
			"{\n\t\"x\" : [1,  2.50, 1e3],\n\t\"policies\":\n\t{\n\t\t\"Zeta\": true,\n\t\t\"Alpha\": \"\\u00e9<>&\",\n\t\t\"Certificates\": {\n\t\t\t\"Install\": [\n\t\t\t\t\"@\"\n\t\t\t]\n\t\t}\n\t}\n}", "=",
		},
		{
			"beside others",
			"{\n    \"policies\": {\n        \"Certificates\": {\n            \"ImportEnterpriseRoots\": true,\n            \"Install\": [\n                \"corp.pem\"\n            ]\n        }\n    }\n}\n",
			"{\n    \"policies\": {\n        \"Certificates\": {\n            \"ImportEnterpriseRoots\": true,\n            \"Install\": [\n                \"corp.pem\",\n                \"@\"\n            ]\n        }\n    }\n}\n", "=",
		},
		{
			"one line", `{"policies":{"Certificates":{"Install":["a.pem"]},"B":{}}}`,
			`{"policies":{"Certificates":{"Install":["a.pem","@"]},"B":{}}}`, "=",
		},
		{"an array on one line", "{\n  \"policies\": {\"Certificates\": {\"Install\": [\"a.pem\", \"b.pem\"]}}\n}", "{\n  \"policies\": {\"Certificates\": {\"Install\": [\"a.pem\", \"b.pem\", \"@\"]}}\n}", "="},
		{"no policies", "{}\n", "{\n  \"policies\": {\n    \"Certificates\": {\n      \"Install\": [\n        \"@\"\n      ]\n    }\n  }\n}\n", "{\n  \"policies\": {}\n}\n"},
		{
			"CRLF", "{\r\n  \"policies\": {\r\n    \"A\": 1\r\n  }\r\n}\r\n",
			"{\r\n  \"policies\": {\r\n    \"A\": 1,\r\n    \"Certificates\": {\r\n      \"Install\": [\r\n        \"@\"\r\n      ]\r\n    }\r\n  }\r\n}\r\n", "=",
		},
		{"the last of two counts", `{"policies":{"A":1},"policies":{"B":2}}`, `{"policies":{"A":1},"policies":{"B":2,"Certificates":{"Install":["@"]}}}`, "="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "policies", "policies.json")
			store := &firefoxPolicy{machine: onThisDisk(t), browser: "firefox", place: place, system: place}
			if test.before != "-" {
				put(t, place, test.before)
			}
			root := rootFor(t)
			named := func(s string) string { return strings.ReplaceAll(s, "@", store.copyOf(root)) }
			state(t, store, root, Absent, "")
			apply(t, store, root, Install)
			apply(t, store, root, Install)
			if got := text(t, place); got != named(test.with) {
				t.Fatalf("with the root:\n%s\nnot:\n%s", got, named(test.with))
			}
			if !reflect.DeepEqual(text(t, store.copyOf(root)), pemOf(root)) {
				t.Error("the copy is not the root")
			}
			state(t, store, root, Trusted, "")
			apply(t, store, root, Uninstall)
			apply(t, store, root, Uninstall)
			want := test.after
			if want == "=" {
				want = test.before
			}
			if got := text(t, place); got != want {
				t.Errorf("after it:\n%s\nnot:\n%s", got, want)
			}
			state(t, store, root, Absent, "")
			if exists(store.copyOf(root)) {
				t.Error("the copy is left")
			}
		})
	}
}

// TestPolicyMergeRefuses checks that what Firefox ignores stays as it is.
func TestPolicyMergeRefuses(t *testing.T) {
	tests := map[string]string{
		"trailing comma":         `{"policies":{"A":1,}}`,
		"comment":                "// ours\n{\"policies\":{}}",
		"byte order mark":        "\ufeff{\"policies\":{}}",
		"an array":               `[]`,
		"policies no object":     `{"policies":[]}`,
		"policies null":          `{"policies":null}`,
		"Certificates no object": `{"policies":{"Certificates":"x"}}`,
		"Install no array":       `{"policies":{"Certificates":{"Install":"/x.pem"}}}`,
		"cut short":              `{"policies":{`,
		"empty":                  "",
		"not UTF-8":              "{\"policies\":{\"A\":\"\xff\"}}",
		"deep":                   strings.Repeat("[", 1<<19) + strings.Repeat("]", 1<<19),
		"deep objects":           `{"policies":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001),
	}
	for name, before := range tests {
		t.Run(name, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "policies.json")
			store := &firefoxPolicy{machine: onThisDisk(t), browser: "firefox", place: place, system: place}
			put(t, place, before)
			root := rootFor(t)
			reading := store.Status(t.Context(), root)
			if reading.State != Unreadable || reading.Finding == nil || reading.Finding.Code != diag.PolicyInvalid {
				t.Errorf("%s, %v", reading.State, reading.Finding)
			}
			for _, action := range []Action{Install, Uninstall} {
				if err := store.Apply(t.Context(), root, action); err == nil {
					t.Errorf("%s changed it", action)
				}
			}
			if text(t, place) != before {
				t.Error("it was rewritten")
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(place), "*.pem")); len(left) > 0 {
				t.Errorf("%v was made", left)
			}
		})
	}
}

// TestFirefoxPolicyStates breaks the store in each way.
func TestFirefoxPolicyStates(t *testing.T) {
	folder := t.TempDir()
	place, system := filepath.Join(folder, "distribution", "policies.json"), filepath.Join(folder, "etc", "policies.json")
	store := &firefoxPolicy{machine: onThisDisk(t), browser: "firefox", place: place, system: system}
	// The roots have the same serial number, and are kept apart all the same.
	root, other := rootFor(t), rootFor(t, "test")
	apply(t, store, root, Install)
	apply(t, store, other, Install)
	state(t, store, root, Trusted, "")
	state(t, store, other, Trusted, "")
	roots, err := store.Certificates(t.Context())
	if err != nil || len(roots) != 2 || !roots[0].Equal(root.Certificate) || !roots[1].Equal(other.Certificate) {
		t.Errorf("%d roots, %v", len(roots), err)
	}

	put(t, system, `{}`)
	state(t, store, root, Untrusted, "reads "+system+" instead")
	if err := os.Remove(system); err != nil {
		t.Fatal(err)
	}
	put(t, store.copyOf(root), pemOf(other))
	state(t, store, root, Untrusted, "does not have the root")
	put(t, store.copyOf(root), pemOf(root)+pemOf(other)) // Firefox takes neither of two
	state(t, store, root, Untrusted, "does not have the root")
	if err := os.Remove(store.copyOf(root)); err != nil {
		t.Fatal(err)
	}
	state(t, store, root, Untrusted, "does not have the root")
	apply(t, store, root, Install)
	state(t, store, root, Trusted, "")

	// Of another user, and closed to the person.
	store.machine.Account.UID++
	for _, path := range []string{store.copyOf(root), place} {
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		state(t, store, root, Untrusted, "may not read "+path)
		if path == store.copyOf(root) {
			apply(t, store, root, Install)
			state(t, store, root, Trusted, "")
		}
	}
	store.machine.Account.UID--

	// The administrator brings back what was before: the copy is left, and goes.
	put(t, place, `{}`)
	state(t, store, root, Untrusted, "does not name "+store.copyOf(root))
	if !store.hasOurs() {
		t.Error("the copy is not seen")
	}
	apply(t, store, root, Uninstall)
	state(t, store, root, Absent, "")
	if text(t, place) != `{}` {
		t.Error(text(t, place))
	}

	// An administrator names the same root by a file of their own, in DER.
	own := filepath.Join(folder, "corp.der")
	put(t, own, string(root.Certificate.Raw))
	put(t, place, fmt.Sprintf(`{"policies":{"Certificates":{"Install":[7, %q, "", "missing.pem"]}}}`, own))
	state(t, store, root, Trusted, "through "+own)
	apply(t, store, root, Uninstall)
	state(t, store, root, Absent, "")
	if got := text(t, place); got != `{"policies":{"Certificates":{"Install":[7, "", "missing.pem"]}}}` {
		t.Error(got)
	}
}

// FuzzPolicyMerge: what is added and taken out again leaves the rest as it was.
func FuzzPolicyMerge(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"policies":{"A":1}}`, "{\n \"policies\": {\"Certificates\": {\"Install\": [1, \"x\"]}}}", `{"policies":{},"policies":{"\u0043ertificates":{}}}`,
		"{ \"policies\" : { \"Certificates\" : { \"Install\" : [ \"a\" ] , \"b\":2 } } }", "[[[[", `{"a":"[[[["}`,
	} {
		f.Add([]byte(seed))
	}
	root := rootFor(f)
	f.Fuzz(func(t *testing.T, before []byte) {
		place := filepath.Join(t.TempDir(), "policies.json")
		store := &firefoxPolicy{machine: onThisDisk(t), browser: "firefox", place: place, system: place}
		put(t, place, string(before))
		if _, err := store.changed(Planned{root, Install}); err != nil {
			return
		}
		_, installed, err := store.read()
		if err != nil {
			t.Fatal(err)
		}
		apply(t, store, root, Install)
		with := []byte(text(t, place))
		if !json.Valid(with) {
			t.Fatalf("%q became %q, which is no JSON", before, with)
		}
		_, install, err := store.read()
		if err != nil || !slices.Contains(texts(install), store.copyOf(root)) {
			t.Fatalf("%q became %q, which does not name the root (%v)", before, with, err)
		}
		apply(t, store, root, Uninstall)
		after := []byte(text(t, place))
		if installed != nil && !isEmpty(installed) && !bytes.Equal(before, after) {
			t.Fatalf("%q came back as %q", before, after)
		}
		var was, is map[string]any
		if err := errors.Join(json.Unmarshal(before, &was), json.Unmarshal(after, &is)); err != nil {
			t.Fatal(err)
		}
		delete(was, "policies")
		delete(is, "policies")
		if !reflect.DeepEqual(was, is) {
			t.Fatalf("%q came back as %q", before, after)
		}
	})
}

// TestChromiumPolicyRoots: several roots share the file and go one by one.
func TestChromiumPolicyRoots(t *testing.T) {
	folder := t.TempDir()
	store := &chromiumPolicy{machine: onThisDisk(t), browser: "chromium", folder: folder}
	free, test := rootFor(t), rootFor(t, "localhost", "test")
	created := store.Creates()
	if want := []string{filepath.Join(folder, "managed"), store.place()}; !slices.Equal(created, want) {
		t.Errorf("creates %v", created)
	}
	state(t, store, free, Absent, "")
	apply(t, store, free, Install)
	one := text(t, store.place())
	if want := fmt.Sprintf("{\n  \"CACertificates\": [\n    %q\n  ]\n}\n", encoded(free.Certificate)); one != want {
		t.Errorf("%s\nnot\n%s", one, want)
	}
	apply(t, store, test, Install)
	apply(t, store, test, Install)
	state(t, store, free, Trusted, "")
	state(t, store, test, Trusted, "")
	if both := text(t, store.place()); strings.Count(both, encoded(test.Certificate)) != 1 || !strings.Contains(both, `"permitted_dns_names"`) {
		t.Error(both)
	}
	roots, err := store.Certificates(t.Context())
	if err != nil || len(roots) != 2 {
		t.Errorf("%d roots, %v", len(roots), err)
	}
	apply(t, store, test, Uninstall)
	if got := text(t, store.place()); got != one {
		t.Error(got)
	}
	apply(t, store, free, Uninstall)
	state(t, store, free, Absent, "")
	if exists(store.place()) {
		t.Error("the file is left")
	}
	if err := store.Discard(t.Context(), created); err != nil || exists(filepath.Join(folder, "managed")) || !exists(folder) {
		t.Errorf("%v, or the wrong folders are left", err)
	}
}

// TestChromiumPolicyConstraints: as many as the root's, and at least one.
func TestChromiumPolicyConstraints(t *testing.T) {
	if got := constraintsOf(rootFor(t).Certificate); !got.equal(constraints{CIDRs: []string{"0.0.0.0/0", "::/0"}}) {
		t.Errorf("%+v", got)
	}
	got := constraintsOf(rootFor(t, "localhost", ".test").Certificate)
	if !slices.Equal(got.DNS, []string{"localhost", ".test"}) || !got.usable() || !slices.Contains(got.CIDRs, "127.0.0.0/8") {
		t.Errorf("%+v", got)
	}
	for _, c := range []constraints{{}, {CIDRs: []string{"127.0.0.1"}}, {DNS: []string{"test"}, CIDRs: []string{"bogus"}}} {
		if c.usable() {
			t.Errorf("%+v is usable", c)
		}
	}
}

// TestChromiumPolicyFiles follows what was measured: each policy comes from one
// file, the last by name, managed before recommended.
func TestChromiumPolicyFiles(t *testing.T) {
	root, other := rootFor(t, "test"), rootFor(t)
	plain := func(r Root) string { return fmt.Sprintf(`{%q:[%q]}`, plainPolicy, encoded(r.Certificate)) }
	limited := func(r Root, c string) string {
		return fmt.Sprintf(`{%q:[{"certificate":%q,"constraints":%s}]}`, constrainedPolicy, encoded(r.Certificate), c)
	}
	tests := []struct {
		name   string
		files  map[string]string
		want   State
		detail string
	}{
		{"another file", map[string]string{"managed/aa": plain(root)}, Trusted, "through @/managed/aa"},
		{"comments, commas, a byte order mark", map[string]string{"managed/.x": "\ufeff// c\n" + strings.Replace(plain(root), "]", ",]", 1)}, Trusted, "through"},
		{"an earlier one does not count", map[string]string{"managed/aa": plain(root), "managed/bb": plain(other)}, Absent, ""},
		{"nor a recommended one", map[string]string{"recommended/zz": plain(root), "managed/bb": plain(other)}, Absent, ""},
		{"recommended alone", map[string]string{"recommended/zz": plain(root)}, Trusted, "through @/recommended/zz"},
		{"the last of two members", map[string]string{"managed/a": plain(other)[:len(plain(other))-1] + "," + plain(root)[1:]}, Trusted, "through"},
		{"a broken one is passed over", map[string]string{"managed/aa": plain(root), "managed/zz": `{"CACertificates":`}, Trusted, "through"},
		{"ours is superseded", map[string]string{"managed/devca.json": plain(root), "managed/zz": plain(other)}, Untrusted, "@/managed/zz has CACertificates, too"},
		{"distrusted", map[string]string{"managed/zz": fmt.Sprintf(`{%q:[%q]}`, distrustPolicy, encoded(root.Certificate)), "managed/devca.json": plain(root)}, Untrusted, "distrusts"},
		{"constraints that are none", map[string]string{"managed/devca.json": limited(root, `{}`)}, Untrusted, "refuses"},
		{"constraints of somebody else", map[string]string{"managed/x": limited(root, `{"permitted_dns_names":["a.test"]}`)}, Trusted, "through"},
		{"other constraints in ours", map[string]string{"managed/devca.json": limited(root, `{"permitted_dns_names":["a.test"]}`)}, Untrusted, "other constraints"},
		{"not base64", map[string]string{"managed/devca.json": `{"CACertificates":["` + encoded(root.Certificate)[1:] + `",7,"!"]}`}, Absent, ""},
		{"base64 with a line break", map[string]string{"managed/devca.json": `{"CACertificates":["` + encoded(root.Certificate) + `\n"]}`}, Absent, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			store := &chromiumPolicy{machine: onThisDisk(t), browser: "chromium", folder: folder}
			for name, content := range test.files {
				put(t, filepath.Join(folder, name), content)
			}
			state(t, store, root, test.want, strings.ReplaceAll(test.detail, "@", folder))
			if test.want == Trusted || strings.Contains(test.detail, "distrusts") {
				return
			}
			// Whatever it was, an installation finds a place that does not
			// supersede the other file.
			apply(t, store, root, Install)
			state(t, store, root, Trusted, "")
			for name, content := range test.files {
				if name != "managed/devca.json" && text(t, filepath.Join(folder, name)) != content {
					t.Errorf("%s was changed", name)
				}
			}
			apply(t, store, root, Uninstall)
			state(t, store, root, Absent, "")
		})
	}
}

// TestChromiumPolicyConflict: others' roots are not displaced.
func TestChromiumPolicyConflict(t *testing.T) {
	folder := t.TempDir()
	store := &chromiumPolicy{machine: onThisDisk(t), browser: "chromium", folder: folder}
	root, second, corp := rootFor(t, "test"), rootFor(t), rootFor(t)
	apply(t, store, root, Install)
	put(t, filepath.Join(folder, "managed/corp.json"), fmt.Sprintf(`{%q:[%q]}`, plainPolicy, encoded(corp.Certificate)))
	apply(t, store, second, Install) // goes where the constraints are
	state(t, store, corp, Trusted, "corp.json")
	state(t, store, second, Trusted, "")
	put(t, filepath.Join(folder, "managed/more.json"), fmt.Sprintf(`{%q:[]}`, constrainedPolicy))
	err := store.Apply(t.Context(), rootFor(t), Install)
	if finding, ok := errors.AsType[*diag.Error](err); !ok || finding.Code != diag.PolicyConflict {
		t.Errorf("%v", err)
	}
	// What is there can still go, one by one.
	apply(t, store, root, Uninstall)
	if got := text(t, store.place()); !strings.Contains(got, encoded(second.Certificate)) || strings.Contains(got, encoded(root.Certificate)) {
		t.Error(got)
	}
	apply(t, store, second, Uninstall)
	if exists(store.place()) {
		t.Error("the file is left")
	}
}

// TestChromiumPolicyForeign: other policies in our file stay, and what is no
// JSON is not touched.
func TestChromiumPolicyForeign(t *testing.T) {
	store := &chromiumPolicy{machine: onThisDisk(t), browser: "chromium", folder: t.TempDir()}
	root := rootFor(t)
	put(t, store.place(), "{ // mine\n  \"HomepageLocation\": \"https://a.test\",\n}\n")
	apply(t, store, root, Install)
	state(t, store, root, Trusted, "")
	apply(t, store, root, Uninstall)
	if got := text(t, store.place()); !strings.Contains(got, "HomepageLocation") || !json.Valid([]byte(got)) {
		t.Error(got)
	}
	for _, broken := range []string{"", "[]", `{"CACertificates":[`, strings.Repeat("[", 1<<19)} {
		put(t, store.place(), broken)
		if reading := store.Status(t.Context(), root); reading.State != Unreadable || reading.Finding.Code != diag.PolicyInvalid {
			t.Errorf("%.20q: %s", broken, reading.State)
		}
		if err := store.Apply(t.Context(), root, Install); err == nil || text(t, store.place()) != broken {
			t.Errorf("%.20q: %v", broken, err)
		}
	}
}

// TestPolicyStepsDoTheSame runs the commands of the plan instead of Apply.
func TestPolicyStepsDoTheSame(t *testing.T) {
	root := rootFor(t, "test")
	for _, kind := range []string{"chromium", "firefox"} {
		t.Run(kind, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "a b'c")
			machine := onThisDisk(t)
			var store Store = &chromiumPolicy{machine: machine, browser: "chromium", folder: folder}
			if kind == "firefox" {
				place := filepath.Join(folder, "x", "policies.json")
				store = &firefoxPolicy{machine: machine, browser: "firefox", place: place, system: place}
			}
			for _, action := range []Action{Install, Uninstall} {
				for _, step := range store.Plan(t.Context(), root, action) {
					if strings.Contains(step.Line(true), "\n") {
						t.Errorf("%q has more than one line", step.Line(true))
					}
					if out, err := exec.Command("sh", "-c", step.Line(true)).CombinedOutput(); err != nil {
						t.Fatalf("%s: %v\n%s", step.Line(true), err, out)
					}
				}
				want := Trusted
				if action == Uninstall {
					want = Absent
				}
				state(t, store, root, want, "")
			}
		})
	}
}

func TestRememberedPolicy(t *testing.T) {
	machine := onThisDisk(t)
	for place, want := range map[string]string{
		"/etc/opt/edge/policies/managed/devca.json": "microsoft-edge",
		"/etc/thunderbird/policies/policies.json":   "thunderbird",
		"/gone/distribution/policies.json":          "firefox",
	} {
		store := rememberedPolicy(machine, place)
		if store == nil || store.About().Place != place || !slices.Equal(store.About().Clients, []string{want}) {
			t.Errorf("%s: %v", place, store)
		}
	}
	for _, place := range []string{"", "devca.json", "/etc/passwd", "/tmp/managed/devca.json"} {
		if store := rememberedPolicy(machine, place); store != nil {
			t.Errorf("%q is a store", place)
		}
	}
}
