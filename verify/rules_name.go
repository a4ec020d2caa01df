package verify

import (
	"fmt"
	"net"
	"slices"
	"strings"

	"devca/diag"
)

// fitting makes the check of a condition on which a name fits.
func fitting(on condition, detail string) func(*path, *Certificate, int) fault {
	return func(p *path, c *Certificate, _ int) fault {
		among := conditionClients[on] &^ p.names.accepted
		if p.names.open&on == 0 || among == 0 {
			return fault{}
		}
		return fault{found: true, among: among, detail: fmt.Sprintf(detail, p.request.Name)}
	}
}

var nameRules = []*Rule{
	{
		ID: "verify/name-mismatch", Question: Named, Title: "the certificate is for another name",
		Why: "whoever has a certificate for one name must not pass for another", Source: "RFC 9525, 6; RFC 9110, 4.3.4",
		Refusing: all, Severity: diag.SeverityError, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(p *path, c *Certificate, _ int) fault {
			return whenf(p.request.Name != "" && !p.names.fits, "the certificate is for %s, not for %s", namesOf(c), p.request.Name)
		},
	},
	{
		ID: "verify/no-alternative-name", Question: Named, Title: "only the common name fits",
		Why:      "browsers have read names in the subject alternative name extension only since 2017",
		Source:   "RFC 9525, 2; Chrome 58, Firefox 48, macOS 10.15; measured",
		Refusing: conditionClients[commonName], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(commonName, "%s is only in the common name, and there is no alternative DNS name"),
	},
	{
		ID: "verify/common-name-beside-address", Question: Named, Title: "only the common name fits, beside an IP address",
		Why: "curl and GnuTLS look at the common name only where there is neither a DNS name nor an address", Source: "curl, lib/vtls; GnuTLS, hostname-verify.c; measured",
		Refusing: conditionClients[besideAddress], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(besideAddress, "%s is only in the common name, and the alternative names are others"),
	},
	{
		ID: "verify/common-name-beside-uri", Question: Named, Title: "only the common name fits, beside a URI",
		Why: "GnuTLS does not look at the common name then", Source: "GnuTLS, hostname-verify.c; measured",
		Refusing: conditionClients[besideURI], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(besideURI, "%s is only in the common name, and the alternative names are others"),
	},
	{
		ID: "verify/no-alternative-address", Question: Named, Title: "the IP address is only in the common name",
		Why: "an IP address is matched by an alternative name of the kind iPAddress; only curl still looks at the common name", Source: "RFC 9110, 4.3.5; measured",
		Refusing: conditionClients[commonNameAddress], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(commonNameAddress, "%s is only in the common name"),
	},
	{
		ID: "verify/wildcard-top-level", Question: Named, Title: "a wildcard below a top-level domain",
		Why: "clients want two labels after the asterisk, so that nobody speaks for all of .test", Source: "Chromium, x509_certificate.cc; OpenSSL, v3_utl.c valid_star; measured",
		Refusing: conditionClients[wildcardTop], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardTop, "%s is covered only by a wildcard directly below a top-level domain"),
	},
	{
		ID: "verify/wildcard-public-suffix", Question: Named, Title: "a wildcard below a public suffix",
		Why: "names below a suffix such as co.uk belong to different people", Source: "CA/Browser Forum BR, 3.2.2.6; Chromium, x509_certificate.cc; measured",
		Refusing: conditionClients[wildcardSuffix], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardSuffix, "%s is covered only by a wildcard directly below a public suffix"),
	},
	{
		ID: "verify/wildcard-private-suffix", Question: Named, Title: "a wildcard below a company's public suffix",
		Why: "names below a suffix such as github.io belong to different people; no client minds", Source: "CA/Browser Forum BR, 3.2.2.6; measured",
		Refusing: conditionClients[wildcardPrivate], Severity: diag.SeverityNotice, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardPrivate, "%s is covered only by a wildcard directly below a company's public suffix"),
	},
	{
		ID: "verify/wildcard-partial", Question: Named, Title: "a wildcard for a part of a label",
		Why: "an asterisk stands for a whole label; the older rule let it stand for a part", Source: "RFC 9525, 6.3; RFC 6125, 6.4.3; measured",
		Refusing: conditionClients[wildcardPart], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardPart, "%s is covered only by a wildcard for a part of its first label"),
	},
	{
		ID: "verify/wildcard-beginning", Question: Named, Title: "a wildcard for the beginning of a label",
		Why: "an asterisk stands for a whole label; the older rule let it stand for a part", Source: "RFC 9525, 6.3; RFC 6125, 6.4.3; measured",
		Refusing: conditionClients[wildcardFirst], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardFirst, "%s is covered only by a wildcard for the beginning of its first label"),
	},
	{
		ID: "verify/wildcard-amid", Question: Named, Title: "a wildcard inside a label",
		Why: "OpenSSL wants the asterisk at an end of the label, most want it to be the label", Source: "OpenSSL, v3_utl.c valid_star; RFC 9525, 6.3; measured",
		Refusing: conditionClients[wildcardAmid], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardAmid, "%s is covered only by a wildcard inside its first label"),
	},
	{
		ID: "verify/wildcard-many", Question: Named, Title: "more than one wildcard in a label",
		Why: "only Java compares so", Source: "sun.security.util.HostnameChecker; RFC 9525, 6.3; measured",
		Refusing: conditionClients[wildcardMany], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardMany, "%s is covered only by a label with more than one wildcard"),
	},
	{
		ID: "verify/wildcard-inside", Question: Named, Title: "a wildcard that is not the first label",
		Why: "only the first label may be an asterisk", Source: "RFC 9525, 6.3; measured",
		Refusing: conditionClients[wildcardInside], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(wildcardInside, "%s is covered only by a wildcard that is not the first label"),
	},
	{
		ID: "verify/name-asked-with-dot", Question: Named, Title: "the name was asked for with a final dot",
		Why: "OpenSSL and Python compare the dot, too", Source: "RFC 6066, 3; measured",
		Refusing: conditionClients[dotAsked], Severity: diag.SeverityWarning,
		Fixes: []fix{{do: "ask for the name without the dot"}}, scope: leaf,
		check: fitting(dotAsked, "%s ends in a dot, and the certificate's name does not"),
	},
	{
		ID: "verify/name-with-dot", Question: Named, Title: "the certificate's name has a final dot",
		Why: "a dNSName has no final dot", Source: "RFC 5280, 4.2.1.6; RFC 1034, 3.5; measured",
		Refusing: conditionClients[dotNamed], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(dotNamed, "%s fits only a name with a final dot"),
	},
	{
		ID: "verify/both-with-dot", Question: Named, Title: "certificate and question both have a final dot",
		Why: "a dNSName has no final dot", Source: "RFC 5280, 4.2.1.6; measured",
		Refusing: conditionClients[dotBoth], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(dotBoth, "%s fits a name with a final dot, as it has itself"),
	},
	{
		ID: "verify/underscore", Question: Named, Title: "the host name has an underscore",
		Why: "an underscore is no character of a host name, and Java says so", Source: "RFC 952; sun.security.util.HostnameChecker; measured",
		Refusing: conditionClients[underscore], Severity: diag.SeverityWarning, Fixes: []fix{{do: "use a name with a hyphen instead"}}, scope: leaf,
		check: fitting(underscore, "%s has an underscore"),
	},
	{
		ID: "verify/underscore-wildcard", Question: Named, Title: "a wildcard for a host name with an underscore",
		Why:    "OpenSSL, Python and Java let an asterisk stand for the characters of host names only; curl and Node.js compare by themselves",
		Source: "RFC 952; OpenSSL, v3_utl.c; measured", Refusing: conditionClients[underscoreWild], Severity: diag.SeverityWarning,
		Fixes: []fix{fixIssue, {do: "or use a name with a hyphen instead"}}, scope: leaf,
		check: fitting(underscoreWild, "%s has an underscore, and only a wildcard covers it"),
	},
	{
		ID: "verify/hyphen", Question: Named, Title: "a label that begins or ends with a hyphen",
		Why: "it is no host name, and Java and rustls say so", Source: "RFC 952; RFC 1123, 2.1; measured",
		Refusing: conditionClients[hyphen], Severity: diag.SeverityWarning, Fixes: []fix{{do: "use another name"}}, scope: leaf,
		check: fitting(hyphen, "%s has a hyphen at the beginning or end of a label"),
	},
	{
		ID: "verify/hyphen-named", Question: Named, Title: "a name with a label that begins or ends with a hyphen",
		Why: "Firefox takes it for no name", Source: "mozilla::pkix, pkixnames.cpp; measured",
		Refusing: conditionClients[hyphenNamed], Severity: diag.SeverityWarning, Fixes: []fix{{do: "use another name"}}, scope: leaf,
		check: fitting(hyphenNamed, "%s has a hyphen at the beginning or end of a label, and the certificate names it so"),
	},
	{
		ID: "verify/hyphen-wildcard", Question: Named, Title: "a wildcard for a label that begins with a hyphen",
		Why: "Go compares what is no host name character by character", Source: "crypto/x509, verify.go (validHostname); measured",
		Refusing: conditionClients[hyphenWild], Severity: diag.SeverityWarning, Fixes: []fix{{do: "use another name"}}, scope: leaf,
		check: fitting(hyphenWild, "%s begins with a hyphen, and only a wildcard covers it"),
	},
	{
		ID: "verify/common-name-not-last", Question: Named, Title: "a common name fits that is not the last",
		Why: "curl and Java look at the last one, GnuTLS at none of several", Source: "curl, lib/vtls; measured",
		Refusing: conditionClients[otherCommon], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(otherCommon, "%s is a common name, and another one comes after it"),
	},
	{
		ID: "verify/common-name-of-many", Question: Named, Title: "one of several common names fits",
		Why: "GnuTLS looks at the common name only where it is the only one", Source: "GnuTLS, hostname-verify.c; measured",
		Refusing: conditionClients[commonOfMany], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(commonOfMany, "%s is the last of several common names"),
	},
	{
		ID: "verify/mapped-address", Question: Named, Title: "an IPv4 address written as IPv6",
		Why: "::ffff:127.0.0.1 and 127.0.0.1 are two addresses for most clients", Source: "RFC 5280, 4.2.1.6; measured",
		Refusing: conditionClients[mappedAddress], Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: fitting(mappedAddress, "%s is in the certificate in its other form, mapped to IPv6"),
	},
	{
		ID: "verify/name-syntax", Question: Named, Title: "a dNSName that is no host name",
		Why: "no client minds an underscore in a name that nobody asks for", Source: "RFC 5280, 4.2.1.6; RFC 1034, 3.5",
		Refusing: conformance, Severity: diag.SeverityNotice, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			for _, name := range c.X509.DNSNames {
				if strings.Contains(name, "_") {
					return yes(name + " has an underscore")
				}
			}
			return fault{}
		},
	},
	{
		ID: "verify/empty-name", Question: Named, Title: "an empty dNSName",
		Why: "GnuTLS does not read the certificate at all", Source: "RFC 5280, 4.2.1.6; measured",
		Refusing: GnuTLS, Severity: diag.SeverityWarning, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			return when(c.facts.emptyName, "one of the certificate's names is empty")
		},
	},
	{
		ID: "verify/common-name-beside", Question: Named, Title: "the common name is none of the alternative names",
		Why: "public CAs must copy it from there, character for character; no client minds", Source: "CA/Browser Forum BR, 7.1.4.3",
		Refusing: WebPKI, Severity: diag.SeverityNotice, Fixes: []fix{fixIssue}, scope: leaf,
		check: func(_ *path, c *Certificate, _ int) fault {
			common := c.X509.Subject.CommonName
			named := c.hasDNS() || c.hasIP()
			return whenf(common != "" && named && !amongNames(common, c), "the common name %q is none of %s", common, namesOf(c))
		},
	},
}

// amongNames compares as the Baseline Requirements say: a byte copy of a dNSName,
// or the canonical text of an address (RFC 5952).
func amongNames(common string, c *Certificate) bool {
	if slices.Contains(c.X509.DNSNames, common) {
		return true
	}
	for _, ip := range c.X509.IPAddresses {
		if ip.String() == common {
			return true
		}
	}
	return false
}

// namesOf lists a certificate's names, the first few of many.
func namesOf(c *Certificate) string {
	var names []string
	for _, name := range c.X509.DNSNames {
		if net.ParseIP(name) != nil {
			name += " (as a DNS name)"
		}
		names = append(names, name)
	}
	for _, ip := range c.X509.IPAddresses {
		names = append(names, net.IP(ip).String())
	}
	names = append(names, c.X509.EmailAddresses...)
	switch {
	case len(names) == 0 && c.X509.Subject.CommonName != "":
		return "nothing but the common name " + c.X509.Subject.CommonName
	case len(names) == 0:
		return "no name at all"
	case len(names) > 5:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:4], ", "), len(names)-4)
	default:
		return strings.Join(names, ", ")
	}
}
