package verify

import (
	"crypto/x509"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// looseReader goes over the elements of one constructed value. It takes BER and
// values that are cut off, and notes both.
type looseReader struct {
	loose  *Loose
	rest   []byte
	inside bool // another element
}

// next is the tag that comes next; 0 at the end.
func (r *looseReader) next() asn1.Tag {
	if len(r.rest) == 0 {
		return 0
	}
	return asn1.Tag(r.rest[0])
}

// in goes into a constructed element.
func (r *looseReader) in(what string, tag asn1.Tag) (looseReader, bool) {
	content, ok := r.take(what, tag)
	return looseReader{r.loose, content, true}, ok
}

// take reads an element that has to come now, and gives its content.
func (r *looseReader) take(what string, tag asn1.Tag) (content []byte, ok bool) {
	if len(r.rest) == 0 {
		if !r.loose.cut {
			r.loose.problem("RFC 5280, 4.1", "%s is missing", what)
		}
		return nil, false
	}
	if got := r.next(); got != tag {
		r.loose.problem("RFC 5280, 4.1", "in the place of %s there is %s", what, tagName(got))
		return nil, false
	}
	e, ok := r.any()
	return e.content, ok
}

// element is one tag with its value.
type element struct {
	tag          asn1.Tag
	content, raw []byte
}

// any reads whatever comes next.
func (r *looseReader) any() (element, bool) {
	if len(r.rest) == 0 {
		return element{}, false
	}
	head, length, flaw := header(r.rest)
	switch flaw {
	case cutOff:
		r.cutOff(0)
		return element{}, false
	case strangeTag, strangeLength:
		r.loose.problem("X.690, 8.1", "%s", flaw)
		return element{}, false
	case longLength:
		r.loose.problem("X.690, 10.1", "%s", flaw)
	case indefinite:
		r.loose.problem("X.690, 10.1", "%s", flaw)
		length = skipContents(r.rest[head:], 0)
		if length < 0 {
			r.cutOff(0)
			length = len(r.rest) - head
		}
	}
	e := element{tag: asn1.Tag(r.rest[0])}
	if missing := length - (len(r.rest) - head); missing > 0 {
		r.cutOff(missing)
		length -= missing
	}
	e.content, e.raw = r.rest[head:head+length], r.rest[:head+length]
	r.rest = r.rest[head+length:]
	if flaw == indefinite {
		r.rest = r.rest[min(2, len(r.rest)):] // the end's own two octets
	}
	return e, true
}

// cutOff notes that the data ends too early. The outermost element is read first,
// and only it knows how much is missing.
func (r *looseReader) cutOff(missing int) {
	switch {
	case r.loose.cut:
	case r.inside:
		r.loose.problem("X.690, 8.1.3", "an element in it is longer than what it stands in")
	case missing > 0:
		r.loose.problem("X.690, 8.1.3", "it is cut off: %s", count(missing, "byte is missing", "bytes are missing"))
	default:
		r.loose.problem("X.690, 8.1.3", "it is cut off")
	}
	r.loose.cut = true
}

// What can be wrong with the tag and the length of an element.
const (
	cutOff        = "cut off"
	strangeTag    = "it has an element with a tag that no certificate has"
	strangeLength = "it has an element whose length makes no sense"
	longLength    = "it has a length that is not in its shortest form: BER, and not DER"
	indefinite    = "it has an element of indefinite length: BER, and not DER"
)

// header reads tag and length: how many octets both have, and the length itself.
func header(data []byte) (head, length int, flaw string) {
	switch {
	case len(data) < 2:
		return 0, 0, cutOff
	case data[0]&0x1f == 0x1f:
		return 0, 0, strangeTag
	case data[1] < 0x80:
		return 2, int(data[1]), ""
	case data[1] == 0x80:
		return 2, 0, indefinite
	}
	n := int(data[1] & 0x7f)
	if n > 8 {
		return 0, 0, strangeLength
	}
	if len(data) < 2+n {
		return 0, 0, cutOff
	}
	for _, b := range data[2 : 2+n] {
		if length > 1<<31 {
			return 0, 0, strangeLength
		}
		length = length<<8 | int(b)
	}
	if length < 0x80 || data[2] == 0 {
		flaw = longLength
	}
	return 2 + n, length, flaw
}

// skipContents gives the length of what stands before the two zero octets that
// end an element of indefinite length; -1 if they do not come.
func skipContents(data []byte, depth int) int {
	at := 0
	for {
		head, length, flaw := header(data[at:])
		switch {
		case flaw == "" && head == 2 && data[at] == 0 && length == 0:
			return at
		case flaw == cutOff || flaw == strangeTag || flaw == strangeLength || depth > 20:
			return -1
		case flaw == indefinite:
			if length = skipContents(data[at+head:], depth+1); length < 0 {
				return -1
			}
			length += 2
		}
		if length > len(data)-at-head {
			return -1
		}
		at += head + length
	}
}

var tagNames = map[asn1.Tag]string{
	asn1.BOOLEAN: "a boolean", asn1.INTEGER: "a number", asn1.BIT_STRING: "a bit string", asn1.OCTET_STRING: "an octet string",
	asn1.NULL: "nothing (NULL)", asn1.OBJECT_IDENTIFIER: "an object identifier", asn1.SEQUENCE: "a sequence", asn1.SET: "a set",
	asn1.UTF8String: "a text (UTF8String)", asn1.PrintableString: "a text (PrintableString)", asn1.IA5String: "a text (IA5String)",
	asn1.UTCTime: "a time (UTCTime)", asn1.GeneralizedTime: "a time (GeneralizedTime)", explicitVersion: "something tagged [0]",
	explicitExtensions: "something tagged [3]",
}

func tagName(tag asn1.Tag) string {
	if name, ok := tagNames[tag]; ok {
		return name
	}
	return fmt.Sprintf("something with tag 0x%02X", uint8(tag))
}

// alone is a part of a certificate in a certificate that has nothing else: what
// crypto/x509 says about that one, it says about the part. Nothing is signed.
type alone struct {
	algorithm []byte // content of an AlgorithmIdentifier
	subject   []byte // the rest are whole elements
	validity  []byte
	key       []byte
	extension []byte
}

// ed25519Key is the shortest SubjectPublicKeyInfo there is, with a key of zeros.
const ed25519Key = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// err is nil if crypto/x509 can read the part.
func (a alone) err() error {
	algorithm := func(b *cryptobyte.Builder) { b.AddBytes(orElse(a.algorithm, "\x06\x03\x2b\x65\x70")) }
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes([]byte("\xa0\x03\x02\x01\x02\x02\x01\x01")) // version 3, serial number 1
			b.AddASN1(asn1.SEQUENCE, algorithm)
			b.AddBytes([]byte("\x30\x00")) // no issuer
			b.AddBytes(orElse(a.validity, "\x30\x1e\x17\x0d250101000000Z\x17\x0d250101000000Z"))
			b.AddBytes(orElse(a.subject, "\x30\x00"))
			b.AddBytes(orElse(a.key, ed25519Key))
			if a.extension != nil {
				b.AddASN1(explicitExtensions, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(a.extension) })
				})
			}
		})
		b.AddASN1(asn1.SEQUENCE, algorithm)
		b.AddBytes([]byte("\x03\x01\x00")) // an empty signature
	})
	der, err := b.Bytes()
	if err != nil {
		return err
	}
	_, err = x509.ParseCertificate(der)
	return err
}

func orElse(part []byte, other string) []byte {
	if part == nil {
		return []byte(other)
	}
	return part
}

func withoutPrefix(err error) string { return strings.TrimPrefix(err.Error(), "x509: ") }
