package trace

import (
	"golang.org/x/crypto/cryptobyte"

	"devca/tlsparams"
)

// The extensions that are taken apart (IANA: TLS ExtensionType Values).
const (
	extServerName          = 0
	extMaxFragment         = 1
	extStatusRequest       = 5
	extGroups              = 10
	extPointFormats        = 11
	extSignatureAlgorithms = 13
	extALPN                = 16
	extSCT                 = 18
	extEncryptThenMAC      = 22
	extMasterSecret        = 23
	extCompressCertificate = 27
	extRecordSize          = 28
	extDelegated           = 34
	extSessionTicket       = 35
	extPSK                 = 41
	extEarlyData           = 42
	extVersions            = 43
	extCookie              = 44
	extPSKModes            = 45
	extAuthorities         = 47
	extSchemesCert         = 50
	extKeyShare            = 51
	extECH                 = 0xfe0d

	versionSSL30 = 0x0300
)

// maxExtensions bounds a list: browsers send under thirty.
const maxExtensions = 512

// Extension is one extension of a message.
type Extension struct {
	Type    uint16
	Name    string
	Data    []byte
	Body    any // what was understood of it; nil: nothing
	Problem string
}

type (
	serverNameBody  struct{ name string }
	versionsBody    struct{ numbers []uint16 }
	groupsBody      struct{ numbers []uint16 }
	schemesBody     struct{ numbers []uint16 }
	sharesBody      struct{ shares []KeyShare }
	alpnBody        struct{ names []string }
	modesBody       struct{ modes []byte }
	cookieBody      struct{ cookie []byte }
	sctBody         struct{ list [][]byte }
	stapleBody      struct{ response []byte }
	earlyBody       struct{ size uint32 }
	authoritiesBody struct{ names [][]byte }
	pskBody         struct {
		identities [][]byte
		ages       []uint32 // of tickets, obfuscated
		binders    [][]byte
		chosen     uint16
	}
)

// parseExtensions reads a list with its length. Those that were read before
// something went wrong are given, too.
func parseExtensions(body *cryptobyte.String, in Kind) ([]Extension, bool) {
	var list cryptobyte.String
	if !body.ReadUint16LengthPrefixed(&list) {
		return nil, false
	}
	var extensions []Extension
	for !list.Empty() {
		var e Extension
		var data cryptobyte.String
		if len(extensions) >= maxExtensions || !list.ReadUint16(&e.Type) || !list.ReadUint16LengthPrefixed(&data) {
			return extensions, false
		}
		e.Data, e.Name = data, tlsparams.ExtensionName(e.Type)
		if !e.parse(in) {
			e.Problem = "its content is not of the form that its name says"
		}
		extensions = append(extensions, e)
	}
	return extensions, true
}

// parse takes an extension's content apart; what is in it depends on the message.
func (e *Extension) parse(in Kind) bool {
	data := cryptobyte.String(e.Data)
	switch e.Type {
	case extServerName:
		return e.parseServerName(data)
	case extVersions:
		return e.parseVersions(data, in)
	case extGroups:
		v := &groupsBody{}
		e.Body = v
		return readList16(data, &v.numbers)
	case extSignatureAlgorithms, extSchemesCert, extDelegated:
		v := &schemesBody{}
		e.Body = v
		return readList16(data, &v.numbers)
	case extKeyShare:
		return e.parseKeyShare(data, in)
	case extALPN:
		return e.parseALPN(data)
	case extPSK:
		return e.parsePSK(data, in)
	case extPSKModes:
		var modes cryptobyte.String
		ok := data.ReadUint8LengthPrefixed(&modes) && data.Empty()
		e.Body = &modesBody{modes}
		return ok
	case extCookie:
		var cookie cryptobyte.String
		ok := data.ReadUint16LengthPrefixed(&cookie) && data.Empty()
		e.Body = &cookieBody{cookie}
		return ok
	case extSCT:
		return e.parseSCT(data)
	case extStatusRequest:
		return e.parseStaple(data, in)
	case extEarlyData:
		return e.parseEarlyData(data, in)
	case extAuthorities:
		v := &authoritiesBody{}
		e.Body = v
		return readNames(data, &v.names)
	default:
		return e.parseSmall(data, in)
	}
}

func (e *Extension) parseServerName(data cryptobyte.String) bool {
	if data.Empty() { // the server's acknowledgement
		return true
	}
	var list, name cryptobyte.String
	var kind uint8
	ok := data.ReadUint16LengthPrefixed(&list) && data.Empty() && list.ReadUint8(&kind) && list.ReadUint16LengthPrefixed(&name) && list.Empty() && kind == 0
	e.Body = &serverNameBody{string(name)}
	return ok
}

