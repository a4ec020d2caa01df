package trace

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"devca/tlsparams"
)

// Fields gives all of a message's fields by name, for people and for comparing.
func (m *Message) Fields() []Field {
	switch body := m.Body.(type) {
	case *ClientHello:
		return body.fields()
	case *ServerHello:
		return body.fields()
	case *EncryptedExtensions:
		return []Field{extensionFields(body.Extensions)}
	case *CertificateRequest:
		return body.fields()
	case *Certificate:
		return body.fields()
	case *CertificateVerify:
		return signatureFields(body.Scheme, body.Signature)
	case *ServerKeyExchange:
		return body.fields()
	case *ClientKeyExchange:
		if body.Identity != nil {
			return []Field{bytesField("psk_identity", body.Identity), bytesField("key", body.Key)}
		}
		return []Field{bytesField("key", body.Key)}
	case *CertificateStatus:
		return []Field{bytesField("ocsp_response", body.Response)}
	case *NewSessionTicket:
		return body.fields()
	case *Finished:
		return []Field{bytesField("verify_data", body.VerifyData)}
	case *KeyUpdate:
		return []Field{{Name: "update_requested", Value: strconv.FormatBool(body.Requested)}}
	case *Alert:
		return []Field{{Name: "fatal", Value: strconv.FormatBool(body.Fatal)}, {Name: "description", Value: body.String()}}
	case *Frame:
		return body.fields()
	case *ApplicationData:
		return []Field{{Name: "records", Value: strconv.Itoa(body.Records)}, {Name: "bytes", Value: strconv.Itoa(body.Bytes)}}
	default:
		return nil
	}
}

// bytesField shows bytes as lower-case hexadecimal digits; long ones by their
// length and beginning.
func bytesField(name string, b []byte) Field {
	const shown = 64
	switch {
	case len(b) == 0:
		return Field{Name: name, Value: "empty"}
	case len(b) > shown:
		return Field{Name: name, Value: fmt.Sprintf("%d bytes: %s…", len(b), hex.EncodeToString(b[:shown]))}
	default:
		return Field{Name: name, Value: hex.EncodeToString(b)}
	}
}

func numbersField(name string, numbers []uint16, naming func(uint16) string) Field {
	field := Field{Name: name}
	for _, number := range numbers {
		field.Fields = append(field.Fields, Field{Name: fmt.Sprintf("0x%04x", number), Value: naming(number)})
	}
	if field.Fields == nil {
		field.Value = "none"
	}
	return field
}

func suiteName(id uint16) string { return tlsparams.Suite(id).Name }
func groupName(id uint16) string { return tlsparams.Group(id).Name }

func (h *ClientHello) fields() []Field {
	return []Field{
		{Name: "legacy_version", Value: tlsparams.VersionName(h.Version)},
		bytesField("random", h.Random),
		bytesField("legacy_session_id", h.SessionID),
		numbersField("cipher_suites", h.Suites, suiteName),
		bytesField("legacy_compression_methods", h.Compression),
		extensionFields(h.Extensions),
	}
}

func (h *ServerHello) fields() []Field {
	return []Field{
		{Name: "legacy_version", Value: tlsparams.VersionName(h.Legacy)},
		bytesField("random", h.Random),
		bytesField("legacy_session_id_echo", h.SessionID),
		{Name: "cipher_suite", Value: fmt.Sprintf("0x%04x %s", h.Suite, suiteName(h.Suite))},
		{Name: "legacy_compression_method", Value: strconv.Itoa(int(h.Compression))},
		extensionFields(h.Extensions),
	}
}

func (m *CertificateRequest) fields() []Field {
	var fields []Field
	if m.Types != nil {
		fields = append(fields, bytesField("certificate_types", m.Types))
	} else {
		fields = append(fields, bytesField("certificate_request_context", m.Context))
	}
	if m.Extensions != nil {
		return append(fields, extensionFields(m.Extensions))
	}
	return append(fields, numbersField("supported_signature_algorithms", m.Schemes, tlsparams.SchemeName), namesField(m.Authorities))
}

func namesField(names [][]byte) Field {
	field := Field{Name: "certificate_authorities"}
	for _, der := range names {
		var sequence pkix.RDNSequence
		text := hex.EncodeToString(der)
		if rest, err := asn1.Unmarshal(der, &sequence); err == nil && len(rest) == 0 {
			text = sequence.String()
		}
		field.Fields = append(field.Fields, Field{Name: "name", Value: text})
	}
	if field.Fields == nil {
		field.Value = "none"
	}
	return field
}

func (m *Certificate) fields() []Field {
	var fields []Field
	if m.Context != nil {
		fields = append(fields, bytesField("certificate_request_context", m.Context))
	}
	for i, entry := range m.Entries {
		one := Field{Name: "certificate " + strconv.Itoa(i), Fields: []Field{{Name: "length", Value: strconv.Itoa(len(entry.DER))}}}
		if c, err := x509.ParseCertificate(entry.DER); err == nil {
			one.Fields = append(
				one.Fields,
				Field{Name: "subject", Value: c.Subject.String()}, Field{Name: "issuer", Value: c.Issuer.String()},
				Field{Name: "names", Value: namesOf(c)},
				Field{Name: "valid", Value: c.NotBefore.UTC().Format("2006-01-02 15:04:05") + " to " + c.NotAfter.UTC().Format("2006-01-02 15:04:05") + " UTC"},
			)
		}
		if len(entry.Extensions) > 0 {
			one.Fields = append(one.Fields, extensionFields(entry.Extensions))
		}
		fields = append(fields, one)
	}
	return fields
}

