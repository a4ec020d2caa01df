package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"devca/diag"
	"devca/nssdb"
)

// nssStore is one NSS database: a browser's, or one profile's. It is read and
// written natively; certutil, NSS's own program, is only named in plans, for
// people who want to do it by hand.
type nssStore struct {
	machine  *Machine
	database string // folder
	clients  []string
	label    string
	// profile tells that one program has the database for itself, and so reads
	// what it wrote there. Others are shared by programs with NSS old and new.
	profile bool
	changed bool // by this process
}

func newNSSStore(machine *Machine, database, label string, clients ...string) *nssStore {
	return &nssStore{machine: machine, database: database, label: label, clients: clients}
}

func (s *nssStore) About() About {
	return About{
		ID: "nss:" + s.database, Kind: KindNSS, Title: s.title(), Place: s.database, Clients: s.clients,
		Privileged: s.privileged(),
	}
}

// privileged tells a database that belongs to the system, such as /etc/pki/nssdb.
// In a home, what the person may not write is a mistake to be mended, not a
// reason for more rights.
func (s *nssStore) privileged() bool {
	return !s.inside(s.machine.Account.Home) && !s.machine.IsRoot && !s.machine.mayWrite(filepath.Join(s.database, "cert9.db"))
}

func (s *nssStore) inside(folder string) bool {
	return folder != "" && strings.HasPrefix(s.database, folder+string(filepath.Separator))
}

func (s *nssStore) title() string {
	place := s.database
	if home := s.machine.Account.Home; s.inside(home) {
		place = "~" + strings.TrimPrefix(place, home)
	}
	return s.label + " (" + place + ")"
}

// nickname is unique among roots and has no colon, which certutil takes for the
// name of a token.
func nickname(root Root) string {
	if root.Certificate == nil {
		return "devca root"
	}
	name := strings.ReplaceAll(root.Certificate.Subject.CommonName, ":", " ")
	return strings.TrimSpace(name + " " + root.Fingerprint()[:16])
}

// Status looks for the certificate itself and for what NSS would conclude of
// what is said about it.
func (s *nssStore) Status(ctx context.Context, root Root) Reading {
	db, err := nssdb.Open(s.database)
	if nssdb.ReasonOf(err) == nssdb.Missing {
		return Reading{State: Absent, Detail: "the database does not exist yet"}
	}
	if err != nil {
		return s.unreadable(err, root)
	}
	if root.Certificate == nil {
		if _, err := db.Certificates(ctx); err != nil {
			return s.unreadable(err, root)
		}
		return Reading{State: Absent}
	}
	found, there, err := db.Find(ctx, root.Certificate)
	if err != nil {
		return s.unreadable(err, root)
	}
	if !there {
		return Reading{State: Absent, Detail: s.restart(false)}
	}
	now, older := found.Verdict()
	if now == nssdb.Anchor && (s.profile || older == nssdb.Anchor) {
		return Reading{State: Trusted, Detail: s.restart(true)}
	}
	return Reading{State: Untrusted, Detail: whyUntrusted(now)}
}

func whyUntrusted(verdict nssdb.Trust) string {
	switch verdict {
	case nssdb.Anchor:
		return "it is trusted in a way that only programs with NSS 3.114 or later read"
	case nssdb.Unsigned:
		return "its trust is not signed with the database's password, and so not believed"
	case nssdb.Refused:
		return "it is marked as distrusted"
	case nssdb.None:
		return "nothing says what it is trusted for"
	}
	return "its trust for TLS servers was taken away"
}

// unreadable is the reading of a database that is there and says nothing.
func (s *nssStore) unreadable(err error, root Root) Reading {
	state := Unreadable
	if nssdb.ReasonOf(err) == nssdb.Legacy {
		state = Unsupported
	}
	return Reading{State: state, Finding: s.explain(err, root)}
}

// restart tells what a running browser still believes after a change. A Chromium
// keeps its verdicts about hosts; a Firefox takes an added root up with the next
// page, and forgets a removed one only when it ends (measured with 156 and 153).
func (s *nssStore) restart(there bool) string {
	if !s.changed || s.profile && there {
		return ""
	}
	programs := openers(s.machine, s.database)
	if len(programs) == 0 {
		return ""
	}
	verb, keeps := " runs", "goes on accepting what it accepted"
	if there {
		keeps = "goes on refusing what it refused"
	}
	if len(programs) > 1 {
		verb, keeps = " run", strings.Replace(keeps, "goes", "go", 1)
	}
	return strings.Join(programs, " and ") + verb + " and " + keeps + " until restarted"
}

