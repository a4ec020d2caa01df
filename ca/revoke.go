package ca

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"slices"
	"strings"
	"time"

	"devca/diag"
)

// reasons for a revocation that a person may give (RFC 5280, 5.3.1). removeFromCRL
// and certificateHold need delta lists and second thoughts, which devca has not.
var reasons = map[string]int{
	"unspecified": 0, "keyCompromise": 1, "cACompromise": 2, "affiliationChanged": 3,
	"superseded": 4, "cessationOfOperation": 5, "privilegeWithdrawn": 9, "aACompromise": 10,
}

// Reasons lists the reasons by number.
func Reasons() []string {
	names := make([]string, 0, len(reasons))
	for reason := range reasons {
		names = append(names, reason)
	}
	slices.SortFunc(names, func(a, b string) int { return reasons[a] - reasons[b] })
	return names
}

// ParseReason reads --reason.
func ParseReason(text string) (int, error) {
	for name, number := range reasons {
		if strings.EqualFold(name, text) {
			return number, nil
		}
	}
	return 0, diag.New(diag.UsageArguments, fmt.Sprintf("--reason %q is unknown", text)).
		Fix("choose one of "+strings.Join(Reasons(), ", "), "--reason keyCompromise")
}

// Revoke records that certificates are not to be trusted any more. Those that
// were revoked before are left as they are.
func (d *Dir) Revoke(entries []Entry, reason int, now time.Time) error {
	var records []record
	for _, e := range entries {
		if e.RevokedAt.IsZero() {
			records = append(records, record{Op: "revoke", Time: now.UTC().Truncate(time.Second), Authority: e.Authority, Serial: e.Serial, Reason: reason})
		}
	}
	if len(records) == 0 {
		return nil
	}
	return d.enter(records, true)
}

// RootRevocationList gives, in PEM form, the list that was signed with the root's
// key when the root was made; nil for an imported root, whose owner has its list.
func (d *Dir) RootRevocationList(a *Authority) ([]byte, error) {
	data, err := os.ReadFile(d.authorityPath(a.ID, rootCRLFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// SignsLists tells whether the issuing CA may sign revocation lists; mkcert's root
// may not.
func (a *Authority) SignsLists() bool {
	return a.Issuing.KeyUsage == 0 || a.Issuing.KeyUsage&x509.KeyUsageCRLSign != 0
}

// RevocationList signs a version 2 CRL (RFC 5280, 5) of the current authority:
// its revoked certificates that have not expired, with a number that is one
// higher than the last list's.
func (d *Dir) RevocationList(a *Authority, now time.Time, life time.Duration) (*x509.RevocationList, error) {
	if !a.SignsLists() {
		return nil, diag.New(diag.CANoCRL, "the imported CA may not sign revocation lists").
			Because("its key usage lacks cRLSign, as mkcert's does, and clients would refuse the list").
			Fix("make a root of devca's own", "devca ca rotate")
	}
	unlock, err := d.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	ledger, err := d.Ledger()
	if err != nil {
		return nil, err
	}
	list := &x509.RevocationList{
		Number:     big.NewInt(ledger.crlNumber + 1),
		ThisUpdate: now.Add(-backdate).UTC().Truncate(time.Second),
		NextUpdate: now.Add(life).UTC().Truncate(time.Second),
	}
	for _, e := range ledger.Entries {
		if e.RevokedAt.IsZero() || e.Authority != a.ID || now.After(e.NotAfter) {
			continue
		}
		serial, ok := new(big.Int).SetString(e.Serial, 16)
		if !ok {
			continue
		}
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: serial, RevocationTime: e.RevokedAt, ReasonCode: e.Reason})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.Issuing, a.signer)
	if err != nil {
		return nil, fmt.Errorf("signing the revocation list: %w", err)
	}
	// The number is taken before the list gets out: it is never given twice.
	taken := record{Op: "crl", Time: now.UTC().Truncate(time.Second), Authority: a.ID, Number: list.Number.Int64()}
	if err := d.appendRecords(true, taken); err != nil {
		return nil, err
	}
	return x509.ParseRevocationList(der)
}
