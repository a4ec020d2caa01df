package command

import (
	"crypto/x509"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/fetch"
	"devca/revocation"
)

// fetchForVerify gets what --crl fetch and --ocsp fetch ask for, from the
// addresses in the certificate, and says whether it got anything. What cannot be
// had is a warning; the rules then find that nobody answered.
func (p *program) fetchForVerify(c *cli.Context, o *verifyOptions, j *judged) bool {
	if len(j.report.Path) < 2 || j.end() == nil || !o.fetchCRL && o.ocsp != "fetch" {
		return false
	}
	certificate, issuer := j.end(), j.report.Path[1].X509
	before := len(j.request.CRLs) + len(j.request.OCSP)
	if o.fetchCRL {
		points := revocation.CRLPoints(certificate)
		if len(points) == 0 {
			p.warnOfFetch("the certificate names no revocation list", nil)
		}
		for _, address := range points[:min(len(points), 3)] {
			list, err := fetch.CRL(c.Context, address)
			if err != nil {
				p.warnOfFetch("", err)
				continue
			}
			j.request.CRLs = append(j.request.CRLs[:len(j.request.CRLs):len(j.request.CRLs)], list)
			break
		}
	}
	if o.ocsp == "fetch" {
		p.fetchOCSP(c, j, certificate, issuer)
	}
	return len(j.request.CRLs)+len(j.request.OCSP) > before
}

func (p *program) fetchOCSP(c *cli.Context, j *judged, certificate, issuer *x509.Certificate) {
	servers := revocation.OCSPServers(certificate)
	if len(servers) == 0 {
		p.warnOfFetch("the certificate names no OCSP responder", nil)
		return
	}
	// Without a nonce: many responders answer from a cache, and the answer's own
	// dates say how fresh it is.
	request, err := revocation.Request(certificate, issuer, nil)
	if err != nil {
		p.warnOfFetch("no OCSP request can be made for the certificate", err)
		return
	}
	for _, address := range servers[:min(len(servers), 3)] {
		response, err := fetch.OCSP(c.Context, address, request)
		if err != nil {
			p.warnOfFetch("", err)
			continue
		}
		j.request.OCSP = append(j.request.OCSP, response)
		return
	}
}

func (p *program) warnOfFetch(what string, err error) {
	if what == "" {
		p.warn(asWarning(err))
		return
	}
	e := diag.New(diag.VerifyRoots, what).From(err).Fix("give a list yourself", "devca verify --crl LIST.crl CHAIN.pem")
	e.Severity = diag.SeverityWarning
	p.warn(findingWithCause(e))
}
