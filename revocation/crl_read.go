package revocation

import (
	"bytes"
	"errors"
	"hash/maphash"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// list is a CRL (RFC 5280, 5.1), its entries unread.
//
// crypto/x509's reader makes some 300 bytes of every entry, a quarter of a
// gigabyte of the largest list that is taken; this one makes 8.
type list struct {
	signed     []byte // tbsCertList
	algorithm  cryptobyte.String
	signature  []byte
	issuer     []byte // Name, encoded
	thisUpdate time.Time
	nextUpdate time.Time         // zero if there is none
	entries    cryptobyte.String // the content of revokedCertificates
	extensions []extension
	point      point // from the extensions
}

var errList = errors.New("it is not a revocation list in DER form, or not a whole one")

// readList takes a list apart.
func readList(der []byte) (*list, error) {
	var l list
	var whole, signed, inner cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&whole, asn1.SEQUENCE) || !input.Empty() ||
		!whole.ReadASN1Element(&signed, asn1.SEQUENCE) || !whole.ReadASN1Element(&l.algorithm, asn1.SEQUENCE) ||
		!whole.ReadASN1BitStringAsBytes(&l.signature) || !whole.Empty() {
		return nil, errList
	}
	l.signed = signed
	if !signed.ReadASN1(&inner, asn1.SEQUENCE) {
		return nil, errList
	}
	version := 0
	if inner.PeekASN1Tag(asn1.INTEGER) && (!inner.ReadASN1Integer(&version) || version != 1) {
		return nil, errors.New("its version is not 2")
	}
	var algorithm, issuer cryptobyte.String
	if !inner.ReadASN1Element(&algorithm, asn1.SEQUENCE) || !inner.ReadASN1Element(&issuer, asn1.SEQUENCE) {
		return nil, errList
	}
	if !bytes.Equal(algorithm, l.algorithm) {
		return nil, errors.New("it names two different signature algorithms")
	}
	l.issuer = issuer
	if !l.readRest(&inner, version) {
		return nil, errList
	}
	return &l, nil
}

// readRest reads what comes after the issuer.
func (l *list) readRest(s *cryptobyte.String, version int) bool {
	var ok bool
	if l.thisUpdate, ok = readTime(s); !ok {
		return false
	}
	if atTime(*s) {
		if l.nextUpdate, ok = readTime(s); !ok {
			return false
		}
	}
	if s.PeekASN1Tag(asn1.SEQUENCE) && !s.ReadASN1(&l.entries, asn1.SEQUENCE) {
		return false
	}
	if tag := asn1.Tag(0).ContextSpecific().Constructed(); s.PeekASN1Tag(tag) {
		var tagged cryptobyte.String
		if version != 1 || !s.ReadASN1(&tagged, tag) {
			return false
		}
		if l.extensions, ok = readExtensions(&tagged); !ok || !tagged.Empty() {
			return false
		}
	}
	return s.Empty()
}

// entry is one revoked certificate (RFC 5280, 5.3).
type entry struct {
	found    bool
	time     time.Time
	reason   int
	critical string // a critical extension that is not known
	issuer   bool   // it names another issuer, as only indirect lists may
}

// scan is what the entries say.
type scan struct {
	ours     entry  // the certificate's
	critical string // of any entry: a critical extension that is not known
	issuer   bool   // an entry names another issuer
	repeated bool   // a serial number is there twice
}

// find reads all entries, once, and looks for the serial number.
func (l *list) find(serial []byte) (scan, bool) {
	var result scan
	seed := maphash.MakeSeed()
	// Hashes, not serial numbers: the largest list has 800,000, of 20 octets each or
	// more. Two of them collide by chance once in fifty million such lists.
	seen := make([]uint64, 0, len(l.entries)/20)
	for rest := l.entries; !rest.Empty(); {
		var content, number cryptobyte.String
		if !rest.ReadASN1(&content, asn1.SEQUENCE) || !content.ReadASN1(&number, asn1.INTEGER) || len(number) == 0 || !atTime(content) {
			return result, false
		}
		dated := content
		var when cryptobyte.String
		var tag asn1.Tag
		if !content.ReadAnyASN1(&when, &tag) {
			return result, false
		}
		found, ok := readEntry(content)
		if !ok {
			return result, false
		}
		octets := minimal(number)
		if bytes.Equal(octets, serial) && (!result.ours.found || result.ours.reason == removeFromCRL) {
			// Of one entry only: reading dates takes most of the time otherwise.
			if found.time, ok = readTime(&dated); !ok {
				return result, false
			}
			result.ours = found
			result.ours.found = true
		}
		if found.critical != "" {
			result.critical = found.critical
		}
		result.issuer = result.issuer || found.issuer
		seen = append(seen, maphash.Bytes(seed, octets))
	}
	slices.Sort(seen)
	all := len(seen)
	result.repeated = len(slices.Compact(seen)) < all
	return result, true
}

// readEntry reads an entry behind its date.
func readEntry(s cryptobyte.String) (entry, bool) {
	var e entry
	if s.Empty() {
		return e, true
	}
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.SEQUENCE) || !s.Empty() {
		return e, false
	}
	for !content.Empty() {
		x, ok := readExtension(&content)
		if !ok {
			return e, false
		}
		switch x.id {
		case oidReasonCode:
			if !x.value.ReadASN1Enum(&e.reason) || !x.value.Empty() {
				return e, false
			}
		case oidCertificateIssue:
			e.issuer = true
		case oidInvalidityDate:
		default:
			if x.critical {
				e.critical = x.id
			}
		}
	}
	return e, true
}
