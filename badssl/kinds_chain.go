package badssl

import (
	"devca/diag"
)

var chainKinds = []*Kind{
	{
		Name: "self-signed", Wrong: "the certificate signed itself",
		Finds: []diag.Code{"verify/self-signed"},
		alter: func(o *order) error {
			o.issuer = nil
			return nil
		},
	},
	{
		Name: "untrusted-root", Wrong: "the chain ends in a root that nobody trusts",
		Finds: []diag.Code{"verify/unknown-issuer"},
		alter: func(o *order) error {
			stranger, err := newThrowaway(o.ca.now, o.ca.names, o.ca.base)
			if err == nil {
				o.issuer = stranger.issuing
			}
			return err
		},
	},
	{
		Name: "forged", Wrong: "the signature is by another key than the issuer's",
		Finds: []diag.Code{"verify/signature-mismatch"},
		alter: func(o *order) error { o.rewrite.forged = true; return nil },
	},
	{
		Name: "missing-intermediate", Wrong: "the server leaves the intermediate certificate out",
		Finds: []diag.Code{"verify/unknown-issuer"},
		alter: func(o *order) error {
			o.arrange = func(leaf []byte) [][]byte { return [][]byte{leaf} }
			return o.under("devca throw-away left out", o.ca.root, 0)
		},
	},
	{
		Name: "missing-intermediate-aia", Wrong: "the server leaves the intermediate certificate out, and the certificate says where it is",
		Finds: []diag.Code{"verify/incomplete-chain"},
		alter: func(o *order) error {
			if err := o.under("devca throw-away fetched", o.ca.root, 0); err != nil {
				return err
			}
			o.template.IssuingCertificateURL = []string{o.ca.base + "/" + issuerFile}
			o.made.Hidden = o.issuer.Certificate.Raw
			o.arrange = func(leaf []byte) [][]byte { return [][]byte{leaf} }
			return nil
		},
	},
	{
		Name: "wrong-order", Wrong: "the intermediate certificates are sent in the wrong order",
		Finds: []diag.Code{"verify/wrong-order"},
		alter: func(o *order) error {
			if err := o.under("devca throw-away upper", o.ca.root, 1); err != nil {
				return err
			}
			if err := o.under("devca throw-away lower", o.issuer, 0); err != nil {
				return err
			}
			lower, upper := o.issuer.Chain[0], o.issuer.Chain[1]
			o.arrange = func(leaf []byte) [][]byte { return [][]byte{leaf, upper, lower} }
			return nil
		},
	},
	{
		Name: "root-sent", Wrong: "the server sends the root along, which is of no use to anybody",
		Finds: []diag.Code{"verify/root-sent"},
		alter: func(o *order) error {
			o.arrange = func(leaf []byte) [][]byte {
				return [][]byte{leaf, o.ca.issuing.Certificate.Raw, o.ca.root.Certificate.Raw}
			}
			return nil
		},
	},
	{
		Name: "name-constraint", Wrong: "the intermediate CA may issue for other names only",
		Finds: []diag.Code{"verify/constraint-violated"},
		alter: func(o *order) error {
			template := o.ca.template("devca throw-away elsewhere", 0)
			template.PermittedDNSDomains = []string{"elsewhere." + o.host}
			var err error
			o.issuer, err = o.ca.below(o.ca.root, template)
			return err
		},
	},
	{
		Name: "path-length", Wrong: "a CA stands below one that allows none below it",
		Finds: []diag.Code{"verify/path-length"},
		alter: func(o *order) error {
			return o.under("devca throw-away one too many", o.ca.issuing, 0)
		},
	},
	{
		Name: "intermediate-expired", Wrong: "the intermediate certificate ended yesterday",
		Finds: []diag.Code{"verify/expired"},
		alter: func(o *order) error {
			template := o.ca.template("devca throw-away expired", 0)
			template.NotBefore, template.NotAfter = o.days(-90), o.days(-1)
			var err error
			o.issuer, err = o.ca.below(o.ca.root, template)
			return err
		},
	},
	{
		Name: "intermediate-no-bc", Wrong: "the issuer does not say that it is a CA",
		Finds: []diag.Code{"verify/issuer-not-ca"},
		alter: func(o *order) error {
			template := o.ca.template("devca throw-away no CA", 0)
			template.BasicConstraintsValid, template.IsCA, template.MaxPathLenZero = false, false, false
			template.PermittedDNSDomains, template.PermittedDNSDomainsCritical = nil, false
			var err error
			o.issuer, err = o.ca.below(o.ca.root, template)
			return err
		},
	},
}

// under has a CA of its own issue the certificate, below parent. Clients remember
// intermediate certificates, so what one kind leaves out no other may show.
func (o *order) under(name string, parent *Issuer, pathLength int) error {
	var err error
	o.issuer, err = o.ca.below(parent, o.ca.template(name, pathLength))
	return err
}
