package certs

import (
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxIterations bounds the rounds of key derivation that a file may ask for, all
// its parts together. OpenSSL, Java and Windows write 1 to 100,000 for each; ten
// million take seconds.
const maxIterations = 10_000_000

// maxDepth of nested structures; a real file has about a dozen.
const maxDepth = 64

// CheckPKCS12Rounds refuses a file that would keep the key derivation busy for
// hours. In every structure that holds a count (RFC 7292, 4 and C; RFC 8018, A.2)
// it is the INTEGER after the salt, so that no structure has to be known.
//
// What is encrypted stays unseen. A key in it may ask for rounds of its own, once
// the password of the whole is right.
func CheckPKCS12Rounds(data []byte) error {
	_, err := countRounds(cryptobyte.String(data), 0, 0)
	return err
}

// countRounds adds the counts of all elements, and in them, to a sum.
func countRounds(input cryptobyte.String, sum int64, depth int) (int64, error) {
	if depth > maxDepth {
		return sum, fmt.Errorf("it is nested more than %d levels deep", maxDepth)
	}
	const constructed = 0x20
	afterSalt := false
	for !input.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		element := input
		if !input.ReadAnyASN1(&content, &tag) {
			return sum, nil // not DER: the decoder says so better
		}
		var err error
		switch {
		case tag == asn1.INTEGER && afterSalt:
			var rounds int64
			if !element.ReadASN1Integer(&rounds) || rounds > maxIterations || sum+rounds > maxIterations {
				return sum, fmt.Errorf("it asks for more than %d rounds of key derivation", maxIterations)
			}
			sum += max(rounds, 0)
		case tag&constructed != 0,
			tag == asn1.OCTET_STRING && len(content) > 2 && content[0] == 0x30: // the authenticated safe and its contents
			if sum, err = countRounds(content, sum, depth+1); err != nil {
				return sum, err
			}
		}
		// The library takes a salt of any class, so any primitive may be one.
		afterSalt = tag&constructed == 0 && tag != asn1.INTEGER
	}
	return sum, nil
}
