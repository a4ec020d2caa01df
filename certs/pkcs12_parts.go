package certs

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"software.sslmate.com/src/go-pkcs12"
)

// The library reads files with one key, some certificates and two safes at most.
// Java writes several keys, GnuTLS several safes, and OpenSSL with -nokeys no key
// at all. Such a file is taken apart, and each part is given to the library as a
// file of its own, filled up with a key or a certificate that is left out again:
// nothing is decrypted here.
//
// The file's own MAC has been checked before, where it has one that the library
// knows. What is read without proves nothing, as a file may have none.

// maxParts bounds what a file is taken apart into.
const maxParts = 1000

var (
	errNotPKCS12     = errors.New("it does not have the structure of RFC 7292")
	errPKCS12Nothing = errors.New("there is neither a key nor a certificate in it")
)

// decodeParts reads what the library does not, part by part, in the file's order.
func decodeParts(data []byte, password string) (PKCS12, error) {
	var file struct {
		Version int
		Safes   dataInfo
		MAC     asn1.RawValue `asn1:"optional"`
	}
	var safes []asn1.RawValue
	if unmarshalAll(data, &file) != nil || unmarshalAll(file.Safes.Data, &safes) != nil {
		return PKCS12{}, errNotPKCS12
	}
	filler, err := newFiller()
	if err != nil {
		return PKCS12{}, err
	}
	parts := pkcs12Parts{password: password, filler: filler}
	for _, safe := range safes {
		if err := parts.addSafe(safe); err != nil {
			return PKCS12{}, err
		}
	}
	switch {
	case len(parts.keys) > 0:
		return PKCS12{Key: parts.keys[0], OtherKeys: parts.keys[1:], Certificates: parts.certificates}, nil
	case len(parts.certificates) > 0:
		return PKCS12{Certificates: parts.certificates}, nil
	}
	return PKCS12{}, errPKCS12Nothing
}

func unmarshalAll(data []byte, into any) error {
	rest, err := asn1.Unmarshal(data, into)
	if err == nil && len(rest) > 0 {
		return errNotPKCS12
	}
	return err
}

// dataInfo is a ContentInfo of type data (RFC 5652, 4), that is, not encrypted as
// a whole.
type dataInfo struct {
	Type asn1.ObjectIdentifier
	Data []byte `asn1:"tag:0,explicit"`
}

// safeBag is RFC 7292, 4.2.
type safeBag struct {
	Type       asn1.ObjectIdentifier
	Value      asn1.RawValue
	Attributes asn1.RawValue `asn1:"optional"`
}

func oidData() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1} }

// oidBag numbers the types of bags: 1 a key, 2 an encrypted key, 3 a certificate.
func oidBag(n int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, n}
}

// pkcs12Filler is what fills a part up to a file that the library reads.
type pkcs12Filler struct{ key, certificate safeBag }

func newFiller() (pkcs12Filler, error) {
	explicit := func(der []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: der}
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // it protects nothing
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pkcs12Filler{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return pkcs12Filler{}, err
	}
	wrapped, err := asn1.Marshal(dataInfo{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 22, 1}, certificate}) // RFC 7292, 4.2.3: of the same shape
	return pkcs12Filler{
		key:         safeBag{Type: oidBag(1), Value: explicit(pkcs8)},
		certificate: safeBag{Type: oidBag(3), Value: explicit(wrapped)},
	}, err
}

// pkcs12Parts collects what is in the parts of a file.
type pkcs12Parts struct {
	password     string
	filler       pkcs12Filler
	count        int
	keys         []crypto.PrivateKey
	certificates []*x509.Certificate
}

// addSafe reads one safe: one that is encrypted as a whole, with certificates or a
// key, or a plain one, in which the keys lie that are encrypted themselves.
func (p *pkcs12Parts) addSafe(safe asn1.RawValue) error {
	var plain dataInfo
	if unmarshalAll(safe.FullBytes, &plain) == nil {
		return p.addBags(plain.Data)
	}
	err := p.addCertificates(safe)
	if err != nil && !isPasswordError(err) {
		err = p.addKey(safe)
	}
	return err
}

