package trust

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"

	"devca/diag"
)

// certutil runs NSS's program on one database. Read options change nothing.
type certutil struct {
	machine  *Machine
	database string // folder
}

// noPassword answers a question for a password with nothing. certutil would ask
// at /dev/tty, whatever its input is.
func noPassword() []string { return []string{"-f", "/dev/null"} }

func (c certutil) argv(args ...string) []string {
	return append([]string{"certutil", args[0], "-d", "sql:" + c.database}, args[1:]...)
}

func (c certutil) run(ctx context.Context, args ...string) ([]byte, error) {
	return c.machine.do(ctx, Command{Argv: c.argv(args...), AsPerson: true})
}

// nssEntry is a line of certutil -L.
type nssEntry struct {
	nickname string
	trust    string // "C,," for a CA trusted for servers
}

// trustsServers tells whether the flags before the first comma, those for TLS,
// have C: trusted CA for servers. T is for clients only, P is a trusted peer.
func (e nssEntry) trustsServers() bool {
	flags, _, _ := strings.Cut(e.trust, ",")
	return strings.Contains(flags, "C")
}

func (c certutil) list(ctx context.Context) ([]nssEntry, error) {
	out, err := c.run(ctx, "-L")
	if err != nil {
		return nil, err
	}
	return parseEntries(out), nil
}

// parseEntries reads certutil's table: the flags are the last word of a line and
// hold two commas; the nickname before may have spaces.
func parseEntries(out []byte) []nssEntry {
	var entries []nssEntry
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		end := strings.LastIndexByte(line, ' ')
		if end < 0 || strings.HasSuffix(line, "SSL,S/MIME,JAR/XPI") {
			continue
		}
		flags := line[end+1:]
		if strings.Count(flags, ",") == 2 && strings.Trim(flags, "pPcCTuwg,") == "" {
			entries = append(entries, nssEntry{nickname: strings.TrimSpace(line[:end]), trust: flags})
		}
	}
	return entries
}

// find gives the entries that are this certificate, whatever they are called: a
// browser or its policy may have added it under a nickname of its own.
func (c certutil) find(ctx context.Context, root Root) ([]nssEntry, error) {
	entries, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	var found []nssEntry
	for _, entry := range entries {
		// Asking for each of the hundreds of entries of a Firefox takes seconds;
		// every nickname that NSS or a browser makes up has the common name in it.
		if !strings.Contains(entry.nickname, root.Certificate.Subject.CommonName) {
			continue
		}
		der, err := c.run(ctx, "-L", "-n", entry.nickname, "-r")
		if err == nil && bytes.Equal(der, root.Certificate.Raw) {
			found = append(found, entry)
		}
	}
	return found, nil
}

// locked tells whether the database has a primary password. certutil -A there
// fails only after it has added the certificate without trust.
func (c certutil) locked(ctx context.Context) bool {
	_, err := c.run(ctx, append([]string{"-K"}, noPassword()...)...)
	failure, ok := errors.AsType[*CommandError](err)
	return ok && strings.Contains(failure.Output, "SEC_ERROR_BAD_PASSWORD")
}

// empty tells whether the database holds neither certificates nor keys.
func (c certutil) empty(ctx context.Context) bool {
	entries, err := c.list(ctx)
	if err != nil || len(entries) > 0 {
		return false
	}
	// No keys is an error to certutil, keys are not.
	_, err = c.run(ctx, append([]string{"-K"}, noPassword()...)...)
	failure, ok := errors.AsType[*CommandError](err)
	return ok && strings.Contains(failure.Output, "no keys found")
}

// available gives a finding when certutil is missing.
func (c certutil) available() *diag.Error {
	if _, err := c.machine.LookPath("certutil"); err == nil || !errors.Is(err, exec.ErrNotFound) {
		return nil
	}
	return diag.New(diag.TrustCertutilMissing, "certutil is not installed, and "+c.database+" cannot be read without it").
		Because("browsers on this system keep their roots in NSS databases").
		Fix("install it, then run the same command again", installCertutil(c.machine))
}

// installCertutil is the command of the distribution, by the installer it has.
func installCertutil(machine *Machine) string {
	for _, way := range [][]string{
		{"apt-get", "install", "-y", "libnss3-tools"},
		{"dnf", "install", "-y", "nss-tools"},
		{"yum", "install", "-y", "nss-tools"},
		{"zypper", "install", "-y", "mozilla-nss-tools"},
		{"pacman", "-S", "--noconfirm", "nss"},
		{"apk", "add", "nss-tools"},
		{"pkg", "install", "-y", "nss"},
		{"brew", "install", "nss"},
	} {
		if _, err := machine.LookPath(way[0]); err != nil {
			continue
		}
		step := Step{Argv: way, AsRoot: way[0] != "brew"}
		return step.Line(machine.IsRoot)
	}
	return ""
}
