package environment_test

import (
	"encoding/pem"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"devca/environment"
	"devca/keystore"
)

// TestComposeFile reads the file as Compose does, anchors and all.
func TestComposeFile(t *testing.T) {
	m := newMachine(t)
	cacerts, err := keystore.MakeJKS([]keystore.Entry{{Alias: "a", Certificate: m.public}}, time.Unix(0, 0), "changeit")
	if err != nil {
		t.Fatal(err)
	}
	m.ground.Folder = filepath.Join(m.ground.Home, `a $B: "c"`)
	m.ground.Java = func() string { return filepath.Join(m.ground.Home, "cacerts") }
	m.write(m.ground.Java(), cacerts)
	text, err := environment.ComposeFile(m.apply(), m.ground.RootPath, "a root")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Environment map[string]string
			Volumes     []struct {
				Type, Source, Target string
				ReadOnly             bool `yaml:"read_only"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err, text)
	}
	app := file.Services["app"]
	for name, want := range map[string]string{
		"NODE_EXTRA_CA_CERTS": "/run/devca/root.pem", "SSL_CERT_FILE": "/run/devca/roots.pem", "AWS_CA_BUNDLE": "/run/devca/roots.pem",
		"JAVA_TOOL_OPTIONS": "-Djavax.net.ssl.trustStore=/run/devca/roots.jks",
	} {
		if app.Environment[name] != want {
			t.Errorf("%s is %s, not %s", name, app.Environment[name], want)
		}
	}
	var targets []string
	for _, v := range app.Volumes {
		source := strings.ReplaceAll(v.Source, "$$", "$")
		if v.Type != "bind" || !v.ReadOnly || source != m.ground.RootPath && filepath.Dir(source) != m.ground.Folder {
			t.Errorf("volume %+v", v)
		}
		targets = append(targets, v.Target)
	}
	slices.Sort(targets)
	if want := []string{"/run/devca/root.pem", "/run/devca/roots.jks", "/run/devca/roots.pem"}; !slices.Equal(targets, want) {
		t.Errorf("mounted are %v", targets)
	}
}

// TestGitHubStep reads the step as a workflow does; testdata/script runs it.
func TestGitHubStep(t *testing.T) {
	own := root(t, "own")
	text := environment.GitHubStep(encoded(own), "a root")
	var steps []struct{ Name, Shell, Run string }
	if err := yaml.Unmarshal([]byte(text), &steps); err != nil || len(steps) != 1 || steps[0].Shell != "bash" {
		t.Fatal(err, text)
	}
	_, rest, _ := strings.Cut(steps[0].Run, "<<'PEM'\n")
	body, _, _ := strings.Cut(rest, "\nPEM\n")
	if block, _ := pem.Decode([]byte(body)); block == nil || string(block.Bytes) != string(own.Raw) {
		t.Errorf("the step has no root:\n%s", steps[0].Run)
	}
}