// Plan names the commands of certutil that do the same.
func (s *nssStore) Plan(ctx context.Context, root Root, action Action) []Step {
	certutil := func(why string, args ...string) Step {
		argv := append([]string{"certutil", args[0], "-d", "sql:" + s.database}, args[1:]...)
		return Step{Why: why, Argv: argv, AsRoot: s.privileged(), Runs: []string{s.machine.Self}}
	}
	var steps []Step
	db, err := nssdb.Open(s.database)
	if nssdb.ReasonOf(err) == nssdb.Missing && action == Install {
		if folders := missingFolders(s.database); len(folders) > 0 {
			steps = append(steps, Step{
				Why:  "make the folder in which the browser will look",
				Argv: append([]string{"mkdir", "-m", "0700"}, folders...),
			})
		}
		steps = append(steps, certutil("make the database before the browser does", "-N", "--empty-password"))
	}
	if err == nil && root.Certificate != nil {
		if found, there, err := db.Find(ctx, root.Certificate); err == nil && there {
			steps = append(steps, certutil("remove the root", "-D", "-n", found.Nickname))
		}
	}
	if action == Install {
		steps = append(steps, certutil("add the root as a CA trusted for servers", "-A", "-t", "C,,", "-n", nickname(root), "-i", root.Path))
	}
	return steps
}

// Apply asks for the primary password when the database has one.
func (s *nssStore) Apply(ctx context.Context, root Root, action Action) error {
	s.changed = true
	change := DatabaseChange{Folder: s.database, Action: action, DER: root.Certificate.Raw, Nickname: nickname(root)}
	err := s.change(ctx, change)
	for range passwordAttempts {
		reason := nssdb.ReasonOf(err)
		if reason != nssdb.Locked && reason != nssdb.WrongPassword || s.machine.Password == nil {
			break
		}
		password, asked := s.machine.Password(ctx, "the primary password of "+s.title())
		if asked != nil || password == "" {
			break
		}
		change.Password = password
		err = s.change(ctx, change)
	}
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		if finding, ok := errors.AsType[*diag.Error](err); ok {
			return finding
		}
		return s.explain(err, root)
	}
	return nil
}

// passwordAttempts is how often a person may mistype.
const passwordAttempts = 3

// Certificates lists the CAs that the database trusts for servers. All of them
// were added: NSS's own list is elsewhere.
func (s *nssStore) Certificates(ctx context.Context) ([]*x509.Certificate, error) {
	db, err := nssdb.Open(s.database)
	if nssdb.ReasonOf(err) == nssdb.Missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	entries, err := db.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	var roots []*x509.Certificate
	for _, entry := range entries {
		if now, older := entry.Verdict(); now != nssdb.Anchor && older != nssdb.Anchor {
			continue
		}
		if root, err := x509.ParseCertificate(entry.DER); err == nil {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// Creates lists folders and files of a database that does not exist yet, and the
// journals that a kill leaves beside them.
func (s *nssStore) Creates() []string {
	if exists(filepath.Join(s.database, "cert9.db")) {
		return nil
	}
	created := missingFolders(s.database)
	for _, name := range nssdb.Files() {
		if path := filepath.Join(s.database, name); !exists(path) {
			created = append(created, path)
			if strings.HasSuffix(name, ".db") {
				created = append(created, path+"-journal")
			}
		}
	}
	return created
}

// Discard removes a database that devca made, if nothing was put into it since,
// and the folders that devca made for it, if nothing else is in them.
func (s *nssStore) Discard(ctx context.Context, created []string) error {
	if db, err := nssdb.Open(s.database); err == nil && len(created) > 0 {
		if empty, err := db.Empty(ctx); err != nil || !empty {
			return nil //nolint:nilerr // what cannot be read may be somebody's
		}
	}
	for i := len(created) - 1; i >= 0; i-- {
		path := created[i]
		info, err := os.Lstat(path)
		switch above := path == s.database || strings.HasPrefix(s.database, path+string(filepath.Separator)); {
		case err != nil:
		case above && info.IsDir():
			s.machine.removeFolder(ctx, path)
		case filepath.Dir(path) == s.database && info.Mode().IsRegular():
			if err := s.machine.remove(ctx, path); err != nil {
				return err
			}
		}
	}
	return nil
}
