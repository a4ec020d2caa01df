package command

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"devca/diag"
	"devca/internal/publicsuffix"
	"devca/serverconf"
	"devca/tlsparams"
	"devca/trace"
	"devca/verify"
)

// wrong says whether the answer is no.
func (w *traceWork) wrong() bool {
	return slices.ContainsFunc(w.findings, func(f diag.Finding) bool { return f.Severity == diag.SeverityError })
}

// find adds a finding.
func (w *traceWork) find(code diag.Code, severity diag.Severity, what, why string, fixes ...diag.Fix) {
	w.findings = append(w.findings, diag.Finding{Code: code, Severity: severity, What: what, Why: why, Fixes: fixes})
}

// judge collects what is to be said about what was seen.
func (w *traceWork) judge() {
	w.judgeFailure()
	w.judgeForm()
	if w.first.transcript.Version != 0 {
		w.judgeVersion()
		w.judgeSuite()
		w.judgeCost()
	}
	w.judgeChain()
	w.judgeClient()
	if w.first.failure == nil {
		w.judgeResumption()
		w.judgePage()
	}
}

func (w *traceWork) judgeFailure() {
	if w.first.failure == nil {
		return
	}
	if failure, ok := errors.AsType[*diag.Error](w.first.failure); ok {
		w.findings = append(w.findings, findingWithCause(failure))
	}
}

func (w *traceWork) judgeForm() {
	t := w.first.transcript
	for _, m := range t.Messages {
		if m.Problem == "" || m.Kind == trace.KindNotTLS {
			continue
		}
		w.find(diag.TraceMalformed, diag.SeverityWarning, fmt.Sprintf("the %s's %s is malformed", sideName(m.FromClient), m.Kind), m.Problem,
			diag.Fix{Do: "see its bytes", Run: diag.CommandLine("devca", "trace", w.options.name, "--raw")})
	}
}

func (w *traceWork) judgeVersion() {
	t := w.first
	name := t.transcript.VersionName()
	switch {
	case t.all && t.failure == nil:
		w.find(diag.TraceOnlyOld, diag.SeverityError, "no client of today can speak with this server: it has only "+name+" with "+tlsparams.Suite(t.transcript.CipherSuite).Name,
			"clients offer TLS 1.2 and 1.3 with forward secrecy (TLS 1.0 and 1.1 are deprecated, RFC 8996); this connection was made by offering everything there ever was", w.fix(serverconf.Versions))
	case t.olderThan(tls.VersionTLS13):
		w.find(diag.TraceNoTLS13, diag.SeverityNotice, "the server does not speak TLS 1.3",
			"TLS 1.3 takes one round trip less and hides the certificates", w.fix(serverconf.Versions))
	}
}

func (w *traceWork) judgeSuite() {
	if w.first.transcript.CipherSuite == 0 {
		return
	}
	suite := tlsparams.Suite(w.first.transcript.CipherSuite)
	if !suite.ForwardSecrecy {
		w.find(diag.TraceNoForwardSecrecy, diag.SeverityWarning, "no forward secrecy: "+suite.Name,
			"who gets the server's key later can read what was recorded today", w.fix(serverconf.Suites))
		return
	}
	severity := map[tlsparams.Strength]diag.Severity{
		tlsparams.Legacy: diag.SeverityWarning, tlsparams.Weak: diag.SeverityError, tlsparams.Broken: diag.SeverityError,
	}[suite.Strength]
	if severity != "" {
		w.find(diag.TraceWeakSuite, severity, "the cipher suite is "+string(suite.Strength)+": "+suite.Name, suite.Why, w.fix(serverconf.Suites))
	}
}

// firstWindow is what a server may send before it hears that something arrived:
// ten segments (RFC 6928).
const firstWindow = 10 * 1460

