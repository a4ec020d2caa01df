package trace

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"slices"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"
)

// opener takes the protection off the records of one direction, one after
// another. It gives the content and its type, or false if the keys do not fit.
type opener interface {
	open(r record) (kind uint8, content []byte, ok bool)
}

// aeadFor makes the AEAD of a suite.
func aeadFor(s suite, key []byte) cipher.AEAD {
	switch s.cipher {
	case cipherGCM:
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil
		}
		return aead
	case cipherChaCha:
		aead, err := chacha20poly1305.New(key)
		if err != nil {
			return nil
		}
		return aead
	default:
		return nil
	}
}

// expandLabel is HKDF-Expand-Label of RFC 8446, 7.1, with an empty context.
func expandLabel(newHash func() hash.Hash, secret []byte, label string, length int) []byte {
	var info cryptobyte.Builder
	info.AddUint16(uint16(length))
	info.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	info.AddUint8(0)
	out, err := hkdf.Expand(newHash, secret, string(info.BytesOrPanic()), length)
	if err != nil {
		return nil
	}
	return out
}

// traffic13 opens records of TLS 1.3 (RFC 8446, 5.2 and 7.3).
type traffic13 struct {
	suite    suite
	secret   []byte
	aead     cipher.AEAD
	iv       []byte
	sequence uint64
}

func newTraffic13(s suite, secret []byte) *traffic13 {
	t := &traffic13{suite: s}
	if secret == nil || !s.known() || len(secret) != s.hash().Size() {
		return nil
	}
	if !t.rekey(secret) {
		return nil
	}
	return t
}

func (t *traffic13) rekey(secret []byte) bool {
	const nonce = 12
	t.secret, t.sequence = secret, 0
	t.aead = aeadFor(t.suite, expandLabel(t.suite.hash, secret, "key", t.suite.key))
	t.iv = expandLabel(t.suite.hash, secret, "iv", nonce)
	return t.aead != nil && t.iv != nil
}

// update moves on to the next secret after a KeyUpdate (RFC 8446, 7.2).
func (t *traffic13) update() {
	t.rekey(expandLabel(t.suite.hash, t.secret, "traffic upd", len(t.secret)))
}

func (t *traffic13) open(r record) (kind uint8, content []byte, ok bool) {
	nonce := slices.Clone(t.iv)
	counter := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(counter, binary.BigEndian.Uint64(counter)^t.sequence)
	plain, err := t.aead.Open(nil, nonce, r.fragment, r.header())
	if err != nil {
		return 0, nil, false
	}
	t.sequence++
	// The true type stands behind the content and before zeros (RFC 8446, 5.4).
	for i := len(plain) - 1; i >= 0; i-- {
		if plain[i] != 0 {
			return plain[i], plain[:i], true
		}
	}
	return 0, nil, true
}

// keys12 are the keys of a connection up to TLS 1.2 (RFC 5246, 6.3).
type keys12 struct {
	mac, key, iv [2][]byte // of the client, of the server
}

func deriveKeys12(version uint16, s suite, master, clientRandom, serverRandom []byte) keys12 {
	seed := slices.Concat(serverRandom, clientRandom)
	need := 2 * (s.mac() + s.key + s.iv(version))
	block := prf(version, s, master, "key expansion", seed, need)
	cut := func(n int) []byte {
		part := block[:n]
		block = block[n:]
		return part
	}
	var k keys12
	for _, part := range []struct {
		of     *[2][]byte
		length int
	}{{&k.mac, s.mac()}, {&k.key, s.key}, {&k.iv, s.iv(version)}} {
		part.of[0], part.of[1] = cut(part.length), cut(part.length)
	}
	return k
}

// prf is the pseudorandom function of RFC 5246, 5, and for older versions of
// RFC 2246, 5.
func prf(version uint16, s suite, secret []byte, label string, seed []byte, length int) []byte {
	labelled := slices.Concat([]byte(label), seed)
	if version >= versionTLS12 {
		return pHash(s.hash, secret, labelled, length)
	}
	half := (len(secret) + 1) / 2 //nolint:mnd // halves
	out := pHash(md5.New, secret[:half], labelled, length)
	for i, b := range pHash(sha1.New, secret[len(secret)-half:], labelled, length) {
		out[i] ^= b
	}
	return out
}

