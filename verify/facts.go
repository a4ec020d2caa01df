package verify

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// facts are what the rules ask about one certificate and crypto/x509 does not
// tell, or tells in a form that hides the difference between absent and empty.
type facts struct {
	basicConstraints, keyUsage, extKeyUsage, altName, constraints, authorityKey, subjectKey extension

	bits       asn1.BitString // of the key usage
	eku        purposes
	authority  authorityKey
	names      []generalName           // of the alternative names that x509 leaves out: directory, other
	subtrees   []subtree               // of the name constraints, those x509 leaves out
	emptyName  bool                    // a dNSName without a character
	policy     bool                    // demands explicit policies, or limits them
	odd        []string                // critical extensions that must not be: authority information access, key identifiers
	softPolicy bool                    // policy constraints not marked critical
	critical   []asn1.ObjectIdentifier // the critical extensions that not every client knows
	netscape   extension               // Netscape's certificate type
	kinds      asn1.BitString          // its content
	feature    bool                    // it demands something of TLS
	common     []string                // every common name, in order
}

// extension says how an extension is there.
type extension struct{ present, critical bool }

type purposes struct {
	server, client, email, any bool
	responder                  bool // OCSP
	stepUp, gated              bool // Netscape's and Microsoft's server gated crypto
	count                      int
}

// allows says whether the certificate may be used so. any counts where the client
// lets it.
func (p purposes) allows(usage Usage) bool {
	switch usage {
	case Client:
		return p.client
	case Email:
		return p.email
	default:
		return p.server
	}
}

// authorityKey is the content of an authority key identifier (RFC 5280, 4.2.1.1).
type authorityKey struct {
	id             []byte
	issuer, serial bool
	name           []byte // of the issuer's issuer, a Name; nil: no directory name
	number         []byte // the issuer's serial number, as in an INTEGER
}

// The extensions that the rules read themselves (RFC 5280, 4.2).
var (
	oidSubjectKey        = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKeyUsage          = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidAltName           = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidBasicConstraints  = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidNameConstraints   = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidPolicyConstraints = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidAuthorityKey      = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidExtKeyUsage       = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidPolicies          = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidPolicyMappings    = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidInhibitAnyPolicy  = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidRevocationPoints  = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidIssuerAltName     = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidNetscapeType      = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}
	oidFeature           = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
	oidCommonName        = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidAuthorityInfo     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
)

func factsOf(c *x509.Certificate) facts {
	var f facts
	for _, e := range c.Extensions {
		at := extension{present: true, critical: e.Critical}
		switch {
		case e.Id.Equal(oidBasicConstraints):
			f.basicConstraints = at
		case e.Id.Equal(oidKeyUsage):
			f.keyUsage = at
			_, _ = asn1.Unmarshal(e.Value, &f.bits) // x509 has read it; what it let pass is empty
		case e.Id.Equal(oidExtKeyUsage):
			f.extKeyUsage, f.eku = at, purposesOf(c)
		case e.Id.Equal(oidAltName):
			f.altName = at
			f.readNames(e.Value)
		case e.Id.Equal(oidNameConstraints):
			f.constraints = at
			f.subtrees = otherSubtrees(e.Value)
		case e.Id.Equal(oidAuthorityKey):
			f.authorityKey, f.authority = at, readAuthorityKey(e.Value)
			f.mustNotBeCritical(e, "authority key identifier")
		case e.Id.Equal(oidSubjectKey):
			f.subjectKey = at
			f.mustNotBeCritical(e, "subject key identifier")
		case e.Id.Equal(oidAuthorityInfo):
			f.mustNotBeCritical(e, "authority information access")
		case e.Id.Equal(oidPolicyConstraints):
			f.softPolicy = !e.Critical
		case e.Id.Equal(oidFeature):
			f.feature = true
		case e.Id.Equal(oidNetscapeType):
			f.netscape = at
			_, _ = asn1.Unmarshal(e.Value, &f.kinds) // what is no bit string has no bit set
		}
		if e.Critical && strangersTo(c, e.Id) != 0 {
			f.critical = append(f.critical, e.Id)
		}
	}
	for _, part := range c.Subject.Names {
		if text, ok := part.Value.(string); ok && part.Type.Equal(oidCommonName) {
			f.common = append(f.common, text)
		}
	}
	f.policy = c.RequireExplicitPolicy > 0 || c.RequireExplicitPolicyZero ||
		c.InhibitPolicyMapping > 0 || c.InhibitPolicyMappingZero || c.InhibitAnyPolicy > 0 || c.InhibitAnyPolicyZero
	return f
}

