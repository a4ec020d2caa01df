package command

import (
	"slices"

	"devca/diag"
	"devca/serverconf"
	"devca/web"
)

// advice is what a server is to do, by the topics of serverconf, in words that
// fit any.
func advice(topic string) string {
	switch topic {
	case serverconf.Versions:
		return "let the server speak TLS 1.2 and 1.3"
	case serverconf.Suites:
		return "let the server use ECDHE with AES-GCM or ChaCha20-Poly1305 only"
	case serverconf.Groups:
		return "let the server take x25519, which every client sends a key share for"
	case serverconf.HTTP2:
		return "switch HTTP/2 on"
	case serverconf.HSTS:
		return "send Strict-Transport-Security: max-age=31536000"
	case serverconf.Redirect:
		return "redirect http to https with status 301 or 308"
	case serverconf.Stapling:
		return "have the server fetch an OCSP response and send it with its certificate"
	case serverconf.Chain:
		return "have the server send the end-entity certificate and every intermediate one after it"
	default:
		return "switch session tickets on, with one key for all servers behind the name"
	}
}

// fix says how the server is told, with the lines for the one at hand, if it is
// known.
func (w *traceWork) fix(topic string) diag.Fix {
	fix := diag.Fix{Do: advice(topic)}
	server, ok := w.program()
	if !ok {
		return fix
	}
	if fix.Lines = serverconf.Snippet(server.Name, topic); fix.Lines != "" {
		fix.Do += "; for " + server.Title
	}
	return fix
}

// withLines adds the lines for the server at hand to what verify says about its
// chain.
func (w *traceWork) withLines(finding diag.Finding) diag.Finding {
	topic := map[diag.Code]string{
		"verify/unknown-issuer": serverconf.Chain, "verify/must-staple": serverconf.Stapling,
		"verify/staple-unusable": serverconf.Stapling, "verify/old-tls": serverconf.Versions,
	}[finding.Code]
	server, ok := w.program()
	if topic == "" || !ok || len(finding.Fixes) == 0 {
		return finding
	}
	finding.Fixes = slices.Clone(finding.Fixes) // those of the rule are everybody's
	first := &finding.Fixes[0]
	if first.Lines = serverconf.Snippet(server.Name, topic); first.Lines != "" {
		first.Do += "; for " + server.Title
	}
	return finding
}

// program is the server's, as a person or the server itself says.
func (w *traceWork) program() (serverconf.Server, bool) {
	if w.options.program != "" {
		return serverconf.Find(w.options.program)
	}
	name := recognised(w.first.page)
	return serverconf.Find(name)
}

// recognised reads which program an answer comes from; empty: it does not say.
// Frameworks of Node say so in a header of their own.
func recognised(page *web.Response) string {
	if page == nil {
		return ""
	}
	if name, ok := serverconf.Recognise(page.Server); ok {
		return name
	}
	switch page.Header.Get("X-Powered-By") {
	case "Express", "Next.js":
		return "node"
	default:
		return ""
	}
}
