package trust

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"strings"

	"devca/diag"
	"devca/nssdb"
)

// DatabaseChange is what one devca tells another, which runs with other rights:
// under sudo a database in somebody's home is changed as that person, because
// root would follow links there; one of the system is changed as root.
type DatabaseChange struct {
	Folder   string `json:"folder"`
	Action   Action `json:"action"`
	DER      []byte `json:"der"`
	Nickname string `json:"nickname"`
	Password string `json:"password,omitempty"`
}

// DatabaseAnswer is what became of it. Reason is one of package nssdb, or empty
// when it is done.
type DatabaseAnswer struct {
	Reason nssdb.Reason `json:"reason"`
	Path   string       `json:"path"`
	Text   string       `json:"text"`
}

// Apply makes the change with the rights of this process.
func (c DatabaseChange) Apply(ctx context.Context) error {
	root, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return err
	}
	db, err := nssdb.Open(c.Folder)
	switch missing := nssdb.ReasonOf(err) == nssdb.Missing; {
	case missing && c.Action == Uninstall:
		return nil
	case missing:
		if err := nssdb.Create(ctx, c.Folder); err != nil {
			return err
		}
		db, err = nssdb.Open(c.Folder)
	}
	if err != nil {
		return err
	}
	if c.Action == Uninstall {
		return db.Remove(ctx, root)
	}
	return db.Add(ctx, root, c.Nickname, c.Password)
}

// Answer makes the answer of an error.
func (c DatabaseChange) Answer(err error) DatabaseAnswer {
	if err == nil {
		return DatabaseAnswer{}
	}
	answer := DatabaseAnswer{Reason: nssdb.ReasonOf(err), Path: c.Folder, Text: err.Error()}
	if failure, ok := errors.AsType[*nssdb.Error](err); ok {
		answer.Path, answer.Text = failure.Path, ""
		if failure.Err != nil {
			answer.Text = failure.Err.Error()
		}
	}
	return answer
}

// asError is the error that the answer was made of.
func (a DatabaseAnswer) asError() error {
	failure := &nssdb.Error{Reason: a.Reason, Path: a.Path}
	if a.Text != "" {
		failure.Err = errors.New(a.Text)
	}
	return failure
}

// change makes the change with the rights that it takes.
func (s *nssStore) change(ctx context.Context, c DatabaseChange) error {
	asPerson := s.machine.Account.ViaSudo && !s.privilegedUnderSudo()
	if !asPerson && !s.privileged() {
		return c.Apply(ctx)
	}
	request, err := json.Marshal(c)
	if err != nil {
		return err
	}
	step := Step{Argv: []string{s.machine.Self, ChangeDatabase}, Stdin: string(request), AsRoot: !asPerson}
	if !asPerson {
		if err := s.machine.mayBecomeRoot(ctx, c.Action.words()+" "+s.database, s.Plan(ctx, c.root(), c.Action)); err != nil {
			return err
		}
	}
	return s.helperSaid(s.machine.step(ctx, step))
}

// ChangeDatabase is the command that reads a DatabaseChange on standard input and
// prints a DatabaseAnswer as the result of a JSON envelope.
const ChangeDatabase = "change-database"

// privilegedUnderSudo tells a database of the system when root works for a
// person: it is outside of their home and not theirs to write.
func (s *nssStore) privilegedUnderSudo() bool {
	return !s.inside(s.machine.Account.Home) && !s.machine.mayWrite(s.database)
}

func (c DatabaseChange) root() Root {
	certificate, _ := x509.ParseCertificate(c.DER)
	return Root{Certificate: certificate}
}

// helperSaid finds the answer in what the other devca printed.
func (s *nssStore) helperSaid(err error) error {
	failure, ok := errors.AsType[*CommandError](err)
	if !ok {
		return err
	}
	var envelope struct {
		Result *DatabaseAnswer `json:"result"`
	}
	if at := strings.IndexByte(failure.Output, '{'); at >= 0 {
		_ = json.NewDecoder(strings.NewReader(failure.Output[at:])).Decode(&envelope)
	}
	if envelope.Result != nil && envelope.Result.Reason != "" {
		return envelope.Result.asError()
	}
	return diag.New(diag.NSSHelper, "devca could not run itself to change "+s.database).From(err).
		Because("under sudo, what is in a home is changed with its owner's rights, and they must be able to run "+s.machine.Self).
		Fix("run it without sudo", s.machine.again(Install)+" --stores nss").
		Fix("or put devca where everybody may run it", s.machine.asRoot("install", "-m", "0755", s.machine.Self, "/usr/local/bin/devca"))
}
