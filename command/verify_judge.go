package command

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/inspect"
	"devca/verify"
)

// judgeTarget reads or asks one target and judges what it gets.
func (p *program) judgeTarget(c *cli.Context, o *verifyOptions, ground *ground, name string) (*judged, error) {
	if name == "-" {
		data, err := untilInterrupted(c.Context, func() ([]byte, error) {
			return io.ReadAll(io.LimitReader(p.streams.In, inspect.MaxSize+1))
		})
		if err != nil {
			return nil, diag.New(diag.VerifyNothing, "standard input cannot be read").From(err).Fix("give a file", "devca verify FILE")
		}
		ders, err := certificatesIn("-", data, o.passwords)
		if err != nil {
			return nil, err
		}
		return p.judgeChain(c, o, ground, &judged{options: o, name: name, kind: "stdin"}, ders)
	}
	// A link that leads nowhere is a file, too, and no host.
	if _, err := os.Lstat(name); err == nil || namedLikeFile(name) {
		ders, err := untilInterrupted(c.Context, func() ([][]byte, error) { return readCertificates(name, o.passwords) })
		if err != nil {
			return nil, err
		}
		return p.judgeChain(c, o, ground, &judged{options: o, name: name, kind: "file"}, ders)
	}
	return p.judgeServer(c, o, ground, name)
}

// judgeChain judges certificates; j says where they are from.
func (p *program) judgeChain(c *cli.Context, o *verifyOptions, ground *ground, j *judged, ders [][]byte) (*judged, error) {
	anchors, err := ground.roots()
	if err != nil {
		return nil, err
	}
	j.request.Anchors, j.request.Usage, j.request.At = anchors, o.usage, o.at
	j.request.Intermediates, j.request.CRLs = o.intermediates, o.crls
	j.request.Demand = o.ocsp != "" || o.fetchCRL || len(o.crls) > 0
	j.asked = strings.TrimSuffix(strings.TrimPrefix(cmp.Or(o.name, j.asked), "["), "]")
	j.request.Name = j.asked
	for _, der := range ders {
		j.request.Chain = append(j.request.Chain, verify.ParseCertificate(der))
	}
	if j.kind != "server" {
		j.endFirst(c.IsSet("usage"))
	}
	j.report = verify.Judge(j.request)
	if p.fetchForVerify(c, o, j) {
		j.report = verify.Judge(j.request)
	}
	if j.report.Anchor != nil {
		if missing := ground.missing(c.Context, j.report.Anchor.Certificate); missing != j.report.Anchor.Missing {
			anchors.Lack(j.report.Anchor.Certificate, missing)
			j.report = verify.Judge(j.request)
		}
	}
	j.checkPins()
	j.checkExpiry()
	return j, nil
}

// endFirst puts the end-entity certificate of a file in front: in a file, unlike
// in a handshake, nothing says that it is the first.
// A file with nothing but CAs is judged as one, unless a usage was asked for.
func (j *judged) endFirst(usageAsked bool) {
	first := j.request.Chain[0]
	if first.X509 == nil || !first.X509.IsCA {
		return
	}
	for i, c := range j.request.Chain {
		if c.X509 != nil && !c.X509.IsCA {
			j.request.Chain[0], j.request.Chain[i] = c, first
			j.more = append(j.more, diag.Finding{
				Code: "verify/wrong-order", Severity: diag.SeverityWarning,
				What:  fmt.Sprintf("the end-entity certificate, %s, is number %d in the file", c.Title(), i+1),
				Why:   "servers send a file's certificates in its order, and take the first for their own",
				Fixes: []diag.Fix{{Do: "put it first, and each issuer after what it issued"}},
			})
			return
		}
	}
	if !usageAsked && j.asked == "" {
		j.request.Usage = verify.Authority
	}
}

// checkPins looks for the pinned keys in the path.
func (j *judged) checkPins() {
	if len(j.options.pins) == 0 {
		return
	}
	var have []string
	for _, c := range j.report.Path {
		if c.X509 == nil {
			continue
		}
		pin := pinOf(c.X509.RawSubjectPublicKeyInfo)
		if slices.Contains(j.options.pins, pin) {
			return
		}
		have = append(have, pin+" ("+c.Title()+")")
	}
	j.more = append(j.more, diag.Finding{
		Code: diag.VerifyPin, Severity: diag.SeverityError, What: "no key in the chain is a pinned one",
		Why:   "the chain has " + strings.Join(have, ", "),
		Fixes: []diag.Fix{{Do: "if the key was changed on purpose, pin the new one as it stands above"}},
	})
}

// checkExpiry finds fault with a certificate of the path that ends soon.
func (j *judged) checkExpiry() {
	if j.options.within == 0 {
		return
	}
	now := j.since()
	for _, c := range j.report.Path {
		if c.X509 == nil || c.X509.NotAfter.Before(now) || c.X509.NotAfter.Sub(now) > j.options.within {
			continue // what has expired has a finding of its own
		}
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyExpiresSoon, Severity: diag.SeverityError,
			What:  c.Title() + " expires " + inspect.Due(c.X509.NotAfter, now),
			Fixes: []diag.Fix{{Do: "renew it; for a certificate of devca's", Run: "devca renew --all"}},
		})
	}
}
