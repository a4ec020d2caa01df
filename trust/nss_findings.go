package trust

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"devca/diag"
	"devca/nssdb"
)

// explain says what keeps a database from being read or changed, and the way out.
func (s *nssStore) explain(err error, root Root) *diag.Error {
	failure, ok := err.(*nssdb.Error) //nolint:errorlint // the outermost one; another is a failure of the system
	if !ok {
		failure = &nssdb.Error{Reason: nssdb.Failed, Path: s.database, Err: err}
	}
	again := s.machine.again(Install) + " --stores nss"
	switch failure.Reason {
	case nssdb.Damaged:
		return s.damaged(failure)
	case nssdb.Busy:
		return s.busy(failure)
	case nssdb.Denied:
		return s.denied(failure)
	case nssdb.Locked, nssdb.WrongPassword:
		return s.locked(failure, root)
	case nssdb.ReadOnly:
		return diag.New(diag.NSSReadOnly, failure.Path+" is on a read-only file system").From(failure.Err).
			Fix("mount it writable, then run the same command again", "").
			Fix("or name the root in the browser's policy instead", s.machine.again(Install)+" --stores policy")
	case nssdb.Legacy:
		return diag.New(diag.NSSLegacy, s.database+" is an NSS database of before 2018").
			Because(filepath.Base(failure.Path)+" has a format that no browser reads any more, and a new database beside it would hide the keys in it").
			Fix("start the program that it belongs to once, so that it converts it, then run", again)
	case nssdb.Unknown:
		return diag.New(diag.NSSUnknown, "the NSS database "+s.database+" is protected in a way that devca does not know").From(failure.Err).
			Because("what it adds would not be believed").
			Fix("add the root with a certutil as new as the browser", diag.CommandLine(s.byHand(root)...)).
			Fix("or name the root in the browser's policy", s.machine.again(Install)+" --stores policy")
	case nssdb.Collision:
		return diag.New(diag.NSSCollision, "the NSS database "+s.database+" has another certificate with the root's issuer and serial number").From(failure.Err).
			Because("NSS takes the two for one").
			Fix("see which it is, and remove it if it is not needed", diag.CommandLine("certutil", "-L", "-d", "sql:"+s.database))
	}
	return diag.New(diag.TrustUnreadable, "cannot work on the NSS database "+s.database).From(err).
		Fix("look who owns the files and whether the disk is full", diag.CommandLine("ls", "-la", s.database))
}

// byHand is the command that adds the root, with a question for the password.
func (s *nssStore) byHand(root Root) []string {
	return []string{"certutil", "-A", "-d", "sql:" + s.database, "-t", "C,,", "-n", nickname(root), "-i", root.Path}
}

func (s *nssStore) damaged(failure *nssdb.Error) *diag.Error {
	finding := diag.New(diag.NSSDamaged, "the NSS database "+failure.Path+" is damaged").From(failure.Err).
		Because("it was cut off or overwritten")
	if filepath.Base(failure.Path) == "key4.db" {
		finding = finding.Fix("put it back from a backup: the keys of saved passwords are in it", "")
	}
	return finding.Fix("set it aside, so that a new one is made", diag.CommandLine("mv", failure.Path, failure.Path+".damaged")+" && "+s.machine.again(Install)+" --stores nss")
}

// busy names who has the lock, where the system tells.
func (s *nssStore) busy(failure *nssdb.Error) *diag.Error {
	who := lockers(s.machine, failure.Path)
	if len(who) == 0 {
		who = openers(s.machine, s.database)
	}
	why := "the lock was not released for 5 seconds"
	if len(who) > 0 {
		why = "the lock is held by " + strings.Join(who, " and ")
	}
	return diag.New(diag.NSSBusy, "another program keeps the NSS database "+failure.Path+" locked").Because(why).From(failure.Err).
		Fix("end that program, then run the same command again", "")
}

// denied gives the command that makes the files the person's again. A root's
// certutil, or a tool run by sudo, leaves such files.
func (s *nssStore) denied(failure *nssdb.Error) *diag.Error {
	finding := diag.New(diag.NSSOwner, "you may not read and change the NSS database "+s.database).From(failure.Err)
	foreign := s.database
	for _, path := range append([]string{s.database}, s.files()...) {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if uid, _ := ownerOf(info); uid != s.machine.Account.UID {
			owner := strconv.Itoa(s.machine.Account.UID) + ":" + strconv.Itoa(s.machine.Account.GID)
			return finding.Because(path+" belongs to the user "+strconv.Itoa(uid)+", which happens when a browser or another tool was run as root").
				Fix("make it yours again", diag.CommandLine("sudo", "chown", "-R", owner, foreign))
		}
	}
	return finding.Because("its mode forbids it").
		Fix("allow yourself to", diag.CommandLine("chmod", "-R", "u+rwX", foreign))
}

func (s *nssStore) files() []string {
	var paths []string
	for _, name := range nssdb.Files() {
		paths = append(paths, filepath.Join(s.database, name))
	}
	return paths
}

func (s *nssStore) locked(failure *nssdb.Error, root Root) *diag.Error {
	why := "what is added without it would not be believed, and the password could not be changed any more; the database was left as it is"
	if failure.Reason == nssdb.WrongPassword {
		why = "the password was not right; the database was left as it is"
	}
	return diag.New(diag.TrustPassword, "the NSS database "+s.database+" has a primary password").Because(why).
		Fix("run the same command in a terminal, where devca asks for it", s.machine.again(Install)+" --stores nss").
		Fix("or name the root in the browser's policy, which needs no password", s.machine.again(Install)+" --stores policy").
		Fix("or add it by hand; certutil asks for the password", diag.CommandLine(s.byHand(root)...))
}
