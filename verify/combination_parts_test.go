package verify_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
)

func host(name string, sans ...string) func(*draft) {
	return func(d *draft) { d.host = name; d.names(sans...) }
}

func onlyCommonName(host, common string, change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) {
		d.host = host
		d.names()
		d.leaf.Subject = pkix.Name{CommonName: common}
		for _, f := range change {
			f(d.leaf.Certificate)
		}
	}
}

func onLeaf(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { all(change...)(d.leaf.Certificate) }
}

func onRoot(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { all(change...)(d.root.Certificate) }
}

func onIssuer(change ...func(*x509.Certificate)) func(*draft) {
	return func(d *draft) { d.issuer(change...) }
}

func both(changes ...func(*draft)) func(*draft) {
	return func(d *draft) {
		for _, change := range changes {
			change(d)
		}
	}
}

func depth(n int) func(*draft) {
	return func(d *draft) {
		for range n {
			d.issuer()
		}
	}
}

var (
	oidAKI        = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidSKI        = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidKU         = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidPolicies   = asn1.ObjectIdentifier{2, 5, 29, 32}
	oidMappings   = asn1.ObjectIdentifier{2, 5, 29, 33}
	oidPolicyCons = asn1.ObjectIdentifier{2, 5, 29, 36}
	oidInhibitAny = asn1.ObjectIdentifier{2, 5, 29, 54}
	oidCRLPoints  = asn1.ObjectIdentifier{2, 5, 29, 31}
	oidAIA        = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}
	oidIssuerAlt  = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidNetscape   = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}
	oidComment    = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 13}
	oidServerAuth = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}
	oidStepUp     = asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 4, 1}
	oidAnyPolicy  = asn1.ObjectIdentifier{2, 5, 29, 32, 0}
)

type policyInformation struct{ ID asn1.ObjectIdentifier }

// names of other kinds.
func sanOf(tag int, compound bool, content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: compound, Bytes: content}
}

func rawSAN(critical bool, names ...asn1.RawValue) func(*draft) {
	return func(d *draft) {
		d.names()
		extra(oidSAN, critical, names)(d.leaf.Certificate)
	}
}

func dn(organization string) []byte {
	der, err := asn1.Marshal(pkix.Name{Organization: []string{organization}}.ToRDNSequence())
	if err != nil {
		panic(err)
	}
	return der
}

func ranges(texts ...string) []*net.IPNet {
	var list []*net.IPNet
	for _, text := range texts {
		_, one, err := net.ParseCIDR(text)
		if err != nil {
			panic(err)
		}
		list = append(list, one)
	}
	return list
}

func constraint(change func(*x509.Certificate)) func(*x509.Certificate) {
	return func(t *x509.Certificate) { t.PermittedDNSDomainsCritical = true; change(t) }
}

func exclude(domains ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.ExcludedDNSDomains = domains })
}

func permitIP(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedIPRanges = ranges(texts...) })
}

func excludeIP(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.ExcludedIPRanges = ranges(texts...) })
}

func permitMail(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedEmailAddresses = texts })
}

func permitURI(texts ...string) func(*x509.Certificate) {
	return constraint(func(t *x509.Certificate) { t.PermittedURIDomains = texts })
}

// otherConstraint is one of a kind that crypto/x509 does not write.
func otherConstraint(excluded bool, base asn1.RawValue, critical bool) func(*x509.Certificate) {
	type tree struct{ Base asn1.RawValue }
	var der []byte
	var err error
	if excluded {
		der, err = asn1.Marshal(struct {
			Trees []tree `asn1:"optional,tag:1"`
		}{[]tree{{base}}})
	} else {
		der, err = asn1.Marshal(struct {
			Trees []tree `asn1:"optional,tag:0"`
		}{[]tree{{base}}})
	}
	if err != nil {
		panic(err)
	}
	return extra(oidNC, critical, der)
}

// crit is an extension that is marked critical.
func crit(id asn1.ObjectIdentifier, value any) func(*x509.Certificate) { return extra(id, true, value) }
