package certs

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxIterations bounds the rounds of key derivation that a file may ask for.
// OpenSSL, Java and Windows write 1 to 100,000; ten million take seconds.
const maxIterations = 10_000_000

// checkIterations refuses a file that would keep the key derivation busy for
// hours. Every INTEGER that stands where an iteration count can is looked at:
// in any SEQUENCE, so that no structure has to be known. Encrypted parts hold no
// further counts, as PKCS#12 derives keys from the outside in.
func checkIterations(data []byte) error {
	return walkIntegers(cryptobyte.String(data), 0)
}

// maxDepth of nested structures; a real file has about a dozen.
const maxDepth = 64

func walkIntegers(input cryptobyte.String, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("it is nested more than %d levels deep", maxDepth)
	}
	for !input.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		element := input
		if !input.ReadAnyASN1(&content, &tag) {
			return nil // not DER: the decoder says so better
		}
		if err := walkElement(element, content, tag, depth); err != nil {
			return err
		}
	}
	return nil
}

func walkElement(element, content cryptobyte.String, tag asn1.Tag, depth int) error {
	const constructed = 0x20
	switch {
	case tag == asn1.INTEGER:
		var n int64
		// Serial numbers and key parts do not fit, counts do.
		if element.ReadASN1Integer(&n) && n > maxIterations && n <= 1<<31 {
			return fmt.Errorf("it asks for %d rounds of key derivation and the limit is %d", n, maxIterations)
		}
	case tag&constructed != 0:
		return walkIntegers(content, depth+1)
	case tag == asn1.OCTET_STRING && len(content) > 2 && content[0] == 0x30:
		return walkIntegers(content, depth+1) // the authenticated safe and its contents
	}
	return nil
}
