package command

import (
	"os"
	"path/filepath"
	"slices"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

// issueAgain is the command that writes a certificate's files once more, from here:
// into their folder, and over the key that may be there still, which issue takes for
// somebody's where no certificate is beside it.
func issueAgain(e ca.Entry) string {
	argv := []string{"devca", "issue"}
	if e.Forced || slices.ContainsFunc(e.Files.All(), present) {
		argv = append(argv, "--force")
	}
	if e.Client {
		argv = append(argv, "--client")
	}
	argv = append(argv, filesAgain(e)...)
	if e.KeyType != certs.P256 && !e.FromRequest {
		argv = append(argv, "--key-type", string(e.KeyType))
	}
	return diag.CommandLine(append(argv, e.Names...)...)
}

func present(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// filesAgain are the flags by which the files get the names that they had.
func filesAgain(e ca.Entry) []string {
	var flags []string
	folder, stem := filepath.Dir(e.Files.Cert), ""
	if names, err := certs.ParseNames(e.Names, true); err == nil {
		stem = filepath.Join(folder, certs.FileStem(names, e.Client))
	}
	usual := e.Files.Cert == stem+".pem" && (e.Files.Key == "" || e.Files.Key == stem+"-key.pem")
	if here, err := os.Getwd(); err != nil || usual && folder != here || !present(folder) {
		flags = append(flags, "--out", shortPath(folder))
	}
	if !usual {
		flags = append(flags, "--cert-file", shortPath(e.Files.Cert))
		if e.Files.Key != "" {
			flags = append(flags, "--key-file", shortPath(e.Files.Key))
		}
	}
	if e.Files.P12 != "" {
		flags = append(flags, "--p12")
	}
	if e.Files.Combined != "" {
		flags = append(flags, "--combined")
	}
	return flags
}
