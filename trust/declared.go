package trust

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"devca/diag"
)

// declared is a system whose roots are written into its own description, which
// only its owner can change: devca says exactly what to write, and reads what
// came of it.
type declared struct {
	ids     []string
	title   string
	bundles []string
	// fix gives what to do and the text to paste.
	fix func(root Root) (do, paste string)
}

func declaredSystems() []declared {
	standard := []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-bundle.crt"}
	return []declared{
		{
			ids: []string{"nixos"}, title: "NixOS", bundles: standard,
			// The path of certificateFiles must be in the Nix store, which a home folder is not.
			fix: func(root Root) (do, paste string) {
				return "put this into configuration.nix, then run nixos-rebuild switch",
					"security.pki.certificates = [ " + quotedLines(root) + " ];"
			},
		},
		{
			ids: []string{"guix"}, title: "Guix System", bundles: standard,
			fix: func(root Root) (do, paste string) {
				return "add a package that has the root in etc/ssl/certs to the packages of your operating-system, then run guix system reconfigure",
					diag.CommandLine("openssl", "x509", "-in", root.Path, "-out", root.fileName()+".pem")
			},
		},
		{
			ids: []string{"flatcar", "coreos"}, title: "Flatcar", bundles: standard,
			fix: func(root Root) (do, paste string) {
				return "put this under storage.files of the machine's Butane file, and provision it anew",
					`{ path: /etc/ssl/certs/` + root.fileName() + `.pem, mode: 0644, contents: { source: "data:;base64,` + encodedPEM(root) + `" } }`
			},
		},
		{
			ids: []string{"bottlerocket"}, title: "Bottlerocket", bundles: []string{"/etc/pki/tls/certs/ca-bundle.crt"},
			fix: func(root Root) (do, paste string) {
				return "set it through the API",
					"apiclient set pki.devca.data=" + encodedPEM(root) + " pki.devca.trusted=true"
			},
		},
		{
			ids: []string{"clear-linux-os"}, title: "Clear Linux", bundles: []string{"/var/cache/ca-certs/anchors/ca-certificates.crt"},
			fix: func(root Root) (do, paste string) {
				return "have its own program add it", "sudo " + diag.CommandLine("clrtrust", "add", root.Path)
			},
		},
	}
}

// quotedLines is the certificate as a string of the Nix language on one line.
func quotedLines(root Root) string {
	if root.Certificate == nil {
		return `"-----BEGIN CERTIFICATE-----…"`
	}
	return `"` + strings.ReplaceAll(pemOf(root), "\n", `\n`) + `"`
}

func encodedPEM(root Root) string {
	if root.Certificate == nil {
		return "…"
	}
	return base64.StdEncoding.EncodeToString([]byte(pemOf(root)))
}

func findDeclared(names []string) (declared, bool) {
	for _, system := range declaredSystems() {
		if slices.ContainsFunc(system.ids, func(id string) bool { return slices.Contains(names, id) }) {
			return system, true
		}
	}
	return declared{}, false
}

// declaredStore is the system store of such a system.
type declaredStore struct{ declared }

func (s declaredStore) bundle() string { return family{bundles: s.bundles}.bundle() }

func (s declaredStore) About() About {
	return About{ID: "system", Kind: KindSystem, Title: "system (" + s.title + ")", Place: s.bundle(), Clients: anchorClients()}
}

// Status reads what clients read. A root that is not there is the owner's to add.
func (s declaredStore) Status(_ context.Context, root Root) Reading {
	if root.Certificate != nil {
		if found, _ := contains(s.bundle(), root.Certificate); found {
			return Reading{State: Trusted, Detail: "declared by the system's owner"}
		}
	}
	do, paste := s.fix(root)
	return Reading{State: Unsupported, Finding: diag.New(diag.TrustUnsupported, s.title+" takes its roots from its own description").
		Because("what a program changed there would be gone after the next update").Fix(do, paste)}
}

func (declaredStore) Plan(context.Context, Root, Action) []Step { return nil }

func (declaredStore) Apply(context.Context, Root, Action) error { return nil }
