package trust

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"devca/diag"
)

// nssStore is one NSS database: a browser's, or one profile's. It is changed
// with certutil, NSS's own program.
//
// Known limit: NSS 3.114 and later can write trust as CKO_TRUST, which an older
// certutil shows as no trust at all. What devca writes is understood by all.
type nssStore struct {
	certutil
	clients []string
	label   string
	home    string // shown as ~
}

// nssFiles are the files of a database.
func nssFiles() []string { return []string{"cert9.db", "key4.db", "pkcs11.txt"} }

func (s *nssStore) About() About {
	return About{ID: "nss:" + s.database, Kind: KindNSS, Title: s.title(), Place: s.database, Clients: s.clients}
}

func (s *nssStore) title() string {
	place := s.database
	if rest, ok := strings.CutPrefix(place, s.home+string(filepath.Separator)); ok {
		place = "~/" + rest
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

// Status looks for the certificate itself and its trust flags.
func (s *nssStore) Status(ctx context.Context, root Root) Reading {
	if !exists(filepath.Join(s.database, "cert9.db")) {
		return s.missing()
	}
	if finding := s.available(); finding != nil {
		return Reading{State: Unreadable, Finding: finding}
	}
	if root.Certificate == nil {
		return Reading{State: Absent}
	}
	found, err := s.find(ctx, root)
	if err != nil {
		return s.unreadable(err)
	}
	for _, entry := range found {
		if entry.trustsServers() {
			return Reading{State: Trusted}
		}
	}
	if len(found) > 0 {
		return Reading{State: Untrusted, Detail: fmt.Sprintf("trust flags %q lack C", found[0].trust)}
	}
	return Reading{State: Absent}
}

// missing is the reading of a database that a browser has yet to make.
func (s *nssStore) missing() Reading {
	if _, err := os.Lstat(filepath.Join(s.database, "cert9.db")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s.unreadable(err)
	}
	if finding := s.available(); finding != nil {
		return Reading{State: Unreadable, Finding: finding}
	}
	return Reading{State: Absent, Detail: "the database does not exist yet"}
}

func (s *nssStore) unreadable(err error) Reading {
	finding := diag.New(diag.TrustUnreadable, "cannot read the NSS database "+s.database).From(err).
		Fix("look at what certutil says and who owns the files", diag.CommandLine(s.argv("-L")...)+
			" ; "+diag.CommandLine("ls", "-l", s.database))
	return Reading{State: Unreadable, Finding: finding}
}

func (s *nssStore) Plan(ctx context.Context, root Root, action Action) []Step {
	if action == Uninstall {
		return s.planRemoval(ctx, root)
	}
	var steps []Step
	if !exists(filepath.Join(s.database, "cert9.db")) {
		if folders := s.newFolders(); len(folders) > 0 {
			steps = append(steps, Step{
				Why:  "make the folder in which the browser will look",
				Argv: append([]string{"mkdir", "-m", "0700"}, folders...),
			})
		}
		steps = append(steps, Step{Why: "make the database before the browser does", Argv: s.argv("-N", "--empty-password")})
	}
	add := append(s.argv("-A", "-t", "C,,", "-n", nickname(root), "-i", root.Path), noPassword()...)
	return append(steps, Step{Why: "add the root as a CA trusted for servers", Argv: add})
}

// planRemoval removes every entry that is the certificate.
func (s *nssStore) planRemoval(ctx context.Context, root Root) []Step {
	names := []string{nickname(root)}
	if !exists(filepath.Join(s.database, "cert9.db")) {
		return nil
	}
	if root.Certificate != nil {
		if found, err := s.find(ctx, root); err == nil {
			names = nil
			for _, entry := range found {
				names = append(names, entry.nickname)
			}
		}
	}
	var steps []Step
	for _, name := range names {
		remove := append(s.argv("-D", "-n", name), noPassword()...)
		steps = append(steps, Step{Why: "remove the root", Argv: remove})
	}
	return steps
}

func (s *nssStore) Apply(ctx context.Context, root Root, action Action) error {
	if action == Uninstall && s.Status(ctx, root).State == Absent {
		return nil
	}
	if exists(filepath.Join(s.database, "cert9.db")) {
		if s.locked(ctx) {
			return s.refuseLocked(root, action)
		}
		if action == Install {
			// Present without trust: certutil -A would keep another nickname and
			// may keep the flags. Away with it first.
			for _, step := range s.planRemoval(ctx, root) {
				_ = s.machine.step(ctx, step)
			}
		}
	}
	for _, step := range s.Plan(ctx, root, action) {
		if err := s.machine.step(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

func (s *nssStore) refuseLocked(root Root, action Action) error {
	why := "without it the root would be added but not trusted"
	argv := s.argv("-A", "-t", "C,,", "-n", nickname(root), "-i", root.Path)
	if action == Uninstall {
		why = "without it nothing can be removed"
		argv = s.argv("-D", "-n", nickname(root))
	}
	return diag.New(diag.TrustPassword, "the NSS database "+s.database+" has a primary password").
		Because("devca does not ask for it, and "+why+"; the database was left as it is").
		Fix("do it yourself; certutil asks for the password", diag.CommandLine(argv...))
}

// newFolders lists the folders above and including the database that are not
// there, outermost first.
func (s *nssStore) newFolders() []string {
	var folders []string
	for folder := s.database; !exists(folder) && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		folders = append([]string{folder}, folders...)
	}
	return folders
}

// Creates lists folders and files of a database that does not exist yet.
func (s *nssStore) Creates() []string {
	created := s.newFolders()
	if !exists(filepath.Join(s.database, "cert9.db")) {
		for _, name := range nssFiles() {
			if path := filepath.Join(s.database, name); !exists(path) {
				created = append(created, path)
			}
		}
	}
	return created
}

// Discard removes a database that devca made, if nothing was put into it since,
// and the folders that devca made for it, if nothing else is in them.
func (s *nssStore) Discard(ctx context.Context, created []string) error {
	whole := exists(filepath.Join(s.database, "cert9.db"))
	if whole && !s.empty(ctx) {
		return nil
	}
	for i := len(created) - 1; i >= 0; i-- {
		path := created[i]
		inside := path == s.database || strings.HasPrefix(s.database, path+string(filepath.Separator)) ||
			filepath.Dir(path) == s.database
		info, err := os.Lstat(path)
		if !inside || err != nil {
			continue
		}
		// Remove fails on a folder that is not empty, and that is as it should be.
		if err := os.Remove(path); err != nil && !info.IsDir() {
			return err
		}
	}
	return nil
}