func (w *traceWork) judgeCost() {
	t := w.first.transcript
	if retry := t.First(trace.KindHelloRetryRequest, false); retry != nil {
		why := "it takes a round trip more"
		if hello, ok := retry.Body.(*trace.ServerHello); ok && hello.Share.Group != 0 {
			why = "it wants a key share for " + tlsparams.Group(hello.Share.Group).Name + ", and clients send one for x25519 first: " + why
		}
		w.find(diag.TraceRetry, diag.SeverityNotice, "the server wants the hello twice", why, w.fix(serverconf.Groups))
	}
	if n := t.FirstFlight(); n > firstWindow {
		w.find(diag.TraceLargeFlight, diag.SeverityNotice, fmt.Sprintf("the server's first answer has %d bytes", n),
			fmt.Sprintf("more than %d bytes wait for a round trip more", firstWindow), diag.Fix{Do: "send no root and no certificate twice, and use ECDSA keys"})
	}
}

// judgeChain takes over what verify finds wrong.
func (w *traceWork) judgeChain() {
	if w.judged == nil {
		return
	}
	for _, finding := range w.judged.relevant() {
		w.findings = append(w.findings, w.withLines(finding.Diag(w.judged.options.clients)))
	}
	if w.nameless != nil && len(w.nameless.Chain) > 0 && !w.sameWithoutName() {
		w.find(diag.VerifyWithoutName, diag.SeverityNotice,
			"without a server name (SNI), the server shows another certificate: "+verify.ParseCertificate(w.nameless.Chain[0]).Title(),
			"old clients, and whoever asks for the IP address, get that one",
			diag.Fix{Do: "make this certificate the server's default, if such clients matter"})
	}
}

// judgeClient is about client certificates.
func (w *traceWork) judgeClient() {
	t := w.first.transcript
	if t.First(trace.KindCertificateRequest, false) == nil {
		return
	}
	alerts := slices.DeleteFunc(t.Alerts(false), (*trace.Alert).Closure)
	shown := w.options.certificate != nil
	switch {
	case len(alerts) > 0 && !shown:
		w.find(diag.VerifyClientWanted, diag.SeverityError, "the server wants a client's certificate, and ends the connection without one: "+alerts[0].String(), "",
			diag.Fix{Do: "issue one", Run: "devca issue --client NAME"},
			diag.Fix{Do: "and show it", Run: diag.CommandLine("devca", "trace", w.options.name, "--client-cert", "NAME-client.pem", "--client-key", "NAME-client-key.pem")})
	case !shown && w.first.page != nil && w.first.page.Status >= http400:
		w.find(diag.VerifyClientWanted, diag.SeverityError, fmt.Sprintf("the server wants a client's certificate, and answers %d without one", w.first.page.Status), "",
			diag.Fix{Do: "issue one", Run: "devca issue --client NAME"},
			diag.Fix{Do: "and show it", Run: diag.CommandLine("devca", "trace", w.options.name, "--client-cert", "NAME-client.pem", "--client-key", "NAME-client-key.pem")})
	case len(alerts) > 0:
		w.find(diag.VerifyClientRefused, diag.SeverityError, "the server refuses the client's certificate: "+alerts[0].String(), "",
			diag.Fix{Do: "see which issuers it asks for, and issue the certificate under one of them", Run: diag.CommandLine("devca", "trace", w.options.name, "--raw")})
	case !shown:
		w.find(diag.VerifyClientAsked, diag.SeverityNotice, "the server asks for a client's certificate, and goes on without one", "browsers ask the person which one to show",
			diag.Fix{Do: "show it one", Run: "devca issue --client NAME"})
	}
}

// http400 is where the errors of HTTP begin; nginx answers 400 where a client's
// certificate is missing.
const http400 = 400

// longestTicket is what RFC 8446, 4.6.1, allows.
const longestTicket = 7 * 24 * time.Hour

