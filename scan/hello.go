package scan

import (
	"crypto/ecdh"
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"devca/tlsparams"
)

const (
	versionTLS10 = 0x0301
	versionTLS11 = 0x0302
	versionTLS12 = 0x0303
	versionTLS13 = 0x0304

	suiteRenegotiation = 0x00ff // RFC 5746, 3.3
	suiteFallback      = 0x5600 // RFC 7507, 3

	// IANA: TLS ExtensionType Values.
	extServerName     = 0
	extGroups         = 10
	extPointFormats   = 11
	extSchemes        = 13
	extHeartbeat      = 15
	extPadding        = 21
	extEncryptThenMAC = 22
	extExtendedMaster = 23
	extSessionTicket  = 35
	extVersions       = 43
	extKeyShare       = 51
	extRenegotiation  = 0xff01
)

// hello is a ClientHello to be (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2).
type hello struct {
	version uint16 // the newest that is offered; TLS 1.3 alone
	suites  []uint16
	groups  []uint16
	schemes []uint16
	name    string
	// share: with a key share, so that a server of TLS 1.3 goes on to choose a
	// certificate. Without, it answers with a HelloRetryRequest that names its group
	// and costs neither side any arithmetic (RFC 8446, 4.1.4 and 4.2.8).
	share    uint16
	compress bool // offer DEFLATE (RFC 3749)
}

// record gives the hello in its record.
func (h hello) record() ([]byte, error) {
	message, err := h.message(0)
	if err != nil {
		return nil, err
	}
	// Some load balancers take a hello of 256 to 511 bytes for one of SSL 2.0
	// (RFC 7685, 1).
	const tooSmall, enough = 256, 512
	if n := len(message); n >= tooSmall && n < enough {
		const header = 4
		if message, err = h.message(max(enough-n-header, 1)); err != nil {
			return nil, err
		}
	}
	var b cryptobyte.Builder
	b.AddUint8(typeHandshake)
	b.AddUint16(versionTLS10) // RFC 8446, 5.1: for servers that look at it
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(message) })
	return b.Bytes()
}

func (h hello) message(padding int) ([]byte, error) {
	const randomLength = 32
	noise := make([]byte, 2*randomLength)
	rand.Read(noise)
	var share []byte
	if h.share != 0 {
		var err error
		if share, err = publicKey(h.share); err != nil {
			return nil, err
		}
	}
	var b cryptobyte.Builder
	b.AddUint8(handshakeClientHello)
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint16(min(h.version, versionTLS12))
		b.AddBytes(noise[:randomLength])
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			if h.version == versionTLS13 {
				b.AddBytes(noise[randomLength:]) // middlebox compatibility (RFC 8446, D.4)
			}
		})
		addNumbers(b, h.suites)
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
			if h.compress {
				b.AddUint8(1)
			}
			b.AddUint8(0)
		})
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { h.extensions(b, share, padding) })
	})
	return b.Bytes()
}

func (h hello) extensions(b *cryptobyte.Builder, share []byte, padding int) {
	if name := sendable(h.name); name != "" {
		addExtension(b, extServerName, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0) // host_name
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
			})
		})
	}
	if len(h.groups) > 0 {
		addExtension(b, extGroups, func(b *cryptobyte.Builder) { addNumbers(b, h.groups) })
	}
	if len(h.schemes) > 0 && h.version >= versionTLS12 {
		addExtension(b, extSchemes, func(b *cryptobyte.Builder) { addNumbers(b, h.schemes) })
	}
	if h.version == versionTLS13 {
		addExtension(b, extVersions, func(b *cryptobyte.Builder) {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(versionTLS13) })
		})
		addExtension(b, extKeyShare, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				if share != nil {
					b.AddUint16(h.share)
					b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(share) })
				}
			})
		})
	} else {
		h.oldExtensions(b)
	}
	if padding > 0 {
		addExtension(b, extPadding, func(b *cryptobyte.Builder) { b.AddBytes(make([]byte, padding)) })
	}
}

// oldExtensions are those that a server up to TLS 1.2 says yes to by sending them
// back.
func (h hello) oldExtensions(b *cryptobyte.Builder) {
	if len(h.groups) > 0 {
		addExtension(b, extPointFormats, func(b *cryptobyte.Builder) {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte{0, 1, 2}) })
		})
	}
	addExtension(b, extRenegotiation, func(b *cryptobyte.Builder) { b.AddUint8(0) })
	addExtension(b, extHeartbeat, func(b *cryptobyte.Builder) { b.AddUint8(2) }) // peer_not_allowed_to_send
	for _, empty := range []uint16{extEncryptThenMAC, extExtendedMaster, extSessionTicket} {
		addExtension(b, empty, func(*cryptobyte.Builder) {})
	}
}

