package inspect

import (
	"crypto"
	"crypto/ecdh"
	"crypto/x509"
	"encoding/pem"

	"devca/certs"
)

func (r *reader) readPrivateKey(kind string, block *pem.Block) {
	key, err := parsePrivateKey(block.Bytes)
	if err != nil {
		r.unreadable(kind, err)
		return
	}
	r.addPrivateKey(key)
}

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
		described.Type, described.SPKIPin = keyType(k.Public()), pinOf(k.Public())
	}
	r.add(Item{Kind: KindPrivateKey, Key: described})
}

func keyType(public crypto.PublicKey) string {
	if _, ok := public.(*ecdh.PublicKey); ok {
		return "x25519"
	}
	return string(certs.KeyTypeOf(public))
}

func (r *reader) readPublicKey(der []byte) {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		if rsa, rsaErr := x509.ParsePKCS1PublicKey(der); rsaErr == nil {
			public, err = rsa, nil
		}
	}
	if err != nil {
		r.unreadable("public key", err)
		return
	}
	r.add(Item{Kind: KindPublicKey, Key: &Key{Type: keyType(public), SPKIPin: pinOf(public)}})
}

// tryKey reads a key in DER: private in any form, public, or an encrypted PKCS#8.
func (r *reader) tryKey(der []byte) bool {
	if key, err := parsePrivateKey(der); err == nil {
		r.addPrivateKey(key)
		return true
	}
	if _, err := x509.ParsePKIXPublicKey(der); err == nil {
		r.readPublicKey(der)
		return true
	}
	return false
}
