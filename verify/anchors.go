package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"sync"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// anchors are found by subject. Those of a bundle are read when a chain leads to
// them.
type anchors struct {
	mutex     sync.Mutex
	bySubject map[string][]*entry
	count     int
}

// entry is one root, read or not.
type entry struct {
	der     []byte
	anchor  Anchor
	wrapped *Certificate // the same for the rules
	neutral *x509.Certificate
	bad     bool // it cannot be read, and so leads nowhere
}

// NewAnchors collects roots that are parsed already.
func NewAnchors(roots ...Anchor) *Anchors {
	a := &Anchors{anchors{bySubject: map[string][]*entry{}}}
	for _, root := range roots {
		e := &entry{der: root.Certificate.Raw, anchor: root}
		a.put(root.Certificate.RawSubject, e)
	}
	return a
}

// put adds one more, if it is not there.
func (a *Anchors) put(subject []byte, e *entry) {
	for _, other := range a.bySubject[string(subject)] {
		if bytes.Equal(other.der, e.der) {
			// The same root from two sources: whoever finds it in one of them has it.
			other.anchor.Missing &= e.anchor.Missing
			return
		}
	}
	a.bySubject[string(subject)] = append(a.bySubject[string(subject)], e)
	a.count++
}

// Add adds roots that are parsed already. Of a root that is there the first
// source is kept.
func (a *Anchors) Add(roots ...Anchor) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, root := range roots {
		a.put(root.Certificate.RawSubject, &entry{der: root.Certificate.Raw, anchor: root})
	}
}

// AddPEM adds the certificates of a bundle and says how many it found. They are
// read when a chain asks for them: a system's bundle has a hundred and more.
func (a *Anchors) AddPEM(bundle []byte, source string, missing Clients) int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	found := 0
	for {
		var block *pem.Block
		block, bundle = pem.Decode(bundle)
		if block == nil {
			return found
		}
		if block.Type != "CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" {
			continue
		}
		der, subject, ok := subjectOf(block.Bytes)
		if !ok {
			continue
		}
		found++
		a.put(subject, &entry{der: der, anchor: Anchor{Source: source, Missing: missing}})
	}
}

// Lack notes that clients do not have a root in their stores. Requests that are
// being judged go on with what was known before.
func (a *Anchors) Lack(root *x509.Certificate, missing Clients) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	list := a.bySubject[string(root.RawSubject)]
	for i, e := range list {
		if bytes.Equal(e.der, root.Raw) {
			changed := *e
			changed.anchor.Missing = missing
			list[i] = &changed
		}
	}
}

// Len is how many roots there are.
func (a *Anchors) Len() int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.count
}

// subjectOf takes the subject out of a certificate without reading the rest
// (RFC 5280, 4.1). What follows the certificate, as in OpenSSL's own form, is cut off.
func subjectOf(der []byte) (certificate, subject []byte, ok bool) {
	input := cryptobyte.String(der)
	var whole, body, tbs, skipped, name cryptobyte.String
	if !input.ReadASN1Element(&whole, cbasn1.SEQUENCE) {
		return nil, nil, false
	}
	outer := whole
	ok = outer.ReadASN1(&body, cbasn1.SEQUENCE) &&
		body.ReadASN1(&tbs, cbasn1.SEQUENCE) &&
		tbs.SkipOptionalASN1(cbasn1.Tag(0).ContextSpecific().Constructed()) && // version
		tbs.SkipASN1(cbasn1.INTEGER) &&
		tbs.SkipASN1(cbasn1.SEQUENCE) && // signature algorithm
		tbs.ReadASN1Element(&skipped, cbasn1.SEQUENCE) && // issuer
		tbs.SkipASN1(cbasn1.SEQUENCE) && // validity
		tbs.ReadASN1Element(&name, cbasn1.SEQUENCE)
	return whole, name, ok
}

// of gives the anchors with the subject, read.
func (a *Anchors) of(subject []byte) []*entry {
	if a == nil {
		return nil
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	var found []*entry // a copy, since Lack changes the list
	for _, e := range a.bySubject[string(subject)] {
		if e.read() {
			found = append(found, e)
		}
	}
	return found
}

// read makes the entry ready for use.
func (e *entry) read() bool {
	if e.wrapped != nil || e.bad {
		return !e.bad
	}
	if e.anchor.Certificate == nil {
		certificate, err := x509.ParseCertificate(e.der)
		if err != nil {
			e.bad = true
			return false
		}
		e.anchor.Certificate = certificate
	}
	e.wrapped = FromX509(e.anchor.Certificate)
	e.neutral = neutral(e.anchor.Certificate)
	return true
}

// is tells whether the certificate itself is an anchor.
func (a *Anchors) is(c *Certificate) *entry {
	for _, e := range a.of(c.X509.RawSubject) {
		if bytes.Equal(e.der, c.DER) {
			return e
		}
	}
	return nil
}
