package trace

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"devca/tlsparams"
)

type (
	pointFormatsBody struct{ formats []byte }
	numberBody       struct {
		name   string
		number uint16
	}
	compressionsBody struct{ algorithms []uint16 }
	echBody          struct {
		inner     bool
		kdf, aead uint16
		config    uint8
		enc       []byte
		payload   int
	}
)

// parseSmall takes the extensions apart that are a number or a short list.
func (e *Extension) parseSmall(data cryptobyte.String, in Kind) bool {
	switch e.Type {
	case extPointFormats:
		var formats cryptobyte.String
		ok := data.ReadUint8LengthPrefixed(&formats) && data.Empty()
		e.Body = &pointFormatsBody{formats}
		return ok
	case extMaxFragment:
		var code uint8
		ok := data.ReadUint8(&code) && data.Empty()
		e.Body = &numberBody{"max_fragment_length", 1 << (8 + min(code, 4))} // RFC 6066, 4
		return ok
	case extRecordSize:
		v := &numberBody{name: "record_size_limit"}
		e.Body = v
		return data.ReadUint16(&v.number) && data.Empty()
	case extCompressCertificate:
		v := &compressionsBody{}
		e.Body = v
		var list cryptobyte.String
		return data.ReadUint8LengthPrefixed(&list) && data.Empty() && readUint16s(list, &v.algorithms)
	case extECH:
		return e.parseECH(data, in)
	default:
		return true
	}
}

// parseECH reads what of Encrypted Client Hello is in the clear (RFC 9849, 5).
// What the payload says cannot be read without the server's key, and whether it
// says anything is not to be seen.
func (e *Extension) parseECH(data cryptobyte.String, in Kind) bool {
	if in != KindClientHello { // new configurations, or a confirmation
		return true
	}
	v := &echBody{}
	e.Body = v
	var kind uint8
	if !data.ReadUint8(&kind) {
		return false
	}
	const outer, inner = 0, 1
	if kind == inner {
		v.inner = true
		return data.Empty()
	}
	var enc, payload cryptobyte.String
	ok := kind == outer && data.ReadUint16(&v.kdf) && data.ReadUint16(&v.aead) && data.ReadUint8(&v.config) &&
		data.ReadUint16LengthPrefixed(&enc) && data.ReadUint16LengthPrefixed(&payload) && data.Empty()
	v.enc, v.payload = enc, len(payload)
	return ok
}

// smallContent shows what parseSmall understood, and the key exchange modes.
func (e *Extension) smallContent() []Field {
	switch v := e.Body.(type) {
	case *pointFormatsBody:
		return namedBytes("format", v.formats, "uncompressed", "ansiX962_compressed_prime", "ansiX962_compressed_char2")
	case *modesBody:
		return namedBytes("mode", v.modes, "psk_ke", "psk_dhe_ke")
	case *cookieBody:
		return []Field{bytesField("cookie", v.cookie)}
	case *numberBody:
		return []Field{{Name: v.name, Value: strconv.Itoa(int(v.number))}}
	case *compressionsBody:
		return []Field{numbersField("algorithms", v.algorithms, compressionName)}
	case *echBody:
		if v.inner {
			return []Field{{Name: "type", Value: "inner"}}
		}
		return []Field{
			{Name: "type", Value: "outer"},
			{Name: "kdf_id", Value: fmt.Sprintf("0x%04x %s", v.kdf, tlsparams.HPKEKDFName(v.kdf))},
			{Name: "aead_id", Value: fmt.Sprintf("0x%04x %s", v.aead, tlsparams.HPKEAEADName(v.aead))},
			{Name: "config_id", Value: strconv.Itoa(int(v.config))},
			bytesField("enc", v.enc),
			{Name: "payload", Value: counted(v.payload, "byte")},
		}
	default:
		return nil
	}
}

// namedBytes shows one-byte values by their names, in the order of their numbers.
func namedBytes(field string, values []byte, names ...string) []Field {
	fields := []Field{}
	for _, value := range values {
		name := strconv.Itoa(int(value))
		if int(value) < len(names) {
			name = names[value] + " (" + name + ")"
		}
		fields = append(fields, Field{Name: field, Value: name})
	}
	return fields
}

// compressionName is an algorithm of RFC 8879, 7.3.
func compressionName(algorithm uint16) string {
	names := [...]string{1: "zlib", 2: "brotli", 3: "zstd"}
	if int(algorithm) < len(names) && names[algorithm] != "" {
		return names[algorithm]
	}
	return "unknown"
}

// SCT is a log's promise to show a certificate to everybody (RFC 6962, 3.2).
type SCT struct {
	Version uint8
	Log     []byte // its key's SHA-256
	Time    time.Time
	Scheme  uint16 // of the signature, which is not looked at
}

// ParseSCT reads a signed certificate timestamp.
func ParseSCT(data []byte) (SCT, bool) {
	const logLength = 32
	var sct SCT
	var at uint64
	var extensions, signature cryptobyte.String
	body := cryptobyte.String(data)
	ok := body.ReadUint8(&sct.Version) && body.ReadBytes(&sct.Log, logLength) && body.ReadUint64(&at) &&
		body.ReadUint16LengthPrefixed(&extensions) && body.ReadUint16(&sct.Scheme) && body.ReadUint16LengthPrefixed(&signature) && body.Empty()
	const latest = 1 << 48 // milliseconds: the year 10889
	sct.Time = time.UnixMilli(int64(min(at, latest))).UTC()
	return sct, ok
}

// ParseSCTList reads a list of timestamps as an extension has it, also that of a
// certificate (RFC 6962, 3.3).
func ParseSCTList(data []byte) ([][]byte, bool) {
	e := &Extension{Type: extSCT}
	ok := e.parseSCT(data)
	if body, has := e.Body.(*sctBody); has {
		return body.list, ok
	}
	return nil, ok
}

// EmbeddedSCTs gives the timestamps that a certificate has in itself
// (RFC 6962, 3.3).
func EmbeddedSCTs(c *x509.Certificate) [][]byte {
	list := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	for _, e := range c.Extensions {
		var content []byte
		if !e.Id.Equal(list) {
			continue
		}
		if rest, err := asn1.Unmarshal(e.Value, &content); err == nil && len(rest) == 0 {
			scts, _ := ParseSCTList(content)
			return scts
		}
	}
	return nil
}

// sctFields show the timestamps of a list.
func sctFields(list [][]byte) []Field {
	fields := []Field{{Name: "timestamps", Value: strconv.Itoa(len(list))}}
	for _, data := range list {
		sct, ok := ParseSCT(data)
		if !ok {
			fields = append(fields, bytesField("unreadable", data))
			continue
		}
		fields = append(fields, Field{Name: "timestamp", Fields: []Field{
			{Name: "version", Value: strconv.Itoa(int(sct.Version) + 1)},
			bytesField("log_id", sct.Log),
			{Name: "time", Value: sct.Time.Format("2006-01-02 15:04:05.000") + " UTC"},
			{Name: "signature_algorithm", Value: fmt.Sprintf("0x%04x %s", sct.Scheme, tlsparams.SchemeName(sct.Scheme))},
		}})
	}
	return fields
}
