package ca

import (
	"crypto"
	"encoding/hex"
	"time"

	"devca/certs"
	"devca/internal/atomicfile"
)

// Order is one certificate to be made, with its files.
type Order struct {
	Request certs.Request // its PublicKey is that of Key, unless the key is the requester's
	KeyType certs.KeyType // of the key to make, where neither Key nor Request.PublicKey is given
	Key     crypto.Signer // an existing key to use again
	Files   certs.Files   // absolute paths

	LeafOnly        bool
	P12Password     string
	P12PasswordFile string // recorded for renewals; the password is not
	P12Legacy       bool
	Force           bool
}

// staged is a certificate that is signed and whose files wait under temporary names.
type staged struct {
	record  record
	pending []*atomicfile.Pending
}

// Fulfil makes the certificate, enters it into the ledger and puts its files
// into place, in this order: killed at any point, no certificate exists that
// the ledger does not know, and no file is half-written.
func (d *Dir) Fulfil(a *Authority, order Order, now time.Time) (Entry, error) {
	// Nothing is synced: a kill loses nothing that was written, and a power cut
	// within the next seconds costs a certificate that is made again in less time
	// than a sync takes. Revocations and the CA itself are synced.
	ready, err := d.stage(a, order, now)
	if err != nil {
		return Entry{}, err
	}
	if err := d.commit([]staged{ready}); err != nil {
		return Entry{}, err
	}
	return ready.entry(), nil
}

func (s staged) entry() Entry {
	return Entry{Certificate: *s.record.Issue, Serial: s.record.Serial, Authority: s.record.Authority, IssuedAt: s.record.Time}
}

func (s staged) discard() {
	for _, pending := range s.pending {
		pending.Discard()
	}
}

// stage signs and writes the files under temporary names.
func (d *Dir) stage(a *Authority, order Order, now time.Time) (staged, error) {
	key := order.Key
	if key == nil && order.Request.PublicKey == nil {
		var err error
		if key, err = certs.GenerateKey(order.KeyType); err != nil {
			return staged{}, err
		}
	}
	if key != nil {
		order.Request.PublicKey = key.Public()
	}
	issued, err := a.Issue(order.Request, order.Force)
	if err != nil {
		return staged{}, err
	}
	bundle := certs.Bundle{
		Leaf: issued.DER, Chain: a.Chain, Key: key,
		LeafOnly: order.LeafOnly, Password: order.P12Password, LegacyP12: order.P12Legacy,
	}
	files, err := bundle.Encode(order.Files)
	if err != nil {
		return staged{}, err
	}
	ready := staged{record: order.record(a, issued, now)}
	for _, file := range files {
		file.Own = d.own()
		pending, err := atomicfile.Stage(file, false)
		if err != nil {
			ready.discard()
			return staged{}, err
		}
		ready.pending = append(ready.pending, pending)
	}
	return ready, nil
}

// own is nil where there is nobody to give files to, which spares a call a file.
func (d *Dir) own() func(string) error {
	if d.owner.ViaSudo {
		return d.owner.Own
	}
	return nil
}

func (o Order) record(a *Authority, issued Issued, now time.Time) record {
	return record{
		Op: "issue", Time: now.UTC().Truncate(time.Second), Authority: a.ID, Serial: hex.EncodeToString(issued.Serial.Bytes()),
		Issue: &Certificate{
			Names: o.Request.Names.All(), KeyType: certs.KeyTypeOf(o.Request.PublicKey),
			NotBefore: o.Request.NotBefore.UTC().Truncate(time.Second), NotAfter: issued.NotAfter,
			SHA256: hex.EncodeToString(issued.SHA256[:]), Files: o.Files,
			Client: o.Request.Client, FromRequest: o.Key == nil && o.KeyType == "",
			LeafOnly: o.LeafOnly, P12Legacy: o.P12Legacy, P12Password: o.P12PasswordFile, Forced: o.Force,
			Revocation: o.Request.Revocation,
		},
	}
}

// commit enters certificates into the ledger and gives their files their names.
//
// For a single one the lock is held until the last name is given: of two
// processes that write the same files at once, one's key and certificate are
// left, and the ledger's last entry for them is the one that says so. A batch,
// whose lines have files of their own, lets others go on meanwhile.
func (d *Dir) commit(group []staged) error {
	records := make([]record, len(group))
	for i, ready := range group {
		records[i] = ready.record
	}
	unlock, err := d.lock()
	if err == nil {
		if err = d.appendRecords(false, records...); err != nil || len(group) > 1 {
			unlock()
		} else {
			defer unlock()
		}
	}
	if err != nil {
		for _, ready := range group {
			ready.discard()
		}
		return err
	}
	var failure error
	for _, ready := range group {
		if err := atomicfile.CommitAll(ready.pending); err != nil && failure == nil {
			failure = err
		}
	}
	return failure
}

// enter appends records under the lock.
func (d *Dir) enter(records []record, durable bool) error {
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return d.appendRecords(durable, records...)
}
