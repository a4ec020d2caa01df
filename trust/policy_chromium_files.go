package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"github.com/tailscale/hujson"
)

// Chromium's policies about roots. It takes the value of each from one file
// only: the last one by name among managed/, or else among recommended/
// (measured with Chromium 156, and config_dir_policy_loader.cc says so). A root
// that is in both of the first two is under the constraints of the second.
const (
	plainPolicy       = "CACertificates"
	constrainedPolicy = "CACertificatesWithConstraints"
	distrustPolicy    = "CADistrustedCertificates"
	platformPolicy    = "CAPlatformIntegrationEnabled"
)

// policyFile is a file that the browser reads.
type policyFile struct {
	path string
	root *hujson.Value
}

// files lists what the browser reads, in the order in which it prefers them.
// What it cannot read or parse it passes over.
func (s *chromiumPolicy) files() []policyFile {
	var files []policyFile
	for _, level := range []string{"managed", "recommended"} {
		entries, _ := os.ReadDir(filepath.Join(s.folder, level))
		for _, entry := range slices.Backward(entries) {
			path := filepath.Join(s.folder, level, entry.Name())
			data, info, err := readSmall(path)
			if err != nil || !s.machine.readableByPerson(info) {
				continue
			}
			// Chromium passes over a byte order mark, which Firefox does not.
			if root, err := parsePolicy(bytes.TrimPrefix(data, []byte("\ufeff"))); err == nil {
				files = append(files, policyFile{path, root})
			}
		}
	}
	return files
}

// effective gives the value that the browser goes by, and its file.
func effective(files []policyFile, policy string) (*hujson.Value, string) {
	for _, file := range files {
		if value := member(file.root, policy); value != nil {
			return value, file.path
		}
	}
	return nil, ""
}

// constrained is an element of CACertificatesWithConstraints.
type constrained struct {
	Certificate string      `json:"certificate"`
	Constraints constraints `json:"constraints"`
}

type constraints struct {
	DNS   []string `json:"permitted_dns_names,omitempty"`
	CIDRs []string `json:"permitted_cidrs,omitempty"`
}

// usable tells whether Chromium trusts a root with these constraints at all: not
// with none, and not with an address range that is none (measured).
func (c constraints) usable() bool {
	bad := func(text string) bool { _, err := netip.ParsePrefix(text); return err != nil }
	return len(c.DNS)+len(c.CIDRs) > 0 && !slices.ContainsFunc(c.CIDRs, bad)
}

func (c constraints) equal(other constraints) bool {
	return slices.Equal(c.DNS, other.DNS) && slices.Equal(c.CIDRs, other.CIDRs)
}

// constrainedElements reads the elements that have the right form.
func constrainedElements(value *hujson.Value) []constrained {
	if value == nil {
		return nil
	}
	array, ok := value.Value.(*hujson.Array)
	if !ok {
		return nil
	}
	var found []constrained
	for _, element := range array.Elements {
		standard := element.Clone()
		standard.Standardize()
		var entry constrained
		if json.Unmarshal(standard.Pack(), &entry) == nil {
			found = append(found, entry)
		}
	}
	return found
}

func encoded(certificate *x509.Certificate) string {
	return base64.StdEncoding.EncodeToString(certificate.Raw)
}

// named tells whether an array of certificates has the root.
func named(value *hujson.Value, root *x509.Certificate) bool {
	return slices.Contains(texts(value), encoded(root))
}

// constraintsOf are those of the root itself, and the addresses that devca
// issues for: the certificate does not constrain these, because BoringSSL then
// refuses every leaf that has one. The policy can, and a stolen key cannot
// imitate servers that are reached by their public address.
func constraintsOf(root *x509.Certificate) constraints {
	c := constraints{DNS: root.PermittedDNSDomains}
	for _, block := range root.PermittedIPRanges {
		c.CIDRs = append(c.CIDRs, block.String())
	}
	switch {
	case len(c.DNS)+len(c.CIDRs) == 0:
		// A type without constraints is free, and one must have some.
		c.CIDRs = []string{"0.0.0.0/0", "::/0"}
	case len(c.CIDRs) == 0:
		c.CIDRs = privateBlocks()
	}
	return c
}

// privateBlocks are the addresses that a CA of devca signs for without --force.
func privateBlocks() []string {
	return []string{
		"127.0.0.0/8", "::1/128", // loopback
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", // RFC 1918, RFC 4193
		"169.254.0.0/16", "fe80::/10", // link-local
		"0.0.0.0/32", "::/128", // unspecified
		"100.64.0.0/10", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", // never routed
	}
}

// own reads our file; one that is not there is an empty object.
func (s *chromiumPolicy) own() (*hujson.Value, error) {
	data, _, err := readSmall(s.place())
	if errors.Is(err, fs.ErrNotExist) {
		data, err = []byte("{}"), nil
	}
	if err != nil {
		return nil, err
	}
	root, err := parsePolicy(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err == nil {
		root.Standardize()
	}
	return root, err
}

// rootsIn lists the certificates in one file's two policies.
func rootsIn(file *hujson.Value) []*x509.Certificate {
	all := texts(member(file, plainPolicy))
	for _, entry := range constrainedElements(member(file, constrainedPolicy)) {
		all = append(all, entry.Certificate)
	}
	var roots []*x509.Certificate
	for _, text := range all {
		// Go's decoder passes over line breaks, for which Chromium refuses all of it.
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil || base64.StdEncoding.EncodeToString(der) != text {
			continue
		}
		root, err := x509.ParseCertificate(der)
		if err == nil && !slices.ContainsFunc(roots, root.Equal) {
			roots = append(roots, root)
		}
	}
	return roots
}