func (e *Extension) parseVersions(data cryptobyte.String, in Kind) bool {
	v := &versionsBody{}
	e.Body = v
	if in != KindClientHello {
		return readUint16s(data, &v.numbers) && len(v.numbers) == 1
	}
	var list cryptobyte.String
	return data.ReadUint8LengthPrefixed(&list) && data.Empty() && readUint16s(list, &v.numbers)
}

func (e *Extension) parseKeyShare(data cryptobyte.String, in Kind) bool {
	v := &sharesBody{}
	e.Body = v
	one := func(s *cryptobyte.String) bool {
		var share KeyShare
		var key cryptobyte.String
		ok := s.ReadUint16(&share.Group) && (in == KindHelloRetryRequest || s.ReadUint16LengthPrefixed(&key))
		share.Key = key
		if ok {
			v.shares = append(v.shares, share)
		}
		return ok
	}
	if in != KindClientHello {
		return one(&data) && data.Empty()
	}
	var list cryptobyte.String
	if !data.ReadUint16LengthPrefixed(&list) || !data.Empty() {
		return false
	}
	for !list.Empty() {
		if len(v.shares) >= maxExtensions || !one(&list) {
			return false
		}
	}
	return true
}

func (e *Extension) parseALPN(data cryptobyte.String) bool {
	v := &alpnBody{}
	e.Body = v
	var list cryptobyte.String
	if !data.ReadUint16LengthPrefixed(&list) || !data.Empty() {
		return false
	}
	for !list.Empty() {
		var name cryptobyte.String
		if len(v.names) >= maxExtensions || !list.ReadUint8LengthPrefixed(&name) {
			return false
		}
		v.names = append(v.names, string(name))
	}
	return true
}

func (e *Extension) parsePSK(data cryptobyte.String, in Kind) bool {
	v := &pskBody{}
	e.Body = v
	if in != KindClientHello {
		return data.ReadUint16(&v.chosen) && data.Empty()
	}
	var identities, binders, identity cryptobyte.String
	var age uint32
	if !data.ReadUint16LengthPrefixed(&identities) || !data.ReadUint16LengthPrefixed(&binders) || !data.Empty() {
		return false
	}
	for !identities.Empty() {
		if len(v.identities) >= maxExtensions || !identities.ReadUint16LengthPrefixed(&identity) || !identities.ReadUint32(&age) {
			return false
		}
		v.identities, v.ages = append(v.identities, identity), append(v.ages, age)
	}
	for !binders.Empty() {
		var binder cryptobyte.String
		if len(v.binders) >= maxExtensions || !binders.ReadUint8LengthPrefixed(&binder) {
			return false
		}
		v.binders = append(v.binders, binder)
	}
	return len(v.binders) == len(v.identities)
}

func (e *Extension) parseSCT(data cryptobyte.String) bool {
	v := &sctBody{}
	e.Body = v
	if data.Empty() { // the client's wish
		return true
	}
	var list cryptobyte.String
	if !data.ReadUint16LengthPrefixed(&list) || !data.Empty() {
		return false
	}
	for !list.Empty() {
		var one cryptobyte.String
		if len(v.list) >= maxExtensions || !list.ReadUint16LengthPrefixed(&one) {
			return false
		}
		v.list = append(v.list, one)
	}
	return true
}

// parseStaple reads an OCSP response where there is one: in TLS 1.3 it is an
// extension of the certificate (RFC 8446, 4.4.2.1).
func (e *Extension) parseStaple(data cryptobyte.String, in Kind) bool {
	if in != KindCertificate {
		return true
	}
	const ocsp = 1
	var kind uint8
	var response cryptobyte.String
	ok := data.ReadUint8(&kind) && kind == ocsp && data.ReadUint24LengthPrefixed(&response) && data.Empty()
	e.Body = &stapleBody{response}
	return ok
}

func (e *Extension) parseEarlyData(data cryptobyte.String, in Kind) bool {
	if in != KindNewSessionTicket {
		return data.Empty()
	}
	v := &earlyBody{}
	e.Body = v
	return data.ReadUint32(&v.size) && data.Empty()
}

func readList16(data cryptobyte.String, numbers *[]uint16) bool {
	var list cryptobyte.String
	return data.ReadUint16LengthPrefixed(&list) && data.Empty() && readUint16s(list, numbers)
}

// readNames reads distinguished names (RFC 8446, 4.2.4).
func readNames(data cryptobyte.String, names *[][]byte) bool {
	var list cryptobyte.String
	if !data.ReadUint16LengthPrefixed(&list) || !data.Empty() {
		return false
	}
	for !list.Empty() {
		var name cryptobyte.String
		if !list.ReadUint16LengthPrefixed(&name) {
			return false
		}
		*names = append(*names, name)
	}
	return true
}
