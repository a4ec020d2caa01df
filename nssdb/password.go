package nssdb

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // databases of before 2020
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // NSS's choice
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"hash"
)

// passwordRow is the row "password" of key4.db: a salt for the whole database,
// and a known text encrypted under the password.
type passwordRow struct{ salt, check []byte }

// passwordText is what the encrypted text says when the password is right.
const passwordText = "password-check"

// maximumIterations keeps a foreign database from taking minutes. NSS uses 1 for
// the empty password and 10000 for others, or what an environment variable says.
const maximumIterations = 2_000_000

var errAlgorithm = errors.New("unknown algorithm")

// Object identifiers of PKCS#5, PKCS#12, and the ciphers and hashes.
func oidPBES2() asn1.ObjectIdentifier  { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13} }
func oidPBMAC1() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14} }
func oidPBKDF2() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12} }
func oidAES256() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42} }

func oidOldDES() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 5, 1, 3}
}
func oidSHA256() asn1.ObjectIdentifier    { return asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9} }
func oidDigest() asn1.ObjectIdentifier    { return asn1.ObjectIdentifier{1, 2, 840, 113549, 2} }
func isHMAC(o asn1.ObjectIdentifier) bool { return len(o) == 6 && o[:5].Equal(oidDigest()) }

// hmacOf gives the hash of an HMAC (RFC 8018, appendix B.1).
func hmacOf(oid asn1.ObjectIdentifier) (func() hash.Hash, error) {
	if isHMAC(oid) {
		switch oid[5] {
		case 7:
			return sha1.New, nil
		case 9:
			return sha256.New, nil
		case 10:
			return sha512.New384, nil
		case 11:
			return sha512.New, nil
		}
	}
	return nil, errAlgorithm
}

type algorithm struct {
	Algorithm  asn1.ObjectIdentifier
	Parameters asn1.RawValue `asn1:"optional"`
}

// protected is how NSS stores what was encrypted, and a MAC just the same
// (SFTKDBEncryptedDataInfo).
type protected struct {
	Algorithm algorithm
	Data      []byte
}

// twoPart are the parameters of PBES2 and PBMAC1.
type twoPart struct{ Derivation, Scheme algorithm }

type pbkdf2Parameters struct {
	Salt       []byte
	Iterations int
	Length     int `asn1:"optional"`
	Hash       algorithm
}

type oldParameters struct {
	Salt       []byte
	Iterations int
}

// parse reads DER without anything behind it.
func parse(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err == nil && len(rest) > 0 {
		err = errors.New("data after the end")
	}
	return err
}

// passKey is what NSS derives from salt and password; everything else is derived
// from it. A salt of 48 bytes, as NSS 3.114 and later makes it, means SHA-384.
func (p passwordRow) passKey(password string) []byte {
	h := sha1.New() //nolint:gosec // NSS's choice
	if len(p.salt) == sha512.Size384 {
		h = sha512.New384()
	}
	h.Write(p.salt)
	h.Write([]byte(password))
	return h.Sum(nil)
}

// unlock gives the key of the database if the password is right.
func (p passwordRow) unlock(password string) (key []byte, right bool, err error) {
	var check protected
	if err := parse(p.check, &check); err != nil {
		return nil, false, err
	}
	key = p.passKey(password)
	var text []byte
	switch {
	case check.Algorithm.Algorithm.Equal(oidPBES2()):
		text, err = decryptPBES2(key, check)
	case check.Algorithm.Algorithm.Equal(oidOldDES()):
		text, err = decryptOld(key, check)
	default:
		err = errAlgorithm
	}
	if err != nil {
		return nil, false, err
	}
	return key, string(text) == passwordText, nil
}

