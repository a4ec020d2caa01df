package inspect

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

func (r *reader) readPrivateKey(block *pem.Block) {
	key, err := parsePrivateKey(block.Bytes)
	if err != nil {
		r.unreadable("private key", err)
		return
	}
	r.addPrivateKey(key)
}

// parsePrivateKey reads PKCS#8, SEC 1 or PKCS#1, whatever the PEM type says:
// files with the wrong one are common.
func parsePrivateKey(der []byte) (crypto.PrivateKey, error) {
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err == nil {
		return key, nil
	}
	ec, ecErr := x509.ParseECPrivateKey(der)
	if ecErr == nil {
		return ec, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if foreign, ok := parseForeignKey(der); ok {
		return foreign, nil
	}
	if _, version := outerForm(der); version == 1 { // SEC 1's (RFC 5915, 3)
		return nil, ecErr
	}
	return nil, err
}

// foreignKey is a private key of an algorithm that crypto/x509 does not know, by
// its name. Nothing else of it is kept.
type foreignKey string

// parseForeignKey reads of a PrivateKeyInfo (RFC 5958, 2) only the algorithm.
func parseForeignKey(der []byte) (foreignKey, bool) {
	input := cryptobyte.String(der)
	var info, key cryptobyte.String
	var version int
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !input.Empty() || !info.ReadASN1Integer(&version) || version > 1 {
		return "", false
	}
	name := algorithmName(info)
	return foreignKey(name), name != "unknown" && info.SkipASN1(asn1.SEQUENCE) && info.ReadASN1(&key, asn1.OCTET_STRING)
}

// addPrivateKey describes the public half; the private one goes no further.
func (r *reader) addPrivateKey(key crypto.PrivateKey) {
	described := &Key{Type: "unknown"}
	switch k := key.(type) {
	case foreignKey:
		described.Type = string(k)
	case interface{ Public() crypto.PublicKey }: // also of *ecdh.PrivateKey
		described = describeKey(k.Public())
	}
	r.add(Item{Kind: KindPrivateKey, Key: described})
}

func describeKey(public crypto.PublicKey) *Key {
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return &Key{Type: keyType(public, nil)}
	}
	return &Key{Type: keyType(public, spki), SPKIPin: pin(spki)}
}

func (r *reader) readPublicKey(der []byte) {
	if r.tryPublicKey(der) {
		return
	}
	_, err := x509.ParsePKIXPublicKey(der)
	r.unreadable("public key", err)
}

// tryPublicKey reads a SubjectPublicKeyInfo, also of an algorithm that crypto/x509
// does not know, or PKCS#1's RSAPublicKey (RFC 8017, A.1.1).
func (r *reader) tryPublicKey(der []byte) bool {
	var key *Key
	if public, err := x509.ParsePKIXPublicKey(der); err == nil {
		key = describeKey(public)
	} else if rsa, err := x509.ParsePKCS1PublicKey(der); err == nil {
		key = describeKey(rsa)
	} else if isPublicKeyInfo(der) {
		key = &Key{Type: keyType(nil, der), SPKIPin: pin(der)}
	} else {
		return false
	}
	r.add(Item{Kind: KindPublicKey, Key: key})
	return true
}

// isPublicKeyInfo tells a SubjectPublicKeyInfo (RFC 5280, 4.1): an algorithm and a
// BIT STRING, and nothing else.
func isPublicKeyInfo(der []byte) bool {
	input := cryptobyte.String(der)
	var info cryptobyte.String
	return input.ReadASN1(&info, asn1.SEQUENCE) && input.Empty() && algorithmName(info) != "unknown" &&
		info.SkipASN1(asn1.SEQUENCE) && info.SkipASN1(asn1.BIT_STRING) && info.Empty()
}

// tryKey reads a key in DER: private in any form, encrypted, or public.
func (r *reader) tryKey(der []byte) bool {
	if key, err := parsePrivateKey(der); err == nil {
		r.addPrivateKey(key)
		return true
	}
	if isEncryptedKey(der) {
		r.add(Item{Kind: KindPrivateKey, Key: &Key{Encrypted: true}})
		return true
	}
	return r.tryPublicKey(der)
}

// isEncryptedKey tells an EncryptedPrivateKeyInfo (RFC 5958, 3): an algorithm and
// an OCTET STRING, and nothing else.
func isEncryptedKey(der []byte) bool {
	input := cryptobyte.String(der)
	var info, algorithm, encrypted cryptobyte.String
	return input.ReadASN1(&info, asn1.SEQUENCE) && input.Empty() &&
		info.ReadASN1(&algorithm, asn1.SEQUENCE) && algorithm.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) &&
		info.ReadASN1(&encrypted, asn1.OCTET_STRING) && info.Empty()
}
