package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"devca/diag"
)

// KeyType names an algorithm with its size, as in --key-type.
type KeyType string

// The key types that devca makes. P-256 is the default: every client reads it
// and it is the cheapest to make and to use.
const (
	P256    KeyType = "p256"
	P384    KeyType = "p384"
	RSA2048 KeyType = "rsa2048"
	RSA3072 KeyType = "rsa3072"
	RSA4096 KeyType = "rsa4096"
	Ed25519 KeyType = "ed25519"
)

// KeyTypes lists them for help texts.
func KeyTypes() []KeyType { return []KeyType{P256, P384, RSA2048, RSA3072, RSA4096, Ed25519} }

// ParseKeyType reads --key-type.
func ParseKeyType(text string) (KeyType, error) {
	known := KeyTypes()
	names := make([]string, len(known))
	for i, t := range known {
		if strings.EqualFold(text, string(t)) {
			return t, nil
		}
		names[i] = string(t)
	}
	return "", diag.New(diag.UsageArguments, fmt.Sprintf("--key-type %q is unknown", text)).
		Fix("choose one of "+strings.Join(names, ", "), "--key-type p256")
}

// GenerateKey makes a private key.
func GenerateKey(t KeyType) (crypto.Signer, error) {
	switch t {
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case P384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA3072:
		return rsa.GenerateKey(rand.Reader, 3072)
	case RSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("key type %q is unknown", t)
}

// KeyTypeOf names the type of a public key; for what GenerateKey does not make,
// such as RSA-8192 in a request, a name in the same style.
func KeyTypeOf(public crypto.PublicKey) KeyType {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return KeyType(strings.ToLower(strings.ReplaceAll(key.Curve.Params().Name, "-", "")))
	case *rsa.PublicKey:
		return KeyType(fmt.Sprintf("rsa%d", key.N.BitLen()))
	case ed25519.PublicKey:
		return Ed25519
	}
	return "unknown"
}

// CheckPublicKey refuses keys that clients refuse or that protect nothing.
func CheckPublicKey(public crypto.PublicKey) error {
	weak := func(why string) error {
		return diag.New(diag.KeyWeak, "the key is too weak or of an unusual kind").Because(why).
			Fix("make a new key and request", "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost")
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		switch {
		case key.N.BitLen() < 2048:
			return weak(fmt.Sprintf("RSA with %d bits; OpenSSL and Apple demand 2048", key.N.BitLen()))
		case key.N.BitLen() > 8192:
			return weak(fmt.Sprintf("RSA with %d bits; Go and others refuse more than 8192", key.N.BitLen()))
		case key.N.Bit(0) == 0:
			return weak("the RSA modulus is even")
		case key.E < 3 || key.E%2 == 0:
			// Exponent 1 makes every signature equal to the text it signs.
			return weak(fmt.Sprintf("RSA with the public exponent %d", key.E))
		}
		return nil
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
		return weak("the curve " + key.Curve.Params().Name + "; clients take P-256, P-384 and mostly P-521")
	case ed25519.PublicKey:
		return nil
	}
	return weak(fmt.Sprintf("the algorithm (%T) is not one that TLS clients take", public))
}

// KeyID identifies a public key: the leftmost 160 bits of the SHA-256 of the
// subjectPublicKey (RFC 7093, section 2, method 1; RFC 5280's SHA-1 is only an
// example). It is the subject key identifier of what devca issues.
func KeyID(public crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, err
	}
	bits, err := subjectPublicKey(der)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(bits)
	return sum[:20], nil
}

// EncodeKey gives a private key as PKCS#8 in PEM, the form that every tool reads.
func EncodeKey(key crypto.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// ParseKey reads a private key in PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted.
func ParseKey(data []byte) (crypto.Signer, error) {
	for {
		var block *pem.Block
		block, data = pem.Decode(data)
		if block == nil {
			return nil, fmt.Errorf("no private key in PEM form found")
		}
		if key, err := parseKeyBlock(block); err != nil || key != nil {
			return key, err
		}
	}
}

// parseKeyBlock gives nil, nil for a block that is not a key.
func parseKeyBlock(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	// RFC 1421, 4.6.1.3: OpenSSL's old way to encrypt any of these.
	if block.Headers["DEK-Info"] != "" && strings.HasSuffix(block.Type, "PRIVATE KEY") {
		return nil, fmt.Errorf("the private key is encrypted")
	}
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, fmt.Errorf("the private key is encrypted")
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T cannot sign", key)
	}
	return signer, nil
}
