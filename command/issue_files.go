package command

import (
	"path/filepath"
	"slices"
	"strings"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

// order decides on the files.
func (o issueOptions) order(request certs.Request) ca.Order {
	stem := certs.FileStem(request.Names, o.client)
	files := certs.Files{Cert: filepath.Join(o.out, stem+".pem"), Key: filepath.Join(o.out, stem+"-key.pem")}
	if o.certFile != "" {
		files.Cert = o.certFile
	}
	if o.keyFile != "" {
		files.Key = o.keyFile
	}
	base := strings.TrimSuffix(files.Cert, filepath.Ext(files.Cert))
	if o.p12 {
		files.P12 = base + ".p12"
	}
	if o.combined {
		files.Combined = base + "-combined.pem"
	}
	order := ca.Order{
		Request: request, KeyType: o.keyType, LeafOnly: o.leafOnly, Force: o.force,
		P12Password: o.password, P12PasswordFile: o.passwordFile, P12Legacy: o.legacy,
	}
	if o.csr != "" {
		files.Key, order.KeyType = "", ""
	}
	order.Files = files
	return order
}

// twice finds two outputs that are one file, of which the second would replace the
// first, such as --cert-file app.p12 with --p12.
func twice(files certs.Files) error {
	paths := files.All()
	for i, path := range paths {
		if slices.Contains(paths[:i], path) {
			return diag.New(diag.UsageArguments, shortPath(path)+" would hold two things, and the second would replace the first").
				Because("certificate, key, PKCS#12 and combined file are files of their own").
				Fix("give each a name of its own", "devca issue --help")
		}
	}
	return nil
}
