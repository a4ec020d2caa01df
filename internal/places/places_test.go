package places_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"devca/internal/places"
)

func TestMatches(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home [1]")
	for _, folder := range []string{".nvm/versions/node/v20.1.0/bin", ".nvm/versions/node/v22.0.0/bin", ".nvm/versions/node/.staging"} {
		if err := os.MkdirAll(filepath.Join(home, filepath.FromSlash(folder)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, ".nvm", "versions", "node", "vfile"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{"NVM_DIR": filepath.Join(home, ".nvm"), "RELATIVE": "here"}
	ground := places.Ground{Home: home, Getenv: func(name string) string { return variables[name] }}
	both := []string{
		filepath.Join(home, ".nvm/versions/node/v20.1.0/bin/node"),
		filepath.Join(home, ".nvm/versions/node/v22.0.0/bin/node"),
	}
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"~/.nvm/versions/node/*/bin/node", both},
		{"$NVM_DIR/versions/node/v*/bin/node", both},
		{"%NVM_DIR%/versions/node/*20*/bin/node", both[:1]},
		{"$UNSET/versions/node/*", nil},
		{"$RELATIVE/node/*", nil},
		{"~/nothing/*/here", nil},
		{"~/nothing/here", []string{filepath.Join(home, "nothing", "here")}},
	} {
		if got := ground.Matches(c.pattern); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.pattern, got, c.want)
		}
	}
	if got := (places.Ground{Home: home}).Matches("$NVM_DIR/versions/node/*"); got != nil {
		t.Errorf("variables that are not the person's: %q", got)
	}
}
