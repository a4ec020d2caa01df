package tlsparams

import "fmt"

// GroupInfo is a group or a mechanism for the key agreement (IANA: TLS Supported
// Groups).
type GroupInfo struct {
	ID          uint16
	Name        string
	PostQuantum bool // also holds against a quantum computer
	Legacy      bool // should not be needed any more
}

// Group describes a group by its number.
func Group(id uint16) GroupInfo {
	for _, g := range groups {
		if g.ID == id {
			return g
		}
	}
	if IsGREASE(id) {
		return GroupInfo{ID: id, Name: "GREASE"}
	}
	return GroupInfo{ID: id, Name: fmt.Sprintf("0x%04x", id)}
}

// Groups are all that are known, the ones in use today first.
func Groups() []GroupInfo { return append([]GroupInfo(nil), groups[:]...) }

var groups = [...]GroupInfo{
	{ID: 0x11ec, Name: "X25519MLKEM768", PostQuantum: true}, // draft-ietf-tls-ecdhe-mlkem
	{ID: 0x11eb, Name: "SecP256r1MLKEM768", PostQuantum: true},
	{ID: 0x11ed, Name: "SecP384r1MLKEM1024", PostQuantum: true},
	{ID: 0x001d, Name: "x25519"},
	{ID: 0x0017, Name: "secp256r1"},
	{ID: 0x0018, Name: "secp384r1"},
	{ID: 0x0019, Name: "secp521r1"},
	{ID: 0x001e, Name: "x448"},
	{ID: 0x0200, Name: "MLKEM512", PostQuantum: true},
	{ID: 0x0201, Name: "MLKEM768", PostQuantum: true},
	{ID: 0x0202, Name: "MLKEM1024", PostQuantum: true},
	{ID: 0x6399, Name: "X25519Kyber768Draft00", PostQuantum: true, Legacy: true},
	{ID: 0x639a, Name: "SecP256r1Kyber768Draft00", PostQuantum: true, Legacy: true},
	{ID: 0x0100, Name: "ffdhe2048"},
	{ID: 0x0101, Name: "ffdhe3072"},
	{ID: 0x0102, Name: "ffdhe4096"},
	{ID: 0x0103, Name: "ffdhe6144"},
	{ID: 0x0104, Name: "ffdhe8192"},
	{ID: 0x001a, Name: "brainpoolP256r1"},
	{ID: 0x001b, Name: "brainpoolP384r1"},
	{ID: 0x001c, Name: "brainpoolP512r1"},
	{ID: 0x001f, Name: "brainpoolP256r1tls13"},
	{ID: 0x0020, Name: "brainpoolP384r1tls13"},
	{ID: 0x0021, Name: "brainpoolP512r1tls13"},
	{ID: 0x0029, Name: "curveSM2"},
	{ID: 0x0001, Name: "sect163k1", Legacy: true},
	{ID: 0x0002, Name: "sect163r1", Legacy: true},
	{ID: 0x0003, Name: "sect163r2", Legacy: true},
	{ID: 0x0004, Name: "sect193r1", Legacy: true},
	{ID: 0x0005, Name: "sect193r2", Legacy: true},
	{ID: 0x0006, Name: "sect233k1", Legacy: true},
	{ID: 0x0007, Name: "sect233r1", Legacy: true},
	{ID: 0x0008, Name: "sect239k1", Legacy: true},
	{ID: 0x0009, Name: "sect283k1", Legacy: true},
	{ID: 0x000a, Name: "sect283r1", Legacy: true},
	{ID: 0x000b, Name: "sect409k1", Legacy: true},
	{ID: 0x000c, Name: "sect409r1", Legacy: true},
	{ID: 0x000d, Name: "sect571k1", Legacy: true},
	{ID: 0x000e, Name: "sect571r1", Legacy: true},
	{ID: 0x000f, Name: "secp160k1", Legacy: true},
	{ID: 0x0010, Name: "secp160r1", Legacy: true},
	{ID: 0x0011, Name: "secp160r2", Legacy: true},
	{ID: 0x0012, Name: "secp192k1", Legacy: true},
	{ID: 0x0013, Name: "secp192r1", Legacy: true},
	{ID: 0x0014, Name: "secp224k1", Legacy: true},
	{ID: 0x0015, Name: "secp224r1", Legacy: true},
	{ID: 0x0016, Name: "secp256k1", Legacy: true},
}