// addBags reads the bags of a plain safe, each key by itself.
func (p *pkcs12Parts) addBags(data []byte) error {
	var bags, certificates []asn1.RawValue
	if unmarshalAll(data, &bags) != nil {
		return errNotPKCS12
	}
	for _, element := range bags {
		var bag safeBag
		if unmarshalAll(element.FullBytes, &bag) != nil {
			return errNotPKCS12
		}
		switch {
		case bag.Type.Equal(oidBag(1)), bag.Type.Equal(oidBag(2)):
			alone, err := dataOf([]asn1.RawValue{element})
			if err == nil {
				err = p.addKey(alone)
			}
			if err != nil {
				return err
			}
		case bag.Type.Equal(oidBag(3)):
			certificates = append(certificates, element)
		}
	}
	if len(certificates) == 0 {
		return nil
	}
	together, err := dataOf(certificates)
	if err != nil {
		return err
	}
	return p.addCertificates(together)
}

// addCertificates reads a safe without a key.
func (p *pkcs12Parts) addCertificates(safe asn1.RawValue) error {
	_, err := p.add(safe, p.filler.certificate, p.filler.key)
	return err
}

// addKey reads a safe with exactly one key.
func (p *pkcs12Parts) addKey(safe asn1.RawValue) error {
	key, err := p.add(safe, p.filler.certificate)
	if err == nil {
		p.keys = append(p.keys, key)
	}
	return err
}

func (p *pkcs12Parts) add(safe asn1.RawValue, filling ...safeBag) (crypto.PrivateKey, error) {
	if p.count++; p.count > maxParts {
		return nil, fmt.Errorf("it has more than %d parts", maxParts)
	}
	file, err := p.fileOf(safe, filling)
	if err != nil {
		return nil, err
	}
	key, first, others, err := pkcs12.DecodeChain(file, p.password)
	if err == nil && len(others) > 0 { // the filler is the last
		p.certificates = append(append(p.certificates, first), others[:len(others)-1]...)
	}
	return key, err
}

// dataOf wraps values as a ContentInfo of type data.
func dataOf(values any) (asn1.RawValue, error) {
	content, err := asn1.Marshal(values)
	if err != nil {
		return asn1.RawValue{}, err
	}
	info, err := asn1.Marshal(dataInfo{oidData(), content})
	return asn1.RawValue{FullBytes: info}, err
}

// fileOf makes a PFX of a safe and the filling. Its MAC is PBMAC1 (RFC 9579), the
// only one that the standard library can make; one round is enough for a file
// that is read at once and thrown away.
func (p *pkcs12Parts) fileOf(safe asn1.RawValue, filling []safeBag) ([]byte, error) {
	last, err := dataOf(filling)
	if err != nil {
		return nil, err
	}
	safes, err := asn1.Marshal([]asn1.RawValue{safe, last})
	if err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(sha256.New, p.password, nil, 1, sha256.Size)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(safes)
	algorithm, err := macAlgorithm()
	if err != nil {
		return nil, err
	}
	type digestInfo struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	type macData struct {
		MAC  digestInfo
		Salt []byte // stands in the algorithm
	}
	return asn1.Marshal(struct {
		Version int
		Safes   dataInfo
		MAC     macData
	}{3, dataInfo{oidData(), safes}, macData{digestInfo{algorithm, mac.Sum(nil)}, nil}})
}

// macAlgorithm is PBMAC1 with PBKDF2, no salt and one round, and HMAC-SHA-256
// (RFC 8018, A.2 and A.5).
func macAlgorithm() (pkix.AlgorithmIdentifier, error) {
	type algorithm = pkix.AlgorithmIdentifier
	hash := algorithm{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}}
	derivation, err := asn1.Marshal(struct {
		Salt              []byte
		Rounds, KeyLength int
		Hash              algorithm
	}{nil, 1, sha256.Size, hash})
	if err != nil {
		return algorithm{}, err
	}
	parameters, err := asn1.Marshal(struct{ Derivation, MAC algorithm }{
		algorithm{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, Parameters: asn1.RawValue{FullBytes: derivation}}, hash,
	})
	return algorithm{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}, Parameters: asn1.RawValue{FullBytes: parameters}}, err
}
