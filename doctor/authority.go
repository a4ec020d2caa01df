package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"devca/certs"
	"devca/diag"
)

// soon is how long before its end a certificate is worth a word.
const soon = 30 * 24 * time.Hour

// askAuthority opens the CA as issuing does, and looks at what it would not say.
func askAuthority(_ context.Context, e *exam) answer {
	authority, err := e.authority()
	failure, explained := errors.AsType[*diag.Error](err)
	switch {
	case explained && failure.Code == diag.CANone:
		return e.noAuthority(failure)
	case explained && failure.Code == diag.CAForeign:
		// The account's check has it, with everything else that is not the person's.
		return answer{state: Unread, detail: failure.What}
	case errors.Is(err, fs.ErrPermission):
		return e.closed(err)
	case explained && failure.Code == diag.CAExposed:
		return answer{detail: failure.What, findings: []Finding{found(failure, rankAuthority).by(e.closeDirectory())}}
	case explained:
		return answer{detail: failure.What, findings: []Finding{found(failure, rankAuthority)}}
	case err != nil:
		return unread("the CA cannot be opened", err)
	}
	a := answer{detail: authority.Describe()}
	a.add(e, "root", authority.Root, e.Dir.RootPath())
	if !authority.Issuing.Equal(authority.Root) {
		a.add(e, "issuing", authority.Issuing, e.Dir.IssuingPath(authority))
	}
	return a
}

// add has a line for a certificate of the CA's, and says so if it ends.
func (a *answer) add(e *exam, kind string, certificate *x509.Certificate, path string) {
	now := e.Now()
	described := describeCertificate(kind, certificate, path, now)
	a.certificates = append(a.certificates, described)
	if described.State != OK {
		a.findings = append(a.findings, ending(certificate, described, now))
	}
}

func describeCertificate(kind string, certificate *x509.Certificate, path string, now time.Time) Certificate {
	c := Certificate{
		Kind: kind, Name: title(certificate), SHA256: certs.Fingerprint(certificate.Raw), File: path, NotAfter: certificate.NotAfter.UTC(),
	}
	c.State, c.Detail = life(certificate.NotBefore, certificate.NotAfter, now)
	return c
}

// title names a certificate: its common name, or else its first name.
func title(certificate *x509.Certificate) string {
	switch {
	case certificate.Subject.CommonName != "":
		return certificate.Subject.CommonName
	case len(certificate.DNSNames) > 0:
		return certificate.DNSNames[0]
	case len(certificate.IPAddresses) > 0:
		return certificate.IPAddresses[0].String()
	}
	return certificate.Subject.String()
}

// life says whether a certificate is valid, in words.
func life(from, until, now time.Time) (State, string) {
	days := func(d time.Duration) string {
		if n := int(d.Hours() / 24); n > 0 {
			return count(n, "day")
		}
		return "less than a day"
	}
	switch {
	case now.After(until):
		return Problem, "expired " + days(now.Sub(until)) + " ago"
	case now.Before(from):
		return Problem, "not valid yet, for " + days(from.Sub(now))
	case until.Sub(now) < soon:
		return Warning, "expires in " + days(until.Sub(now))
	}
	return OK, "expires in " + days(until.Sub(now))
}

// ending is a root or issuing CA that is not valid, or not for long.
func ending(certificate *x509.Certificate, c Certificate, now time.Time) Finding {
	name := "the CA's " + map[string]string{"root": "root", "issuing": "issuing certificate"}[c.Kind]
	if c.State == Problem && now.After(c.NotAfter) {
		return Finding{rank: rankAuthority, Finding: diag.New(diag.CAExpired, name+" has "+c.Detail).
			Because("no client accepts what it signed").
			Fix("make a new CA; it takes the old one's place in the stores, and certificates are issued again", "devca ca rotate").Finding}
	}
	if c.State == Problem {
		return Finding{rank: rankAuthority, Finding: diag.New(diag.DoctorClock, name+" is "+c.Detail).
			Because("it begins "+day(certificate.NotBefore)+", and the clock says "+day(now)).
			Fix("see whether the clock is right", "date -u").Finding}
	}
	return Finding{rank: rankAuthority, Finding: warning(diag.New(diag.DoctorAuthorityExpires, name+" "+c.Detail).
		Fix("make a new CA in good time", "devca ca rotate")).Finding}
}

// noAuthority is a machine on which devca has made nothing yet. For somebody
// else's server that is no fault.
func (e *exam) noAuthority(failure *diag.Error) answer {
	a := answer{state: NotApplicable, detail: "none was made yet"}
	if e.target != nil {
		return a
	}
	a.findings = append(a.findings, found(failure, rankStore).by(e.install()))
	return a
}

// closed is a directory or key that the person owns and cannot read.
func (e *exam) closed(err error) answer {
	path := e.Dir.Path()
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		path = failure.Path
	}
	// A folder above may be in the way, and is then what can be opened.
	for _, err := os.Stat(path); errors.Is(err, fs.ErrPermission) && path != filepath.Dir(path); _, err = os.Stat(path) {
		path = filepath.Dir(path)
	}
	// What is another's, or closed to root, askAccount and the ledger's reading tell.
	if info, err := os.Stat(path); err == nil {
		if owner, ok := ownerOf(info); ok && owner != e.Machine.Account.UID || e.Machine.Account.ViaSudo {
			return answer{state: Problem, detail: path + " cannot be read"}
		}
	}
	finding := diag.New(diag.CADamaged, "the CA's files are there and cannot be read: "+path).
		Because("its permissions keep out even its owner, so nothing can be issued").
		Fix("open it for its owner, and nobody else", diag.CommandLine("chmod", modeOf(path), path))
	return answer{detail: path + " cannot be read", findings: []Finding{found(finding, rankAuthority).by(e.chmod(path))}}
}

func modeOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "700"
	}
	return "600"
}
