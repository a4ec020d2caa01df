package verify_test

import (
	"crypto/x509"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"
)

func staples() []combination {
	delegate := func(change ...func(*x509.Certificate)) func(d *draft) *sheet {
		return func(d *draft) *sheet {
			s := newSheet("responder", server(), func(t *x509.Certificate) {
				t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
			})
			all(change...)(s.Certificate)
			s.sign(nilT{}, d.root)
			return s
		}
	}
	with := func(s func(d *draft) *sheet, status int) func(*draft) {
		return func(d *draft) {
			d.after = append(d.after, func(d *draft) {
				made := s(d)
				der, err := ocsp.CreateResponse(d.root.parsed, made.parsed, ocsp.Response{
					Status: status, SerialNumber: d.leaf.parsed.SerialNumber, ThisUpdate: time.Now().Add(-time.Hour),
					NextUpdate: time.Now().Add(48 * time.Hour), RevokedAt: time.Now().Add(-50 * time.Hour), Certificate: made.parsed,
				}, made.key)
				if err != nil {
					panic(err)
				}
				d.staple = der
			})
		}
	}
	must := onLeaf(extra(oidMustStaple, false, []int{5}))
	return []combination{
		{"staple good", ocspBy(ocsp.Good, byRoot, nil)},
		{"staple good, must-staple", both(must, ocspBy(ocsp.Good, byRoot, nil))},
		{"staple revoked", ocspBy(ocsp.Revoked, byRoot, nil)},
		{"staple revoked, on hold", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.RevocationReason = ocsp.CertificateHold })},
		{"staple unknown", ocspBy(ocsp.Unknown, byRoot, nil)},
		{"staple stale", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) })},
		{"staple stale, revoked", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) })},
		{"staple stale, must-staple", both(must, ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) }))},
		{"staple from tomorrow", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.ThisUpdate = time.Now().Add(24 * time.Hour) })},
		{"staple without an end", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Time{} })},
		{"staple of a month ago without an end", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = time.Now().AddDate(0, -1, 0), time.Time{}
		})},
		{"staple for another serial", ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.SerialNumber = big.NewInt(7) })},
		{"staple for another serial, revoked", ocspBy(ocsp.Revoked, byRoot, func(r *ocsp.Response) { r.SerialNumber = big.NewInt(7) })},
		{"staple by a stranger", ocspBy(ocsp.Good, func(*draft) *sheet {
			s := newSheet("stranger", authority)
			s.sign(nilT{}, s)
			return s
		}, nil)},
		{"revoked staple by a stranger", ocspBy(ocsp.Revoked, func(*draft) *sheet {
			s := newSheet("stranger", authority)
			s.sign(nilT{}, s)
			return s
		}, nil)},
		{"staple by a delegate", with(delegate(), ocsp.Good)},
		{"revoked staple by a delegate", with(delegate(), ocsp.Revoked)},
		{"revoked staple by a delegate without the purpose", with(delegate(purposes(x509.ExtKeyUsageServerAuth)), ocsp.Revoked)},
		{"staple by a delegate without the purpose", with(delegate(purposes(x509.ExtKeyUsageServerAuth)), ocsp.Good)},
		{"staple by an expired delegate", with(delegate(past), ocsp.Good)},
		{"staple that is garbage", func(d *draft) { d.staple = []byte{0x30, 3, 1, 2, 3} }},
		{"staple that says try later", func(d *draft) { d.staple = []byte{0x30, 3, 0x0a, 1, 3} }},
		{"short-lived, staple stale", both(onLeaf(days(5)), ocspBy(ocsp.Good, byRoot, func(r *ocsp.Response) { r.NextUpdate = time.Now().Add(-time.Hour) }))},
		{"short-lived, staple revoked", both(onLeaf(days(5)), ocspBy(ocsp.Revoked, byRoot, nil))},
		{"short-lived, must-staple", both(onLeaf(days(5)), must)},
		{"below an issuer, staple revoked", both(onIssuer(), ocspBy(ocsp.Revoked, func(d *draft) *sheet { return d.issuers[0] }, nil))},
	}
}

func ocspBy(status int, signer func(d *draft) *sheet, change func(*ocsp.Response)) func(*draft) {
	return func(d *draft) {
		d.after = append(d.after, func(d *draft) {
			response := ocsp.Response{
				Status: status, SerialNumber: d.leaf.parsed.SerialNumber, ThisUpdate: time.Now().Add(-48 * time.Hour),
				NextUpdate: time.Now().Add(48 * time.Hour), RevokedAt: time.Now().Add(-50 * time.Hour),
			}
			if change != nil {
				change(&response)
			}
			by := signer(d)
			issuer := d.root
			if n := len(d.issuers); n > 0 {
				issuer = d.issuers[n-1]
			}
			der, err := ocsp.CreateResponse(issuer.parsed, by.parsed, response, by.key)
			if err != nil {
				panic(err)
			}
			d.staple = der
		})
	}
}

func byRoot(d *draft) *sheet { return d.root }