// newPassword makes the row for a password, as NSS 3.87 makes it.
func newPassword(password string) (passwordRow, error) {
	row := passwordRow{salt: random(sha1.Size)}
	derivation, err := newDerivation(iterations(password))
	if err != nil {
		return row, err
	}
	key, err := derive(row.passKey(password), derivation, 32)
	if err != nil {
		return row, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return row, err
	}
	iv, err := asn1.Marshal(random(aes.BlockSize - 2))
	if err != nil {
		return row, err
	}
	padding := aes.BlockSize - len(passwordText)%aes.BlockSize
	data := append([]byte(passwordText), bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	parts, err := asn1.Marshal(twoPart{
		Derivation: derivation, Scheme: algorithm{Algorithm: oidAES256(), Parameters: asn1.RawValue{FullBytes: iv}},
	})
	if err != nil {
		return row, err
	}
	row.check, err = asn1.Marshal(protected{
		Algorithm: algorithm{Algorithm: oidPBES2(), Parameters: asn1.RawValue{FullBytes: parts}}, Data: data,
	})
	return row, err
}

// newDerivation is PBKDF2 with a new salt and HMAC-SHA256, for 32 bytes.
func newDerivation(rounds int) (algorithm, error) {
	parameters, err := asn1.Marshal(pbkdf2Parameters{
		Salt: random(sha256.Size), Iterations: rounds, Length: sha256.Size, Hash: algorithm{Algorithm: oidSHA256()},
	})
	return algorithm{Algorithm: oidPBKDF2(), Parameters: asn1.RawValue{FullBytes: parameters}}, err
}

func random(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.Read(b) // never fails
	return b
}

// derive runs PBKDF2 with the parameters of PBES2 or PBMAC1.
func derive(key []byte, a algorithm, length int) ([]byte, error) {
	var parameters pbkdf2Parameters
	if !a.Algorithm.Equal(oidPBKDF2()) {
		return nil, errAlgorithm
	}
	if err := parse(a.Parameters.FullBytes, &parameters); err != nil {
		return nil, err
	}
	prf, err := hmacOf(parameters.Hash.Algorithm)
	if err != nil {
		return nil, err
	}
	if parameters.Iterations < 1 || parameters.Iterations > maximumIterations {
		return nil, errors.New("implausible number of iterations")
	}
	if parameters.Length != 0 {
		length = parameters.Length
	}
	if length < 1 || length > sha512.Size {
		return nil, errors.New("implausible length of a key")
	}
	return pbkdf2.Key(prf, string(key), parameters.Salt, parameters.Iterations, length)
}

func decryptPBES2(passKey []byte, check protected) ([]byte, error) {
	var parts twoPart
	if err := parse(check.Algorithm.Parameters.FullBytes, &parts); err != nil {
		return nil, err
	}
	// The initialisation vector is the parameter with its tag and length (040e):
	// NSS hands the encoded octet string of 14 bytes to AES as it is.
	iv := parts.Scheme.Parameters.FullBytes
	if len(parts.Scheme.Parameters.Bytes) == aes.BlockSize {
		iv = parts.Scheme.Parameters.Bytes
	}
	if !parts.Scheme.Algorithm.Equal(oidAES256()) {
		return nil, errAlgorithm
	}
	key, err := derive(passKey, parts.Derivation, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return decryptCBC(block, iv, check.Data)
}

// decryptOld is how NSS before 3.49 protected passwords, and how every database
// is protected whose password was not changed since: 3DES with a derivation of
// its own (nsspkcs5_PBKDF1Extended).
func decryptOld(passKey []byte, check protected) ([]byte, error) {
	var parameters oldParameters
	if err := parse(check.Algorithm.Parameters.FullBytes, &parameters); err != nil {
		return nil, err
	}
	if parameters.Iterations != 1 || len(parameters.Salt) > sha1.Size {
		return nil, errAlgorithm
	}
	material := oldMaterial(passKey, parameters.Salt)
	block, err := des.NewTripleDESCipher(material[:24]) //nolint:gosec // NSS's choice
	if err != nil {
		return nil, err
	}
	return decryptCBC(block, material[len(material)-des.BlockSize:], check.Data)
}

// oldMaterial derives 40 bytes, of which the first 24 are the key and the last 8
// the initialisation vector.
func oldMaterial(passKey, salt []byte) []byte {
	first := sha1.Sum(append(bytes.Clone(passKey), salt...)) //nolint:gosec // NSS's choice
	mac := func(parts ...[]byte) []byte {
		h := hmac.New(sha1.New, first[:])
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	padded := make([]byte, sha1.Size)
	copy(padded, salt)
	one := mac(padded, salt)
	return append(one, mac(mac(padded), salt)...)
}

// decryptCBC removes the padding of PKCS#7. A wrong password shows there.
func decryptCBC(block cipher.Block, iv, data []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errors.New("implausible length of encrypted data")
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding < 1 || padding > size {
		return nil, nil
	}
	return plain[:len(plain)-padding], nil
}