func signatureFields(scheme uint16, signature []byte) []Field {
	var fields []Field
	if scheme != 0 {
		fields = append(fields, Field{Name: "algorithm", Value: fmt.Sprintf("0x%04x %s", scheme, tlsparams.SchemeName(scheme))})
	}
	return append(fields, bytesField("signature", signature))
}

func (m *ServerKeyExchange) fields() []Field {
	var fields []Field
	if m.Hint != nil {
		fields = append(fields, bytesField("psk_identity_hint", m.Hint))
	}
	switch {
	case m.Group != 0:
		fields = append(fields, Field{Name: "named_curve", Value: fmt.Sprintf("0x%04x %s", m.Group, groupName(m.Group))})
	case m.Bits != 0:
		fields = append(fields, Field{Name: "dh_p", Value: strconv.Itoa(m.Bits) + " bits"})
	}
	fields = append(fields, bytesField("public", m.Key))
	if m.Signature != nil {
		fields = append(fields, signatureFields(m.Scheme, m.Signature)...)
	}
	return fields
}

func (m *NewSessionTicket) fields() []Field {
	fields := []Field{{Name: "ticket_lifetime", Value: m.Lifetime.String()}}
	if m.Nonce != nil {
		fields = append(fields, Field{Name: "ticket_age_add", Value: strconv.FormatUint(uint64(m.AgeAdd), 10)}, bytesField("ticket_nonce", m.Nonce))
	}
	fields = append(fields, bytesField("ticket", m.Ticket))
	if len(m.Extensions) > 0 {
		fields = append(fields, extensionFields(m.Extensions))
	}
	return fields
}

func (f *Frame) fields() []Field {
	fields := []Field{
		{Name: "type", Value: f.TypeName()},
		{Name: "length", Value: strconv.Itoa(f.Length)},
		{Name: "flags", Value: strings.Join(append([]string{fmt.Sprintf("0x%02x", f.Flags)}, f.FlagNames()...), " ")},
		{Name: "stream", Value: strconv.FormatUint(uint64(f.Stream), 10)},
	}
	for _, setting := range f.Settings {
		fields = append(fields, Field{Name: settingName(setting.ID), Value: strconv.FormatUint(uint64(setting.Value), 10)})
	}
	switch f.Type {
	case frameGoAway, frameReset:
		fields = append(fields, Field{Name: "error", Value: frameErrorName(f.Number)})
	case frameWindowUpdate:
		fields = append(fields, Field{Name: "increment", Value: strconv.FormatUint(uint64(f.Number), 10)})
	}
	return fields
}

func extensionFields(extensions []Extension) Field {
	field := Field{Name: "extensions"}
	for i := range extensions {
		e := &extensions[i]
		one := Field{Name: fmt.Sprintf("%s (%d)", e.Name, e.Type), Fields: e.content()}
		if one.Fields == nil {
			one.Value = bytesField("", e.Data).Value
		}
		if e.Problem != "" {
			one.Fields = append(one.Fields, Field{Name: "problem", Value: e.Problem}, bytesField("data", e.Data))
			one.Value = ""
		}
		field.Fields = append(field.Fields, one)
	}
	if field.Fields == nil {
		field.Value = "none"
	}
	return field
}

// content shows what was understood of an extension; nil: nothing.
func (e *Extension) content() []Field {
	switch v := e.Body.(type) {
	case *serverNameBody:
		return []Field{{Name: "host_name", Value: v.name}}
	case *versionsBody:
		return []Field{numbersField("versions", v.numbers, tlsparams.VersionName)}
	case *groupsBody:
		return []Field{numbersField("named_group_list", v.numbers, groupName)}
	case *schemesBody:
		return []Field{numbersField("supported_signature_algorithms", v.numbers, tlsparams.SchemeName)}
	case *sharesBody:
		var fields []Field
		for _, share := range v.shares {
			fields = append(fields, Field{Name: groupName(share.Group), Fields: []Field{bytesField("key_exchange", share.Key)}})
		}
		return fields
	case *alpnBody:
		var fields []Field
		for _, name := range v.names {
			fields = append(fields, Field{Name: "protocol", Value: name})
		}
		return fields
	case *pskBody:
		if len(v.identities) > 0 {
			var fields []Field
			for i, identity := range v.identities {
				fields = append(fields, bytesField("identity", identity))
				if i < len(v.ages) {
					fields = append(fields, Field{Name: "obfuscated_ticket_age", Value: strconv.FormatUint(uint64(v.ages[i]), 10)})
				}
			}
			for _, binder := range v.binders {
				fields = append(fields, bytesField("binder", binder))
			}
			return fields
		}
		return []Field{{Name: "selected_identity", Value: strconv.Itoa(int(v.chosen))}}
	case *earlyBody:
		return []Field{{Name: "max_early_data_size", Value: strconv.FormatUint(uint64(v.size), 10)}}
	case *sctBody:
		return sctFields(v.list)
	case *stapleBody:
		return []Field{bytesField("ocsp_response", v.response)}
	case *authoritiesBody:
		return []Field{namesField(v.names)}
	default:
		return e.smallContent()
	}
}
