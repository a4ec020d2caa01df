package environment_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"devca/environment"
	"devca/keystore"
)

// FuzzJavaOptions: whatever options somebody has, devca's come behind them, are taken
// out again to the last byte, and applying them twice is applying them once.
func FuzzJavaOptions(f *testing.F) {
	for _, seed := range []string{"", "-Xmx1g", " -Da=b  'c d' ", `-Dx="`, "-Djavax.net.ssl.trustStore=/nothing", "a\tb\n", "-Djavax.net.ssl.trustStoreType=JKS"} {
		f.Add(seed)
	}
	folder := f.TempDir()
	cacerts, err := keystore.MakeJKS([]keystore.Entry{{Alias: "a", Certificate: root(f, "public")}}, time.Unix(0, 0), "changeit")
	if err != nil {
		f.Fatal(err)
	}
	store := filepath.Join(folder, "cacerts")
	if err := os.WriteFile(store, cacerts, 0o600); err != nil {
		f.Fatal(err)
	}
	own := encoded(root(f, "own"))
	f.Fuzz(func(t *testing.T, options string) {
		if strings.Contains(options, "\x00") {
			return // no variable can have it
		}
		variables := map[string]string{"JAVA_TOOL_OPTIONS": options}
		ground := &environment.Ground{
			Root: own, RootPath: filepath.Join(folder, "root.pem"), Folder: filepath.Join(folder, "env"), Home: folder, Work: folder, Slash: folder, GOOS: "linux",
			Getenv: func(name string) string { return variables[name] },
			System: func() ([]byte, string, error) { return own, "the system", nil }, Certifi: func() string { return "" },
			Java: func() string { return store }, Git: func() (environment.GitRoots, error) { return environment.GitRoots{}, nil },
		}
		var values []string
		for range 2 {
			plan, err := environment.Make(ground)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range plan.Assignments {
				variables[a.Name] = a.Value
			}
			values = append(values, variables["JAVA_TOOL_OPTIONS"])
		}
		if values[0] != values[1] {
			t.Errorf("once %q, twice %q", values[0], values[1])
		}
		undone, err := environment.Undo(ground.Getenv)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range undone {
			if a.Name != "JAVA_TOOL_OPTIONS" {
				continue
			}
			if a.Before == nil && options != "" || a.Before != nil && *a.Before != options {
				t.Errorf("%q becomes %v", options, a.Before)
			}
		}
	})
}

// FuzzConfigured: a configuration may say anything.
func FuzzConfigured(f *testing.F) {
	for _, seed := range []string{"cafile=/a", "cafile = \"/a\\\"b\"\n", "cert: 'x", "{cacerts_path,<<\"/a\">>}.", "\"cafile\": \"\\/a\"", "cafile", "cafile=", "Ⱥcafile=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, key := range []string{"cafile", "cert", "cacerts_path"} {
			for _, value := range environment.ValuesOf(text, key) {
				if value == "" || strings.Contains(value, "\n") {
					t.Errorf("%q in %q", value, text)
				}
			}
		}
	})
}