// strangersTo are those who do not know an extension, and so refuse a certificate
// in which it is marked critical (measured). What crypto/x509 does not know
// nobody knows, with the exceptions here.
func strangersTo(c *x509.Certificate, id asn1.ObjectIdentifier) Clients {
	switch {
	case id.Equal(oidNameConstraints): // has rules of its own
		return 0
	case id.Equal(oidPolicies), id.Equal(oidInhibitAnyPolicy):
		return Rustls
	case id.Equal(oidPolicyConstraints):
		return Rustls | GnuTLS
	case id.Equal(oidPolicyMappings):
		return Rustls | GnuTLS | Firefox
	case id.Equal(oidRevocationPoints):
		return Java | Chrome | Firefox
	case id.Equal(oidIssuerAltName):
		return all &^ GnuTLS
	case id.Equal(oidNetscapeType):
		return all &^ (openssls | Firefox)
	case slices.ContainsFunc(c.UnhandledCriticalExtensions, id.Equal):
		return all
	default:
		return 0
	}
}

func (f *facts) mustNotBeCritical(e pkix.Extension, name string) {
	if e.Critical {
		f.odd = append(f.odd, name)
	}
}

func purposesOf(c *x509.Certificate) purposes {
	p := purposes{count: len(c.ExtKeyUsage) + len(c.UnknownExtKeyUsage)}
	for _, usage := range c.ExtKeyUsage {
		switch usage {
		case x509.ExtKeyUsageAny:
			p.any = true
		case x509.ExtKeyUsageServerAuth:
			p.server = true
		case x509.ExtKeyUsageClientAuth:
			p.client = true
		case x509.ExtKeyUsageEmailProtection:
			p.email = true
		case x509.ExtKeyUsageOCSPSigning:
			p.responder = true
		case x509.ExtKeyUsageNetscapeServerGatedCrypto:
			p.stepUp = true
		case x509.ExtKeyUsageMicrosoftServerGatedCrypto:
			p.gated = true
		}
	}
	return p
}

// readAuthorityKey reads what x509 leaves out. x509 has checked the outer form.
func readAuthorityKey(der []byte) authorityKey {
	var key authorityKey
	input := cryptobyte.String(der)
	var sequence, id, rest cryptobyte.String
	if !input.ReadASN1(&sequence, cbasn1.SEQUENCE) {
		return key
	}
	var present bool
	if sequence.ReadOptionalASN1(&id, &present, cbasn1.Tag(0).ContextSpecific()) && present {
		key.id = id
	}
	if !sequence.ReadOptionalASN1(&rest, &key.issuer, cbasn1.Tag(1).ContextSpecific().Constructed()) {
		return key
	}
	for key.issuer && key.name == nil && !rest.Empty() {
		name, ok := readGeneralName(&rest)
		if !ok {
			break
		}
		if name.tag == tagDirectory {
			key.name = name.value
		}
	}
	if sequence.ReadOptionalASN1(&rest, &key.serial, cbasn1.Tag(2).ContextSpecific()) && key.serial {
		key.number = rest
	}
	return key
}

// The kinds of general names (RFC 5280, 4.2.1.6) by their tags.
const (
	tagOther     = 0
	tagMail      = 1
	tagDNS       = 2
	tagDirectory = 4
	tagURI       = 6
	tagIP        = 7
)

// generalName is one name in DER.
type generalName struct {
	tag   int
	value []byte // the contents; of a directory name, the Name
}

// subtree is one of the name constraints.
type subtree struct {
	generalName
	parts    []string // the relative names of a directory name
	excluded bool
}

// readGeneralName takes one general name off the input.
func readGeneralName(input *cryptobyte.String) (generalName, bool) {
	var value cryptobyte.String
	var tag cbasn1.Tag
	if !input.ReadAnyASN1(&value, &tag) {
		return generalName{}, false
	}
	return generalName{tag: int(tag & 0x1f), value: value}, true
}

