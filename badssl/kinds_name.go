package badssl

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"devca/diag"
)

var validKinds = []*Kind{
	{Name: "good", Wrong: "nothing: for comparison", Harmless: true},
	{
		Name: "expired", Wrong: "the certificate ended yesterday",
		Finds: []diag.Code{"verify/expired"}, Harmless: true,
		alter: func(o *order) error {
			o.template.NotBefore, o.template.NotAfter = o.days(-90), o.days(-1)
			return nil
		},
	},
	{
		Name: "not-yet-valid", Wrong: "the certificate begins in a month",
		Finds: []diag.Code{"verify/not-yet-valid"}, Harmless: true,
		alter: func(o *order) error {
			o.template.NotBefore, o.template.NotAfter = o.days(30), o.days(120)
			return nil
		},
	},
	{
		Name: "too-long", Wrong: "the certificate is valid for 3650 days, and Apple refuses more than 825",
		Finds: []diag.Code{"verify/validity-too-long"},
		alter: func(o *order) error {
			o.template.NotAfter = o.days(3650)
			return nil
		},
	},
}

var nameKinds = []*Kind{
	{
		Name: "wrong-host", Wrong: "the certificate is for another name",
		Finds: []diag.Code{"verify/name-mismatch"}, Harmless: true,
		alter: func(o *order) error {
			o.template.DNSNames = []string{"elsewhere." + o.host}
			return nil
		},
	},
	{
		Name: "no-san", Wrong: "the certificate has no name at all",
		Finds: []diag.Code{"verify/name-mismatch"}, Harmless: true,
		alter: func(o *order) error {
			o.template.DNSNames = nil
			return nil
		},
	},
	{
		Name: "cn-only", Wrong: "the name is only in the common name, where browsers have not looked since 2017",
		Finds: []diag.Code{"verify/no-alternative-name"}, Harmless: true,
		alter: func(o *order) error {
			o.template.DNSNames, o.template.Subject.CommonName = nil, o.host
			return nil
		},
	},
	{
		Name: "wildcard-tld", Wrong: "a wildcard stands directly below a top-level name",
		Finds: []diag.Code{"verify/wildcard-top-level"}, Named: true,
		host: func(domain string) string { return "wildcard-tld." + topOf(domain) },
		alter: func(o *order) error {
			o.template.DNSNames = []string{"*." + o.rest()}
			return nil
		},
	},
	{
		Name: "wildcard-two-labels", Wrong: "the host is two labels below the asterisk, which stands for one",
		Finds: []diag.Code{"verify/name-mismatch"},
		host:  func(domain string) string { return "wildcard.two-labels." + domain },
		alter: func(o *order) error {
			_, above, found := strings.Cut(o.rest(), ".")
			if !found {
				return diag.New(diag.BadSSLName, o.host+" has too few labels for this fault").
					Fix("name a longer one", "devca issue --broken wildcard-two-labels api.app.test")
			}
			o.template.DNSNames = []string{"*." + above}
			return nil
		},
	},
	{
		Name: "wildcard-partial", Wrong: "an asterisk stands for a part of a label",
		Finds: []diag.Code{"verify/wildcard-partial"},
		alter: func(o *order) error {
			o.template.DNSNames = []string{o.firstLabel()[:1] + "*." + o.rest()}
			return nil
		},
	},
	{
		Name: "trailing-dot-san", Wrong: "the certificate's name ends in a dot",
		Finds: []diag.Code{"verify/name-with-dot"},
		alter: func(o *order) error {
			o.template.DNSNames = []string{o.host + "."}
			var err error
			o.issuer, err = o.ca.unconstrained("devca throw-away for a dot")
			return err
		},
	},
	{
		Name: "underscore", Wrong: "the host name has an underscore",
		Finds: []diag.Code{"verify/underscore", "verify/name-syntax"}, Named: true,
		host: func(domain string) string { return "under_score." + domain },
	},
	{
		Name: "ip-as-dns", Wrong: "an IP address is written as a DNS name",
		Finds: []diag.Code{"verify/name-mismatch"}, Named: true,
		host: func(string) string { return loopback },
		alter: func(o *order) error {
			var err error
			o.issuer, err = o.ca.unconstrained("devca throw-away for an address")
			return err
		},
	},
	{
		Name: "utf8-san", Wrong: "an international name is in the certificate as it is written, not as xn--",
		Finds: []diag.Code{"verify/unreadable"}, Named: true,
		host: func(domain string) string { return "xn--bcher-kva." + domain },
		alter: func(o *order) error {
			o.template.DNSNames = nil
			return o.altNames("b\u00fccher."+o.rest(), false)
		},
	},
}

// altNames adds a subject alternative name as it is, which crypto/x509 would
// refuse or mark critical. The other names go in after it.
func (o *order) altNames(name string, critical bool) error {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(names *cryptobyte.Builder) {
		for _, each := range append([]string{name}, o.template.DNSNames...) {
			names.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(one *cryptobyte.Builder) { one.AddBytes([]byte(each)) })
		}
	})
	value, err := b.Bytes()
	if err != nil {
		return err
	}
	o.template.DNSNames = nil
	o.template.ExtraExtensions = append(o.template.ExtraExtensions, pkix.Extension{
		Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Critical: critical, Value: value,
	})
	return nil
}

// topsOf gives the reserved names above the names, each once.
func topsOf(names []string) []string {
	var tops []string
	for _, name := range names {
		top := topOf(strings.TrimPrefix(name, "*."))
		seen := false
		for _, other := range tops {
			seen = seen || other == top
		}
		if !seen {
			tops = append(tops, top)
		}
	}
	return tops
}
