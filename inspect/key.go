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
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	return nil, err
}

// addPrivateKey describes the public half; the private one goes no further.
func (r *reader) addPrivateKey(key crypto.PrivateKey) {
	described := &Key{Type: "unknown"}
	if k, ok := key.(interface{ Public() crypto.PublicKey }); ok {
		described = describeKey(k.Public())
	} else if k, ok := key.(interface{ PublicKey() crypto.PublicKey }); ok {
		described = describeKey(k.PublicKey())
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
	if !r.tryPublicKey(der) {
		_, err := x509.ParsePKIXPublicKey(der)
		r.unreadable("public key", err)
	}
}

// tryPublicKey reads a SubjectPublicKeyInfo or PKCS#1's RSAPublicKey (RFC 8017, A.1.1).
func (r *reader) tryPublicKey(der []byte) bool {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		rsa, rsaErr := x509.ParsePKCS1PublicKey(der)
		if rsaErr != nil {
			return false
		}
		public = rsa
	}
	r.add(Item{Kind: KindPublicKey, Key: describeKey(public)})
	return true
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
