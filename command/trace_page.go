package command

import (
	"fmt"
	"net/url"
	"strings"

	"devca/scan"
	"devca/web"
)

// showPage tells what a web server says besides.
func (p *program) showPage(w *traceWork) {
	if w.first.pageFailure != nil {
		p.paragraph("HTTP", "no answer: "+w.first.pageFailure.Error())
		return
	}
	page := w.first.page
	if page == nil {
		return
	}
	p.paragraph("HTTP", w.pageWords())
	p.paragraph("HSTS", w.hstsWords())
	if w.redirect != nil {
		p.paragraph("Port 80", w.redirectWords())
	}
	p.paragraph("HTTP/3", w.quicWords())
}

func (w *traceWork) pageWords() string {
	page := w.first.page
	text := fmt.Sprintf("%s %d", page.Proto, page.Status)
	if page.Server != "" {
		text += ", " + page.Server
	}
	if page.Location != "" {
		text += ", on to " + page.Location
	}
	text += fmt.Sprintf(", %d bytes", page.BodyBytes)
	if page.Truncated {
		text += " and more"
	}
	return text
}

func hstsWords(h *web.HSTS) string {
	if h.Problem != "" {
		return "not valid: " + h.Problem
	}
	text := fmt.Sprintf("for %d days", h.Seconds/86400)
	if h.IncludeSubDomains {
		text += ", with all names below"
	}
	if h.Preload {
		text += ", preload"
	}
	return text
}

func (w *traceWork) redirectWords() string {
	switch {
	case w.redirect.ToHTTPS && w.redirect.SameHost:
		return fmt.Sprintf("redirects to https (%d)", w.redirect.Status)
	case w.redirect.ToHTTPS:
		return fmt.Sprintf("redirects to %s (%d)", w.redirect.Location, w.redirect.Status)
	default:
		return fmt.Sprintf("answers %d without TLS, and does not redirect to https", w.redirect.Status)
	}
}

func (w *traceWork) quicWords() string {
	var offered []string
	for _, alternative := range w.first.page.AltSvc {
		if alternative.HTTP3() {
			offered = append(offered, alternative.Protocol+" on port "+alternative.Port)
		}
	}
	switch {
	case w.quic != nil && len(offered) > 0:
		return "speaks QUIC (" + quicVersions(w.quic) + "), and says so: " + strings.Join(offered, ", ")
	case w.quic != nil:
		return "speaks QUIC (" + quicVersions(w.quic) + "), and does not say so (Alt-Svc)"
	case len(offered) > 0:
		return "says that it speaks " + strings.Join(offered, ", ") + ", and does not answer there"
	default:
		return "no: nothing speaks QUIC on the UDP port, and no Alt-Svc header names one"
	}
}

// quicVersions names the versions, without those that mean nothing (RFC 9000, 15).
func quicVersions(quic *scan.QUICAnswer) string {
	var names []string
	for _, version := range quic.Versions {
		if version.Name != "GREASE" {
			names = append(names, version.Name)
		}
	}
	return strings.Join(names, ", ")
}

// mixed is what the page loads without TLS.
func (w *traceWork) mixed() []web.Mixed {
	page := w.first.page
	if page == nil || len(page.Body) == 0 {
		return nil
	}
	base := &url.URL{Scheme: "https", Host: w.options.target.Address(), Path: "/"}
	if w.options.path != "" {
		if parsed, err := base.Parse(w.options.path); err == nil {
			base = parsed
		}
	}
	return web.MixedContent(base, page.Header, page.Body)
}
