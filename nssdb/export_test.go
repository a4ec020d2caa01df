package nssdb

import (
	"bytes"
	"crypto/cipher"
	"crypto/des"
	"encoding/asn1"
)

// OldPassword makes the row "password" as NSS before 3.49 made it, for a test.
func OldPassword(password string) (salt, check []byte, err error) {
	row := passwordRow{salt: random(20)}
	entry := random(20)
	material := oldMaterial(row.passKey(password), entry)
	block, err := des.NewTripleDESCipher(material[:24])
	if err != nil {
		return nil, nil, err
	}
	data := append([]byte(passwordText), bytes.Repeat([]byte{2}, 2)...)
	cipher.NewCBCEncrypter(block, material[32:]).CryptBlocks(data, data)
	parameters, err := asn1.Marshal(oldParameters{Salt: entry, Iterations: 1})
	if err != nil {
		return nil, nil, err
	}
	check, err = asn1.Marshal(protected{
		Algorithm: algorithm{Algorithm: oidOldDES(), Parameters: asn1.RawValue{FullBytes: parameters}}, Data: data,
	})
	return row.salt, check, err
}

// Unlock and Verify are what foreign bytes reach.
func Unlock(salt, check []byte, password string) (bool, error) {
	_, right, err := passwordRow{salt: salt, check: check}.unlock(password)
	return right, err
}

func Verify(stored []byte) bool { return verify([]byte("key"), 1, 2, []byte("value"), stored) }