func addExtension(b *cryptobyte.Builder, kind uint16, body cryptobyte.BuilderContinuation) {
	b.AddUint16(kind)
	b.AddUint16LengthPrefixed(body)
}

func addNumbers(b *cryptobyte.Builder, numbers []uint16) {
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, n := range numbers {
			b.AddUint16(n)
		}
	})
}

// sendable is the name as a server name may be: no addresses, no dot at the end
// (RFC 6066, 3).
func sendable(name string) string {
	name = strings.TrimSuffix(name, ".")
	const longest = 255
	if _, err := netip.ParseAddr(name); err == nil || len(name) > longest {
		return ""
	}
	return name
}

// shares are the groups for which there is a key share, the likeliest first.
func shares() []uint16 { return []uint16{groupX25519, groupP256, groupP384, groupP521} }

const (
	groupP256   = 23
	groupP384   = 24
	groupP521   = 25
	groupX25519 = 29
)

// publicKey is a public key of the group, whose private one nobody keeps.
func publicKey(group uint16) ([]byte, error) {
	curve := ecdh.X25519()
	switch group {
	case groupP256:
		curve = ecdh.P256()
	case groupP384:
		curve = ecdh.P384()
	case groupP521:
		curve = ecdh.P521()
	}
	key, err := curve.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return key.PublicKey().Bytes(), nil
}

// kindSchemes are the signature schemes of one kind of key; of all kinds if it is
// empty.
func kindSchemes(kind string) []uint16 {
	switch kind {
	case RSA:
		// rsa_pss_rsae, rsa_pss_pss, rsa_pkcs1.
		return []uint16{0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201}
	case ECDSA:
		// With P-256, P-384, P-521, brainpool (RFC 8734), SHA-224 and SHA-1.
		return []uint16{0x0403, 0x0503, 0x0603, 0x081a, 0x081b, 0x081c, 0x0303, 0x0203}
	case Ed25519:
		return []uint16{0x0807}
	case Ed448:
		return []uint16{0x0808}
	}
	const dsa, dsaSHA1 = 0x0402, 0x0202
	all := append(kindSchemes(ECDSA), kindSchemes(Ed25519)...)
	all = append(all, kindSchemes(Ed448)...)
	return append(append(all, kindSchemes(RSA)...), dsa, dsaSHA1)
}

// suitesOf are all suites that a version can have, the best first: a server that
// goes by the client's order then shows what good clients get from it.
func suitesOf(version uint16) []uint16 {
	var ids []uint16
	for _, strength := range []tlsparams.Strength{tlsparams.Strong, tlsparams.Legacy, tlsparams.Weak, tlsparams.Broken} {
		for _, suite := range tlsparams.Suites() {
			if suite.TLS13 == (version == versionTLS13) && suite.Strength == strength {
				ids = append(ids, suite.ID)
			}
		}
	}
	return ids
}

// commonSuites are those that servers in use have: for servers that stumble over
// a long list.
func commonSuites(version uint16) []uint16 {
	return slices.DeleteFunc(suitesOf(version), func(id uint16) bool {
		suite := tlsparams.Suite(id)
		return suite.Strength == tlsparams.Broken || suite.Authentication == "PSK" ||
			!suite.TLS13 && !slices.Contains([]string{"ECDHE", "DHE", "RSA"}, suite.KeyExchange) ||
			strings.Contains(suite.Name, "ARIA") || strings.Contains(suite.Name, "CAMELLIA")
	})
}

// groupsOf are the groups that a version can have.
func groupsOf(version uint16) []uint16 {
	const firstFinite, lastFinite, brainpool13, firstBrainpool, lastBrainpool = 0x0100, 0x01ff, 0x001f, 0x001a, 0x001c
	var ids []uint16
	for _, group := range tlsparams.Groups() {
		finite := group.ID >= firstFinite && group.ID <= lastFinite
		if version == versionTLS13 {
			if group.Legacy && !group.PostQuantum || group.ID >= firstBrainpool && group.ID <= lastBrainpool {
				continue
			}
		} else if group.PostQuantum || finite || group.ID >= brainpool13 && group.ID < brainpool13+3 {
			continue
		}
		ids = append(ids, group.ID)
	}
	return ids
}