func pHash(newHash func() hash.Hash, secret, seed []byte, length int) []byte {
	h := hmac.New(newHash, secret)
	sum := func(parts ...[]byte) []byte {
		h.Reset()
		for _, part := range parts {
			h.Write(part)
		}
		return h.Sum(nil)
	}
	var out []byte
	for a := sum(seed); len(out) < length; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:length]
}

// newOpener12 opens the records of one side up to TLS 1.2.
func newOpener12(version uint16, s suite, k keys12, server, encryptThenMAC bool) opener {
	side := 0
	if server {
		side = 1
	}
	switch s.cipher {
	case cipherGCM, cipherChaCha:
		aead := aeadFor(s, k.key[side])
		if aead == nil {
			return nil
		}
		return &aead12{suite: s, aead: aead, iv: k.iv[side]}
	case cipherCBC:
		block, err := blockFor(s, k.key[side])
		if err != nil {
			return nil
		}
		c := &cbc12{suite: s, block: block, mac: k.mac[side], encryptThenMAC: encryptThenMAC}
		if version < versionTLS11 {
			c.iv = k.iv[side]
		}
		return c
	case cipherRC4:
		stream, err := rc4.NewCipher(k.key[side])
		if err != nil {
			return nil
		}
		return &stream12{suite: s, stream: stream, mac: k.mac[side]}
	case cipherNULL:
		return &stream12{suite: s, mac: k.mac[side]}
	default:
		return nil
	}
}

func blockFor(s suite, key []byte) (cipher.Block, error) {
	if s.triple {
		return des.NewTripleDESCipher(key)
	}
	return aes.NewCipher(key)
}

// aead12 is AES-GCM (RFC 5288) and ChaCha20-Poly1305 (RFC 7905) under TLS 1.2.
type aead12 struct {
	suite    suite
	aead     cipher.AEAD
	iv       []byte
	sequence uint64
}

func (a *aead12) open(r record) (kind uint8, content []byte, ok bool) {
	const explicit = 8
	fragment, nonce := r.fragment, slices.Clone(a.iv)
	if a.suite.cipher == cipherGCM {
		if len(fragment) < explicit {
			return 0, nil, false
		}
		nonce, fragment = append(nonce, fragment[:explicit]...), fragment[explicit:]
	} else {
		counter := nonce[len(nonce)-8:]
		binary.BigEndian.PutUint64(counter, binary.BigEndian.Uint64(counter)^a.sequence)
	}
	if len(fragment) < a.aead.Overhead() {
		return 0, nil, false
	}
	plain, err := a.aead.Open(nil, nonce, fragment, pseudoHeader(a.sequence, r, len(fragment)-a.aead.Overhead()))
	if err != nil {
		return 0, nil, false
	}
	a.sequence++
	return r.kind, plain, true
}

// pseudoHeader is what is authenticated besides the content (RFC 5246, 6.2.3.1).
func pseudoHeader(sequence uint64, r record, length int) []byte {
	header := binary.BigEndian.AppendUint64(nil, sequence)
	header = append(header, r.kind, byte(r.version>>8), byte(r.version))
	return binary.BigEndian.AppendUint16(header, uint16(length))
}

func (s suite) authentic(mac []byte, sequence uint64, r record, content, got []byte) bool {
	h := hmac.New(s.macHash, mac)
	h.Write(pseudoHeader(sequence, r, len(content)))
	h.Write(content)
	return hmac.Equal(h.Sum(nil), got)
}

// cbc12 is a block cipher with an HMAC (RFC 5246, 6.2.3.2; RFC 7366). Timing is
// of no concern here: what is opened was recorded, and nobody is answered.
type cbc12 struct {
	suite          suite
	block          cipher.Block
	mac, iv        []byte
	encryptThenMAC bool
	sequence       uint64
}