func (f *facts) readNames(der []byte) {
	input := cryptobyte.String(der)
	var sequence cryptobyte.String
	if !input.ReadASN1(&sequence, cbasn1.SEQUENCE) {
		return
	}
	for !sequence.Empty() {
		name, ok := readGeneralName(&sequence)
		switch {
		case !ok:
			return
		case name.tag == tagDNS:
			f.emptyName = f.emptyName || len(name.value) == 0
		case name.tag != tagMail && name.tag != tagURI && name.tag != tagIP:
			f.names = append(f.names, name)
		}
	}
}

// otherSubtrees reads those name constraints that x509 does not handle.
func otherSubtrees(der []byte) []subtree {
	input := cryptobyte.String(der)
	var sequence cryptobyte.String
	if !input.ReadASN1(&sequence, cbasn1.SEQUENCE) {
		return nil
	}
	var found []subtree
	for number, excluded := range []bool{false, true} {
		var list, one cryptobyte.String
		var present bool
		if !sequence.ReadOptionalASN1(&list, &present, cbasn1.Tag(number).ContextSpecific().Constructed()) {
			return found
		}
		for present && list.ReadASN1(&one, cbasn1.SEQUENCE) {
			name, ok := readGeneralName(&one)
			if ok && name.tag != tagMail && name.tag != tagDNS && name.tag != tagURI && name.tag != tagIP {
				found = append(found, subtree{name, relativeNames(name), excluded})
			}
		}
	}
	return found
}

// selfIssued: subject and issuer are one name (RFC 5280, 6.1).
func (c *Certificate) selfIssued() bool { return bytes.Equal(c.X509.RawSubject, c.X509.RawIssuer) }

// looksSelfSigned goes by names and key identifiers; only Judge's explanations
// need to know whether the signature fits, and check that.
func (c *Certificate) looksSelfSigned() bool {
	x := c.X509
	return c.selfIssued() && (len(x.AuthorityKeyId) == 0 || len(x.SubjectKeyId) == 0 || bytes.Equal(x.AuthorityKeyId, x.SubjectKeyId))
}

// keyFits tells whether what a certificate says about its issuer's key fits: the
// key's identifier, and serial number and issuer of the issuer's certificate
// (RFC 5280, 4.2.1.1).
func (c *Certificate) keyFits(issuer *Certificate) (id, certificate bool) {
	a := &c.facts.authority
	want, have := issuer.X509.SubjectKeyId, c.X509.AuthorityKeyId
	id = len(want) == 0 || len(have) == 0 || bytes.Equal(want, have)
	certificate = (a.number == nil || new(big.Int).SetBytes(a.number).Cmp(issuer.X509.SerialNumber) == 0) &&
		(a.name == nil || bytes.Equal(a.name, issuer.X509.RawIssuer))
	return id, certificate
}

// passesForRoot: OpenSSL takes it for self-signed, whoever signed it
// (crypto/x509/v3_purp.c, EXFLAG_SS).
func (c *Certificate) passesForRoot() bool {
	id, certificate := c.keyFits(c)
	return c.selfIssued() && id && certificate
}

// noBit: a key usage in which no bit is set.
func (f *facts) noBit() bool { return f.keyUsage.present && !f.has(1<<9-1) }

// maySign tells whether the key usage, where there is one, has the bit.
func (f *facts) has(usage x509.KeyUsage) bool {
	for bit := range 9 {
		if usage&(1<<bit) != 0 && f.bits.At(bit) != 0 {
			return true
		}
	}
	return false
}

// serial gives the certificate's serial number.
func (c *Certificate) serial() *big.Int { return c.X509.SerialNumber }

// emptySubject: a Name without a part.
func (c *Certificate) emptySubject() bool { return bytes.Equal(c.X509.RawSubject, []byte{0x30, 0}) }

// hasDNS and hasIP ask about the alternative names.
func (c *Certificate) hasDNS() bool { return len(c.X509.DNSNames) > 0 || c.facts.emptyName }
func (c *Certificate) hasIP() bool  { return len(c.X509.IPAddresses) > 0 }
