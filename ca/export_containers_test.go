package ca_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"devca/ca"
	"devca/diag"
)

// hostile are roots whose names want to be more than names.
func hostile(t *testing.T) []*x509.Certificate {
	t.Helper()
	roots := []*x509.Certificate{foreign(t, nil, nil).certificate}
	for _, name := range []string{"x\nFROM evil\nRUN evil", "x\u2028- evil: true", `"}: [$HOME ${x} \`, "ROOT PEM ANCHOR PATH KEY", "# syntax=evil", "\x1b[2J", strings.Repeat("é", 60)} {
		roots = append(roots, foreign(t, nil, func(c *x509.Certificate) { c.Subject.CommonName = name }).certificate)
	}
	return roots
}

// documents reads all YAML documents of a text.
func documents(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var document map[string]any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		all = append(all, document)
	}
}

// samples gives the samples in the comments that are YAML mappings, by their first key.
func samples(t *testing.T, text []byte) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	var sample strings.Builder
	finish := func() {
		key, _, isMapping := strings.Cut(sample.String(), ":")
		if isMapping && !strings.ContainsAny(key, " /") {
			found[key] = documents(t, []byte(sample.String()))[0]
		}
		sample.Reset()
	}
	for line := range strings.Lines(string(text)) {
		if body, ok := strings.CutPrefix(line, "#   "); ok {
			sample.WriteString(body)
		} else {
			finish()
		}
	}
	finish()
	return found
}

// at follows keys and indexes into a document.
func at(t *testing.T, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			mapping, _ := value.(map[string]any)
			value = mapping[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				t.Fatalf("%v has no %d", value, step)
			}
			value = list[step]
		}
	}
	return value
}

func TestKubernetesRoot(t *testing.T) {
	for _, root := range hostile(t) {
		text, err := ca.ExportRoot(root, "k8s")
		must(t, err)
		pemForm, err := ca.ExportRoot(root, "pem")
		must(t, err)
		want := map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": map[string]any{"name": "devca-root", "labels": map[string]any{"app.kubernetes.io/managed-by": "devca"}},
			"data":     map[string]any{"devca-root.pem": string(pemForm)},
		}
		if got := documents(t, text); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%q: %v", root.Subject.CommonName, got)
		}
		found := samples(t, text)
		if at(t, found["spec"], "spec", "volumes", 0, "configMap", "name") != "devca-root" ||
			at(t, found["spec"], "spec", "containers", 0, "volumeMounts", 0, "subPath") != "devca-root.pem" ||
			at(t, found["apiVersion"], "kind") != "Bundle" || at(t, found["apiVersion"], "spec", "sources", 1, "configMap", "key") != "devca-root.pem" {
			t.Errorf("samples: %v", found)
		}
		if bytes.Contains(text, []byte("PRIVATE")) {
			t.Error("there is a private key")
		}
	}
}

// TestExportIssuer: what is in the Secret signs what the root in it verifies,
// and the root's key is not among it.
func TestExportIssuer(t *testing.T) {
	for _, options := range []ca.Options{{}, {Unconstrained: true}, {Permit: []string{"corp.dev"}}} {
		_, a := newAuthority(t, options)
		text, err := a.ExportIssuer()
		must(t, err)
		all := documents(t, text)
		if len(all) != 2 || at(t, all[1], "kind") != "ClusterIssuer" || at(t, all[1], "spec", "ca", "secretName") != "devca-issuing" {
			t.Fatalf("%v", all)
		}
		data, _ := at(t, all[0], "data").(map[string]any)
		file := func(name string) []byte {
			text, _ := data[name].(string)
			decoded, err := base64.StdEncoding.DecodeString(text)
			must(t, err)
			return decoded
		}
		if at(t, all[0], "kind") != "Secret" || at(t, all[0], "type") != "kubernetes.io/tls" || at(t, all[0], "metadata", "namespace") != "cert-manager" || len(data) != 3 {
			t.Errorf("%v", all[0])
		}
		pair, err := tls.X509KeyPair(file("tls.crt"), file("tls.key"))
		must(t, err) // which also compares the key with the first certificate
		chain, err := ca.ParseCertificates(file("tls.crt"))
		must(t, err)
		root, err := ca.ParseCertificates(file("ca.crt"))
		must(t, err)
		if len(chain) != 2 || !chain[0].Equal(a.Issuing) || !chain[1].Equal(a.Root) || !root[0].Equal(a.Root) || len(pair.Certificate) != 2 {
			t.Errorf("chain of %d", len(chain))
		}
		if strings.Count(string(text), "tls.key") != 1 || bytes.Contains(text, []byte("BEGIN")) {
			t.Errorf("%s", text)
		}
		if limited := strings.Contains(string(text), "localhost"); limited == options.Unconstrained {
			t.Errorf("%v: the comment says\n%s", options, text[:400])
		}
	}
}

// TestNoRootKey: a root that signs itself what is issued is not exported.
func TestNoRootKey(t *testing.T) {
	alone := foreign(t, nil, pathLength(0))
	dir := newDir(t)
	a, err := dir.Import(ca.ImportOptions{Chain: chain(alone), Key: alone.key})
	must(t, err)
	data, err := a.ExportIssuer()
	if failure, ok := errors.AsType[*diag.Error](err); !ok || failure.Code != diag.ExportRootKey || data != nil {
		t.Errorf("%v, %d bytes", err, len(data))
	}
	if _, err := a.ExportProfile(time.Now()); err != nil {
		t.Errorf("its profile can be signed all the same: %v", err)
	}
}

// TestDockerfile: whatever the root and the path are called, the instructions
// are the same three, the shell reads them, and Compose finds the file.
func TestDockerfile(t *testing.T) {
	for _, root := range hostile(t) {
		for _, path := range []string{"/home/u/.local/share/devca/root.pem", `C:\Users\A b\devca\root.pem`, "/tmp/$HOME/${x}/a:b/\"q\"/'\n# FROM evil/root.pem", "/é/\u2028/#/root.pem"} {
			text, err := ca.Dockerfile(root, path, []string{"NODE_EXTRA_CA_CERTS"}, []string{"PIP_CERT", "AWS_CA_BUNDLE"})
			must(t, err)
			var instructions []string
			for part := range strings.SplitSeq(strings.ReplaceAll(string(text), "\\\n", ""), "\n") {
				if part != "" && !strings.HasPrefix(part, "#") {
					instructions = append(instructions, part)
				}
			}
			if len(instructions) != 3 || instructions[0] != "COPY devca-root.pem /usr/local/share/ca-certificates/devca-root.crt" ||
				instructions[2] != "ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca-certificates/devca-root.crt" {
				t.Fatalf("%q", instructions)
			}
			run, _ := strings.CutPrefix(instructions[1], "RUN ")
			if out, err := exec.Command("sh", "-n", "-c", run).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
			source, _ := at(t, samples(t, text)["services"], "services", "app", "volumes", 0, "source").(string)
			if unescaped := strings.ReplaceAll(source, "$$", "\x00"); strings.Contains(unescaped, "$") || strings.ReplaceAll(unescaped, "\x00", "$") != path {
				t.Errorf("Compose mounts %q, not %q", source, path)
			}
		}
	}
}