func (c *cbc12) open(r record) (kind uint8, content []byte, ok bool) {
	fragment, size, macSize := r.fragment, c.block.BlockSize(), c.suite.mac()
	var outer []byte
	if c.encryptThenMAC {
		if len(fragment) < macSize {
			return 0, nil, false
		}
		fragment, outer = fragment[:len(fragment)-macSize], fragment[len(fragment)-macSize:]
		if !c.suite.authentic(c.mac, c.sequence, r, fragment, outer) {
			return 0, nil, false
		}
	}
	iv := c.iv
	if iv == nil {
		if len(fragment) < size {
			return 0, nil, false
		}
		iv, fragment = fragment[:size], fragment[size:]
	}
	if len(fragment) == 0 || len(fragment)%size != 0 {
		return 0, nil, false
	}
	plain := make([]byte, len(fragment))
	cipher.NewCBCDecrypter(c.block, iv).CryptBlocks(plain, fragment)
	padding := int(plain[len(plain)-1]) + 1
	if padding > len(plain) {
		return 0, nil, false
	}
	plain = plain[:len(plain)-padding]
	if !c.encryptThenMAC {
		if len(plain) < macSize {
			return 0, nil, false
		}
		var inner []byte
		plain, inner = plain[:len(plain)-macSize], plain[len(plain)-macSize:]
		if !c.suite.authentic(c.mac, c.sequence, r, plain, inner) {
			return 0, nil, false
		}
	}
	if c.iv != nil {
		c.iv = slices.Clone(fragment[len(fragment)-size:])
	}
	c.sequence++
	return r.kind, plain, true
}

// stream12 is RC4, or no cipher at all, with an HMAC (RFC 5246, 6.2.3.1).
type stream12 struct {
	suite    suite
	stream   *rc4.Cipher
	mac      []byte
	sequence uint64
}

func (s *stream12) open(r record) (kind uint8, content []byte, ok bool) {
	if len(r.fragment) < s.suite.mac() {
		return 0, nil, false
	}
	plain := slices.Clone(r.fragment)
	if s.stream != nil {
		s.stream.XORKeyStream(plain, plain)
	}
	plain, mac := plain[:len(plain)-s.suite.mac()], plain[len(plain)-s.suite.mac():]
	if !s.suite.authentic(s.mac, s.sequence, r, plain, mac) {
		return 0, nil, false
	}
	s.sequence++
	return r.kind, plain, true
}

// The kinds of ciphers that can be opened.
const (
	cipherUnknown = iota
	cipherGCM
	cipherChaCha
	cipherCBC
	cipherRC4
	cipherNULL
)

// suite is what of a cipher suite matters for opening records.
type suite struct {
	cipher  int
	key     int // bytes
	triple  bool
	hash    func() hash.Hash // of HKDF or of the PRF of TLS 1.2
	macHash func() hash.Hash // of the records' HMAC
}

func (s suite) known() bool { return s.cipher != cipherUnknown }

func (s suite) mac() int {
	if s.macHash == nil {
		return 0
	}
	return s.macHash().Size()
}

// iv is what of the key block belongs to the IV: the fixed part of AES-GCM's
// (RFC 5288, 3), all of ChaCha20's (RFC 7905, 2), and of CBC's only in TLS 1.0.
func (s suite) iv(version uint16) int {
	const fixed, whole = 4, 12
	switch {
	case s.cipher == cipherGCM:
		return fixed
	case s.cipher == cipherChaCha:
		return whole
	case s.cipher == cipherCBC && version < versionTLS11 && s.triple:
		return des.BlockSize
	case s.cipher == cipherCBC && version < versionTLS11:
		return aes.BlockSize
	default:
		return 0
	}
}

// suiteOf reads a suite's ciphers off its registered name, which spells them out.
func suiteOf(name string) suite {
	const aes128, aes256, chacha, tripleDES = 16, 32, 32, 24
	has := func(part string) bool { return strings.Contains(name, part) }
	s := suite{hash: sha256.New}
	if has("SHA384") {
		s.hash = sha512.New384
	}
	switch {
	case has("AES_128_GCM"):
		s.cipher, s.key = cipherGCM, aes128
		return s
	case has("AES_256_GCM"):
		s.cipher, s.key = cipherGCM, aes256
		return s
	case has("CHACHA20_POLY1305"):
		s.cipher, s.key = cipherChaCha, chacha
		return s
	case has("AES_128_CBC"):
		s.cipher, s.key = cipherCBC, aes128
	case has("AES_256_CBC"):
		s.cipher, s.key = cipherCBC, aes256
	case has("3DES_EDE_CBC"):
		s.cipher, s.key, s.triple = cipherCBC, tripleDES, true
	case has("RC4_128"):
		s.cipher, s.key = cipherRC4, aes128
	case has("WITH_NULL"):
		s.cipher = cipherNULL
	default:
		return suite{}
	}
	switch {
	case has("SHA384"):
		s.macHash = sha512.New384
	case has("SHA256"):
		s.macHash = sha256.New
	case has("SHA"):
		s.macHash = sha1.New
	case has("MD5"):
		s.macHash = md5.New
	default:
		return suite{}
	}
	return s
}
