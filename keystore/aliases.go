package keystore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // PBKDF2 with HMAC-SHA-1 is RFC 8018's default
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"hash"
	"unicode/utf16"
)

// shape is how the one safe of a trust store is protected.
type shape int

const (
	shapeOther  shape = iota
	shapeOpen         // neither encrypted nor sealed by a MAC
	shapeModern       // PBES2 and a MAC
)

// bag is what the library does not tell of an entry: its name, and whether there
// is nothing else about it that writing it would lose.
type bag struct {
	alias string
	plain bool
}

var errShape = errors.New("not the shape of a trust store of Java")

// The structures are those of RFC 7292, 4, and RFC 5652, 4 and 6.
type (
	pfx struct {
		Version  int
		AuthSafe contentInfo
		MAC      asn1.RawValue `asn1:"optional"`
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"tag:0,explicit"`
	}
	encryptedData struct {
		Version int
		Info    struct {
			Type      asn1.ObjectIdentifier
			Algorithm pkix.AlgorithmIdentifier
			Content   asn1.RawValue `asn1:"tag:0,optional"`
		}
	}
	safeBag struct {
		Type       asn1.ObjectIdentifier
		Value      asn1.RawValue `asn1:"tag:0,explicit"`
		Attributes []attribute   `asn1:"set,optional"`
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values asn1.RawValue
	}
)

// isPKCS12 tells whether the file is whole, as far as its outer parts go.
func isPKCS12(data []byte) bool {
	var file pfx
	var octets []byte
	var safes []contentInfo
	return whole(data, &file) == nil && whole(file.AuthSafe.Content.Bytes, &octets) == nil && whole(octets, &safes) == nil
}

// readBags reads the names of the entries of a file that the library has read
// already, in the same order.
func readBags(data []byte, password string) ([]bag, shape, error) {
	var file pfx
	var octets []byte
	var safes []contentInfo
	if whole(data, &file) != nil || whole(file.AuthSafe.Content.Bytes, &octets) != nil ||
		whole(octets, &safes) != nil || len(safes) != 1 {
		return nil, shapeOther, errShape
	}
	sealed := len(file.MAC.FullBytes) > 0
	form := shapeOther
	var contents []byte
	switch safes[0].Type.String() {
	case "1.2.840.113549.1.7.1": // data
		if err := whole(safes[0].Content.Bytes, &contents); err != nil {
			return nil, shapeOther, err
		}
		if !sealed {
			form = shapeOpen
		}
	case "1.2.840.113549.1.7.6": // encryptedData
		var encrypted encryptedData
		if err := whole(safes[0].Content.Bytes, &encrypted); err != nil {
			return nil, shapeOther, err
		}
		var err error
		if contents, err = decrypt(encrypted.Info.Algorithm, encrypted.Info.Content.Bytes, password); err != nil {
			return nil, shapeOther, err
		}
		if sealed {
			form = shapeModern
		}
	}
	var list []safeBag
	if err := whole(contents, &list); err != nil {
		return nil, shapeOther, err
	}
	bags := make([]bag, len(list))
	for i, entry := range list {
		bags[i] = entry.named()
	}
	return bags, form, nil
}

func whole(data []byte, into any) error {
	rest, err := asn1.Unmarshal(data, into)
	if err == nil && len(rest) > 0 {
		return errShape
	}
	return err
}

// named reads the attributes: a friendly name (RFC 2985, 5.5.1), and for what the
// certificate is trusted, which for Java is anything.
func (b safeBag) named() bag {
	found := bag{plain: true}
	for _, a := range b.Attributes {
		switch a.Type.String() {
		case "1.2.840.113549.1.9.20":
			found.alias = bmpString(a.Values.Bytes)
			found.plain = found.plain && found.alias != ""
		case "2.16.840.1.113894.746875.1.1":
			var usage asn1.ObjectIdentifier
			found.plain = found.plain && whole(a.Values.Bytes, &usage) == nil && usage.String() == "2.5.29.37.0"
		default:
			found.plain = false
		}
	}
	found.plain = found.plain && found.alias != ""
	return found
}

// bmpString reads a BMPString, two octets for each character.
func bmpString(der []byte) string {
	var value asn1.RawValue
	if whole(der, &value) != nil || value.Tag != asn1.TagBMPString || len(value.Bytes)%2 != 0 {
		return ""
	}
	units := make([]uint16, len(value.Bytes)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(value.Bytes[2*i:])
	}
	return string(utf16.Decode(units))
}

// decrypt opens PBES2 with AES in CBC mode (RFC 8018, 6.2 and B.2.5), which Java
// has written since 2021. The library has checked the MAC with this password.
func decrypt(algorithm pkix.AlgorithmIdentifier, sealed []byte, password string) ([]byte, error) {
	var scheme struct{ Derivation, Encryption pkix.AlgorithmIdentifier }
	var derivation struct {
		Salt   []byte
		Rounds int
		Length int                      `asn1:"optional"`
		Hash   pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	var start []byte
	if algorithm.Algorithm.String() != "1.2.840.113549.1.5.13" ||
		whole(algorithm.Parameters.FullBytes, &scheme) != nil ||
		scheme.Derivation.Algorithm.String() != "1.2.840.113549.1.5.12" ||
		whole(scheme.Derivation.Parameters.FullBytes, &derivation) != nil ||
		whole(scheme.Encryption.Parameters.FullBytes, &start) != nil {
		return nil, errShape
	}
	length, known := map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.42": 32}[scheme.Encryption.Algorithm.String()]
	var h func() hash.Hash
	switch derivation.Hash.Algorithm.String() {
	case "", "1.2.840.113549.2.7":
		h = sha1.New
	case "1.2.840.113549.2.9":
		h = sha256.New
	}
	if !known || h == nil || len(start) != aes.BlockSize || len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
		return nil, errShape
	}
	key, err := pbkdf2.Key(h, password, derivation.Salt, derivation.Rounds, length)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	open := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, start).CryptBlocks(open, sealed)
	padding := int(open[len(open)-1])
	if padding == 0 || padding > aes.BlockSize {
		return nil, errShape
	}
	return open[:len(open)-padding], nil
}
