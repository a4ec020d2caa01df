package trust

import "crypto/x509"

func (j *Journal) Begin(store string, root *x509.Certificate, created ...string) error {
	r := Root{Certificate: root}
	return j.append(entry{Event: eventIntent, Action: Install, Store: store, Root: r.Fingerprint(), PEM: pemOf(r), Created: created})
}

func (j *Journal) Restored(store string) error {
	return j.append(entry{Event: eventRestored, Store: store})
}

func (j *Journal) Created(store string) []string { return j.created(store) }