func (w *traceWork) judgeResumption() {
	r := w.resumption()
	if r == nil {
		return
	}
	refused := len(slices.DeleteFunc(w.first.transcript.Alerts(false), (*trace.Alert).Closure)) > 0
	if !r.Resumed && !refused && !w.first.expired() {
		why := "every connection takes the full handshake: signatures, certificates, and up to TLS 1.2 a round trip more"
		if r.Tickets > 0 {
			why = "it gave a ticket and did not take it; servers behind one address need one key for tickets. " + why
		}
		w.find(diag.TraceNoResumption, diag.SeverityNotice, "a second connection is not resumed", why, w.fix(serverconf.Resumption))
	}
	if r.EarlyData > 0 {
		w.find(diag.TraceEarlyData, diag.SeverityNotice, "the server takes early data (0-RTT)",
			"somebody who recorded such a request can send it again (RFC 8446, 8): it must change nothing", diag.Fix{Do: "answer requests in early data with 425 unless they are safe to repeat (RFC 8470), or switch it off"})
	}
	if time.Duration(r.Lifetime*float64(time.Second)) > longestTicket {
		w.find(diag.TraceTicketLifetime, diag.SeverityNotice, fmt.Sprintf("the server's tickets live for %.0f days", r.Lifetime/86400),
			"clients must not keep one for longer than 7 days (RFC 8446, 4.6.1), and who gets the tickets' key can read all that time", w.fix(serverconf.Resumption))
	}
}

// expired says whether the server's certificate is over: crypto/tls then does not
// resume, whatever the server would do.
func (t *traced) expired() bool {
	chain := t.state.PeerCertificates
	return len(chain) > 0 && time.Now().After(chain[0].NotAfter)
}

// judgePage is about HTTP.
func (w *traceWork) judgePage() {
	if w.options.target.Protocol.Name != "https" || w.first.state.Version == 0 {
		return
	}
	if w.first.pageFailure != nil {
		if len(slices.DeleteFunc(w.first.transcript.Alerts(false), (*trace.Alert).Closure)) == 0 { // else that is said
			w.find(diag.TraceNoAnswer, diag.SeverityWarning, "the server did not answer a request for a page", w.first.pageFailure.Error(),
				diag.Fix{Do: "if it is no web server, say what it is", Run: diag.CommandLine("devca", "trace", "tls://"+w.options.target.Address())})
		}
		return
	}
	page := w.first.page
	if page == nil {
		return
	}
	if w.first.state.NegotiatedProtocol != "h2" {
		w.find(diag.TraceHTTP1, diag.SeverityNotice, "HTTP/1.1 only: the server does not offer HTTP/2", "browsers then open six connections, each with a handshake", w.fix(serverconf.HTTP2))
	}
	switch public := publicName(w.options.target.Name()); {
	case page.HSTS != nil && page.HSTS.Problem != "":
		w.find(diag.TraceBadHSTS, diag.SeverityWarning, "browsers ignore the HSTS header", page.HSTS.Problem, w.fix(serverconf.HSTS))
	case page.HSTS == nil && public:
		w.find(diag.TraceNoHSTS, diag.SeverityNotice, "no HSTS header", "a browser that is told http:// goes there without TLS first, and somebody on the way can keep it there (RFC 6797)", w.fix(serverconf.HSTS))
	}
	if w.redirect != nil && !w.redirect.ToHTTPS {
		w.find(diag.TraceNoRedirect, diag.SeverityNotice, fmt.Sprintf("http://%s/ answers %d and does not redirect to https", w.options.target.Host, w.redirect.Status),
			"people who type the name stay without TLS", w.fix(serverconf.Redirect))
	}
	if mixed := w.mixed(); len(mixed) > 0 {
		var urls []string
		for _, one := range mixed {
			urls = append(urls, one.URL)
		}
		const few = 5
		shown := strings.Join(urls[:min(few, len(urls))], ", ")
		if len(urls) > few {
			shown += fmt.Sprintf(" and %d more (--json has all)", len(urls)-few)
		}
		w.find(diag.TraceMixed, diag.SeverityWarning, "the page loads over http: "+shown, "browsers block that on an https page, or try https instead",
			diag.Fix{Do: "write https:// or a path without a scheme; or have browsers do it: Content-Security-Policy: upgrade-insecure-requests"})
	}
}

// publicName says whether a name can belong to somebody on the internet: HSTS on
// a development name would outlive the project that used it.
func publicName(name string) bool {
	return publicsuffix.Is(name[strings.LastIndexByte(name, '.')+1:])
}
