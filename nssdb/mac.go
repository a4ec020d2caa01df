package nssdb

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
)

// macName is the id of the row in key4.db with the MAC of an object's attribute.
func macName(id int64, a attribute) string { return macPrefix(id) + fmt.Sprintf("%08x", uint32(a)) }

// macPrefix begins the names of all MACs of an object.
func macPrefix(id int64) string { return fmt.Sprintf("sig_cert_%08x_", uint32(id)) }

// macInput ties the value to its place, so that a MAC cannot be moved to another
// certificate (sftkdb_pbehash).
func macInput(id int64, a attribute, value []byte) []byte {
	input := append(number(uint32(id)), number(uint32(a))...)
	return append(input, value...)
}

// iterations is how often NSS hashes for a password.
func iterations(password string) int {
	if password == "" {
		return 1
	}
	return 10000
}

// sign makes the MAC of an attribute: PBMAC1 with PBKDF2 and HMAC-SHA256, a salt
// for each (sftkdb_SignAttribute).
func sign(passKey []byte, rounds int, id int64, a attribute, value []byte) ([]byte, error) {
	derivation, err := newDerivation(rounds)
	if err != nil {
		return nil, err
	}
	parts, err := asn1.Marshal(twoPart{Derivation: derivation, Scheme: algorithm{Algorithm: oidSHA256()}})
	if err != nil {
		return nil, err
	}
	key, err := derive(passKey, derivation, sha256.Size)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(macInput(id, a, value))
	return asn1.Marshal(protected{
		Algorithm: algorithm{Algorithm: oidPBMAC1(), Parameters: asn1.RawValue{FullBytes: parts}},
		Data:      mac.Sum(nil),
	})
}

// verify tells whether the MAC belongs to the attribute's value.
func verify(passKey []byte, id int64, a attribute, value, stored []byte) bool {
	var given protected
	var parts twoPart
	if parse(stored, &given) != nil || !given.Algorithm.Algorithm.Equal(oidPBMAC1()) ||
		parse(given.Algorithm.Parameters.FullBytes, &parts) != nil {
		return false
	}
	hash, err := hmacOf(parts.Scheme.Algorithm)
	if err != nil {
		return false
	}
	key, err := derive(passKey, parts.Derivation, hash().Size())
	if err != nil {
		return false
	}
	mac := hmac.New(hash, key)
	mac.Write(macInput(id, a, value))
	return hmac.Equal(mac.Sum(nil), given.Data)
}
