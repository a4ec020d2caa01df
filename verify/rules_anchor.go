package verify

import (
	"bytes"
	"fmt"

	"devca/diag"
)

// fetchers look for a missing issuer by the address in the certificate.
const fetchers = Chrome | Safari | Windows

var anchorRules = []*Rule{
	{
		ID: "verify/unreadable", Question: Anchored, Title: "the certificate cannot be read",
		Why: "clients stop at the first byte that RFC 5280 does not allow", Source: "RFC 5280, 4.1",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return whenf(c.X509 == nil, "%s cannot be read: %s", unreadTitle(c), c.unreadable())
		},
	},
	{
		ID: "verify/self-signed", Question: Anchored, Title: "self-signed and not trusted",
		Why: "a certificate that vouches for itself proves nothing, unless it is a trusted root itself", Source: "RFC 5280, 6.1.1 (d)",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixIssue, fixTrust}, scope: whole,
		check: func(p *path, c *Certificate, _ int) fault {
			return when(p.gap == selfSigned, c.Title()+" signed itself, and is none of the trusted roots")
		},
	},
	{
		ID: "verify/unknown-root", Question: Anchored, Title: "the root is not trusted",
		Why: "the chain is complete, and ends in a root that nobody here trusts", Source: "RFC 5280, 6.1.1 (d)",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixInstall, fixTrust}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return when(p.gap == untrusted, p.last().Title()+" is none of the trusted roots")
		},
	},
	{
		ID: "verify/unknown-issuer", Question: Anchored, Title: "the issuer is neither sent nor trusted",
		Why:      "either the server leaves an intermediate certificate out, or the root is not trusted here",
		Source:   "RFC 5280, 6.1; RFC 8446, 4.4.2",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixChain, fixInstall, fixTrust}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return whenf(p.gap == unknown, "nothing is known of %s, who issued %s", nameOf(p.last().X509.Issuer), p.last().Title())
		},
	},
	{
		ID: "verify/incomplete-chain", Question: Anchored, Title: "an intermediate certificate is missing",
		Why:      "Chrome, Safari and Windows fetch it by the address in the certificate and hide the mistake; the others do not",
		Source:   "RFC 8446, 4.4.2; RFC 5280, 4.2.2.1; measured",
		Refusing: all &^ fetchers, Severity: diag.SeverityError, Fixes: []fix{fixChain}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			switch {
			case p.anchor != nil && p.fetched:
				return yes("the chain is complete only with a certificate that was fetched by its address")
			case p.gap == absent && len(p.request.Fetched) > 0:
				return fault{found: true, detail: "the issuer of " + p.last().Title() + " was not found at its address, either", among: all}
			case p.gap == absent:
				return fault{
					found: true, depends: fetchers,
					detail: fmt.Sprintf("the issuer of %s, %s, is not sent; it should be at %s",
						p.last().Title(), nameOf(p.last().X509.Issuer), p.last().X509.IssuingCertificateURL[0]),
				}
			default:
				return fault{}
			}
		},
	},
	{
		ID: "verify/signature-mismatch", Question: Anchored, Title: "the signature is by another key than the issuer's",
		Why:    "a CA of the same name has been made again, or the certificate was changed: a name alone proves nothing",
		Source: "RFC 5280, 6.1.3 (a)(1)", Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixIssue, fixRotate}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return whenf(p.gap == mismatched, "%s is not signed by the key of the %s that is known here", p.last().Title(), nameOf(p.last().X509.Issuer))
		},
	},
	{
		ID: "verify/tangled-chain", Question: Anchored, Title: "no path within bounds",
		Why: "clients give up a search after so many signatures, too", Source: "crypto/x509, verify.go (100 signatures); RFC 5280, 6",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixChain}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return when(p.gap == tangled, "no path to a trusted root was found within a hundred signatures")
		},
	},
	{
		ID: "verify/not-in-store", Question: Anchored, Title: "trusted on this machine, but not in this client's store",
		Why: "each client asks its own store", Source: "docs/stores.md", Refusing: Everyone, Severity: diag.SeverityWarning,
		Fixes: []fix{{do: "put the root into every store", command: []string{"devca", "install"}}}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			if p.anchor == nil || p.anchor.anchor.Missing == 0 {
				return fault{}
			}
			missing := p.anchor.anchor.Missing
			return fault{found: true, among: missing, detail: fmt.Sprintf("%s is not in the store of %s", p.last().Title(), missing)}
		},
	},
	{
		ID: "verify/anchor-not-self-signed", Question: Anchored, Title: "what is trusted is no self-signed root",
		Why:    "OpenSSL builds up to a root unless the program sets X509_V_FLAG_PARTIAL_CHAIN; curl and Python 3.13 do",
		Source: "OpenSSL, openssl-verification-options(1), -partial_chain; measured", Refusing: OpenSSL | Node | Python311, Severity: diag.SeverityNotice,
		Fixes: []fix{{do: "trust the root above it instead", command: []string{"devca", "trust", "ROOT.pem"}}}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			return when(p.anchor != nil && !p.last().passesForRoot(), p.last().Title()+" is trusted, and was issued by somebody else, or by another key")
		},
	},
	{
		ID: "verify/anchor-is-leaf", Question: Anchored, Title: "the end-entity certificate itself is the trusted root",
		Why: "Firefox does not take a root for a server's certificate, and rustls takes one only that signed itself", Source: "mozilla::pkix, pkixbuild.cpp; rustls-webpki, verify_cert.rs; measured",
		Refusing: Firefox | Rustls, Severity: diag.SeverityNotice, Fixes: []fix{fixIssue}, scope: whole,
		check: func(p *path, c *Certificate, _ int) fault {
			found := when(p.trustedItself() && p.request.Usage != Authority, c.Title()+" is trusted itself, with no root above it")
			if c.selfIssued() {
				found.among = Firefox
			}
			return found
		},
	},
	{
		ID: "verify/passes-for-root", Question: Anchored, Title: "subject and issuer are one name, and it is no root",
		Why:    "OpenSSL takes such a certificate for a root that is not trusted; key identifiers that differ would tell it",
		Source: "OpenSSL, crypto/x509/v3_purp.c (EXFLAG_SS); GnuTLS for issuers; measured", Refusing: openssls | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{fixIssue, fixIssuer}, scope: presented,
		check: func(p *path, c *Certificate, i int) fault {
			found := when(p.anchor != nil && !p.trustedItself() && c.passesForRoot(), c.Title()+" has the name of its issuer, and no key identifiers that tell the two apart")
			if i == 0 {
				found.among = openssls
			}
			return found
		},
	},
	{
		ID: "verify/long-chain", Question: Anchored, Title: "a longer chain than some clients follow",
		Why:    "Firefox and rustls follow six intermediate certificates; Java wants to be sent ten certificates at most, GnuTLS sixteen",
		Source: "rustls-webpki, verify_cert.rs (MAX_SUB_CA_COUNT); mozilla::pkix, pkixbuild.cpp; jdk.tls.maxCertificateChainLength; GnuTLS, DEFAULT_MAX_VERIFY_DEPTH; measured", Refusing: Firefox | Rustls | Java | GnuTLS,
		Severity: diag.SeverityWarning, Fixes: []fix{{do: "use an issuer nearer to the root"}}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			issuers, sent := len(p.certificates)-2, len(p.request.Chain)
			var among Clients
			if p.anchor != nil && issuers > 6 {
				among |= Rustls | Firefox
			}
			if sent > 10 {
				among |= Java
			}
			if sent > 16 {
				among |= GnuTLS
			}
			if among == 0 {
				return fault{}
			}
			return fault{found: true, among: among, detail: fmt.Sprintf("the chain has %d intermediate certificates, and %d certificates are sent", max(issuers, 0), sent)}
		},
	},
	{
		ID: "verify/unreadable-beside", Question: Anchored, Title: "a certificate beside the end entity's cannot be read",
		Why:    "Go ends the handshake, whether the certificate is needed or not; what is no certificate at all makes most clients do so",
		Source: "crypto/tls, handshake_client.go; measured", Refusing: Everyone &^ (Chrome | Firefox | Rustls), Severity: diag.SeverityWarning, Fixes: []fix{fixChain}, scope: whole,
		check: unreadableBeside,
	},
	{
		ID: "verify/wrong-order", Question: Anchored, Title: "the certificates are not in order",
		Why: "every client looked at sorts them itself, and TLS 1.2 forbids it all the same", Source: "RFC 5246, 7.4.2; RFC 8446, 4.4.2; measured",
		Severity: diag.SeverityNotice, Fixes: []fix{fixChain}, scope: whole, check: outOfOrder,
	},
	{
		ID: "verify/root-sent", Question: Anchored, Title: "the root is sent along",
		Why: "no client needs it: it has the root, or does not believe it; each handshake carries it", Source: "RFC 8446, 4.4.2",
		Severity: diag.SeverityNotice, Fixes: []fix{{do: "leave the last, self-signed certificate out of the server's file"}}, scope: whole,
		check: func(p *path, _ *Certificate, _ int) fault {
			for i, c := range p.request.Chain {
				if i > 0 && c.X509 != nil && c.looksSelfSigned() {
					return yes(fmt.Sprintf("number %d of the chain, %s, is a root", i+1, c.Title()))
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/unrelated-certificate", Question: Anchored, Title: "a certificate is sent that leads nowhere",
		Why: "it costs every handshake its size", Source: "RFC 8446, 4.4.2",
		Severity: diag.SeverityNotice, Fixes: []fix{fixChain}, scope: whole, check: unrelated,
	},
}

func unreadableBeside(p *path, _ *Certificate, _ int) fault {
	for i, c := range p.request.Chain {
		switch {
		case i == 0:
		case c.X509 == nil && c.Loose != nil && c.Loose.Subject == "" && c.Loose.Key == "":
			return fault{found: true, among: Everyone &^ (Chrome | Firefox | Rustls), detail: fmt.Sprintf("number %d of the chain is no certificate: %s", i+1, c.unreadable())}
		case c.X509 == nil:
			return fault{found: true, among: Go, detail: fmt.Sprintf("number %d of the chain cannot be read: %s", i+1, c.unreadable())}
		case c.serial().Sign() < 0:
			return fault{found: true, among: Go, detail: fmt.Sprintf("number %d of the chain has a negative serial number, with which Go does not read it", i+1)}
		}
	}
	return fault{}
}

// outOfOrder compares what was sent with the path that was found.
func outOfOrder(p *path, _ *Certificate, _ int) fault {
	at := 0
	for _, c := range p.certificates {
		for i, sent := range p.request.Chain {
			if !bytes.Equal(sent.DER, c.DER) {
				continue
			}
			if i < at {
				return yes(fmt.Sprintf("number %d of the chain, %s, issued a certificate that comes after it", i+1, c.Title()))
			}
			at = i
		}
	}
	return fault{}
}

func unrelated(p *path, _ *Certificate, _ int) fault {
	for i, sent := range p.request.Chain {
		used := sent.X509 == nil || sent.looksSelfSigned() // these have rules of their own
		for _, c := range p.certificates {
			// A namesake of an issuer is not what leads nowhere.
			used = used || bytes.Equal(sent.DER, c.DER) || sent.X509 != nil && bytes.Equal(sent.X509.RawSubject, c.X509.RawIssuer)
		}
		if !used {
			return yes(fmt.Sprintf("number %d of the chain, %s, issued nothing in it", i+1, sent.Title()))
		}
	}
	return fault{}
}

func unreadTitle(c *Certificate) string {
	if c.Loose != nil && c.Loose.Subject != "" {
		return c.Loose.Subject
	}
	return "the certificate"
}
