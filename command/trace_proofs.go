package command

import (
	"crypto/x509"
	"fmt"
	"time"

	"devca/trace"
)

// stapled is the OCSP response that came with the certificates.
type stapled struct {
	Size   int    `json:"size"`
	Status string `json:"status,omitempty"` // good, revoked, unknown or unusable; empty: the issuer is not known
}

// logged are the signed certificate timestamps.
type logged struct {
	Certificate int       `json:"in_certificate"`
	Handshake   int       `json:"in_handshake"`
	Newest      time.Time `json:"newest,omitzero"`
}

func (w *traceWork) staple() *stapled {
	response := w.first.state.OCSPResponse
	if len(response) == 0 {
		return nil
	}
	s := &stapled{Size: len(response)}
	if w.judged != nil && w.judged.report.Status.Source == "staple" {
		s.Status = w.judged.report.Status.Status
	}
	return s
}

// timestamps collects those of the certificate and those of the handshake; nil:
// no certificate was seen.
func (w *traceWork) timestamps() *logged {
	chain := w.first.transcript.Chain(false)
	if len(chain) == 0 {
		return nil
	}
	l := &logged{Handshake: len(w.first.state.SignedCertificateTimestamps)}
	all := w.first.state.SignedCertificateTimestamps
	if leaf, err := x509.ParseCertificate(chain[0]); err == nil {
		inside := trace.EmbeddedSCTs(leaf)
		l.Certificate, all = len(inside), append(inside, all...)
	}
	for _, data := range all {
		if sct, ok := trace.ParseSCT(data); ok && sct.Time.After(l.Newest) {
			l.Newest = sct.Time
		}
	}
	return l
}

// proofs are what says something about the certificates beside them, as words.
func (w *traceWork) proofs() [][2]string {
	var words [][2]string
	if l := w.timestamps(); l != nil {
		words = append(words, [2]string{"Stapled", w.stapleWords()}, [2]string{"SCTs", l.words()})
	}
	return words
}

func (w *traceWork) stapleWords() string {
	s := w.staple()
	switch {
	case s == nil && w.first.transcript.ClientHello() != nil && !w.first.transcript.ClientHello().Staple:
		return "no OCSP response was asked for"
	case s == nil:
		return "no OCSP response"
	case s.Status == "":
		return fmt.Sprintf("an OCSP response of %d bytes", s.Size)
	default:
		return fmt.Sprintf("an OCSP response of %d bytes: %s", s.Size, s.Status)
	}
}

func (l *logged) words() string {
	if l.Certificate+l.Handshake == 0 {
		return "none (only certificates of public CAs need signed timestamps)"
	}
	text := fmt.Sprintf("%d signed certificate timestamps: %d in the certificate, %d in the handshake", l.Certificate+l.Handshake, l.Certificate, l.Handshake)
	if !l.Newest.IsZero() {
		text += ", the newest of " + l.Newest.Format(time.DateOnly)
	}
	return text
}

// earlyWords say whether the server would take 0-RTT.
func (r *resumption) earlyWords() string {
	switch {
	case r.EarlyData > 0:
		return fmt.Sprintf("the server would take %d bytes of early data", r.EarlyData)
	case r.Tickets == 0:
		return "not offered: the server gave no ticket"
	default:
		return "not offered: no ticket allows early data"
	}
}

// hstsWords also say why there is none.
func (w *traceWork) hstsWords() string {
	switch h := w.first.page.HSTS; {
	case h != nil:
		return hstsWords(h)
	case publicName(w.options.target.Name()):
		return "no"
	default:
		return "no, and none is wanted on a name for development"
	}
}
