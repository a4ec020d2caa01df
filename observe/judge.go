package observe

import (
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"devca/diag"
	"devca/tlsparams"
	"devca/trace"
)

const versionTLS13 = 0x0304

// Alerts of RFC 8446, 6.2, and RFC 7301, 3.2.
const (
	alertHandshakeFailure   = 40
	alertBadCertificate     = 42
	alertUnsupported        = 43
	alertRevoked            = 44
	alertExpired            = 45
	alertCertificateUnknown = 46
	alertUnknownCA          = 48
	alertProtocolVersion    = 70
	alertInsufficient       = 71
	alertUnrecognizedName   = 112
	alertNoALPN             = 120
)

// judge finds out what kept the client away. check and why are those of Server.
func (v *Visit) judge(check string, why func(name string) error) {
	j := &judgement{visit: v, hello: v.Transcript.ClientHello(), check: check, why: why}
	if j.hello != nil {
		j.program = Guess(j.hello)
		if j.hello.ServerName != "" && netip.Addr.IsValid(addressOf(j.hello.ServerName)) {
			j.hello.ServerName = "" // against RFC 6066, 3; crypto/tls does not see it
		}
	}
	if chain := v.Transcript.Chain(false); len(chain) > 0 {
		j.leaf, _ = x509.ParseCertificate(chain[0])
	}
	v.Program, v.Failure = j.program, j.find()
}

func addressOf(name string) netip.Addr {
	address, _ := netip.ParseAddr(name)
	return address
}

// judgement is what is known while a visit is judged.
type judgement struct {
	visit   *Visit
	hello   *trace.ClientHello // nil: none came
	leaf    *x509.Certificate  // that the server showed; nil: none that could be read
	program Program
	check   string
	why     func(name string) error
}

// finding is an error about the visit.
func finding(code diag.Code, what string) *diag.Error { return diag.New(code, what) }

func (j *judgement) find() *diag.Error {
	v := j.visit
	switch alert := v.refusal(true); {
	case j.hello == nil:
		return j.withoutHello()
	case alert != nil:
		return j.clientAlert(alert)
	case v.refusal(false) != nil || v.End.Local != nil:
		return j.serverAlert(v.refusal(false))
	case v.End.Onward != nil:
		return finding(diag.ObserveOnward, "the handshake was fine, and the server behind cannot be reached").From(v.End.Onward).
			Fix("start it, or name another one with --to HOST:PORT", "")
	case v.End.Late:
		return finding(diag.ObserveSlow, "the client did not end its handshake within "+v.patience.String()).Because(j.progress()).
			Fix("see whether something between the two holds messages back: connect on the same machine", "")
	case v.End.NoKeys:
		return finding(diag.ObserveNoKeys, "the key log has no keys for this connection").
			Because("what is encrypted was not read").
			Fix("start the client or the server with the variable SSLKEYLOGFILE set to the file of --keylog, before it connects", "")
	case v.End.Closed && !v.End.Used:
		return j.left()
	}
	return nil
}

// progress says how far the client came.
func (j *judgement) progress() string {
	messages := j.visit.Transcript.Messages
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].FromClient {
			return "its last message was " + string(messages[i].Kind)
		}
	}
	return "it sent no whole message"
}

// withoutHello is for connections that did not begin as TLS does.
func (j *judgement) withoutHello() *diag.Error {
	v := j.visit
	for _, m := range v.Transcript.Messages {
		if m.Kind != trace.KindNotTLS || !m.FromClient {
			continue
		}
		if looksLikeHTTP(m.Raw) {
			return finding(diag.ObservePlain, "the client spoke plain HTTP on a port of HTTPS").
				Fix("let it ask for https:// instead of http://; behind a proxy, see that the proxy speaks TLS to this port", "")
		}
		return finding(diag.ObserveNotTLS, "the client did not speak TLS").Because(m.Sentence).
			Fix("see whether it wants STARTTLS or a protocol without TLS, or another port", "")
	}
	if v.End.Late {
		return finding(diag.ObserveSlow, "the client connected and did not send a whole hello within "+v.patience.String()).
			Fix("see whether it waits for the server to speak first: then it does not expect TLS on this port", "")
	}
	early := finding(diag.ObserveEarly, "the client left before it said anything").
		Because("checks whether a port is open do so, and browsers that connect in advance")
	early.Severity = diag.SeverityNotice
	return early
}

// left is for clients that went without an alert.
func (j *judgement) left() *diag.Error {
	v := j.visit
	if !v.Transcript.Finished() {
		if j.leaf == nil && !v.Transcript.Resumed {
			early := finding(diag.ObserveEarly, "the client left before the server's answer was complete").Because(j.progress())
			early.Severity = diag.SeverityNotice
			return early
		}
		if known := j.certificate(); known != nil {
			return known
		}
		return j.untrusted("it left when it had seen the certificate, and said nothing")
	}
	if known := j.certificate(); known != nil && !v.Transcript.Resumed {
		return known
	}
	silent := finding(diag.ObserveSilent, "the client finished the handshake and left without a word")
	if v.farewell() && j.program != GnuTLS { // Debian's git says goodbye when it does not trust the root (measured)
		silent.Severity = diag.SeverityNotice
		return silent.Because("it closed in good order: a check of the handshake does so, and browsers with connections that they do not need; curl, too, if the certificate is not for the address in its URL")
	}
	silent.Severity = diag.SeverityWarning
	silent = silent.Because("Node does so if it does not trust the root: it looks at the certificate after the handshake (tls.connect's rejectUnauthorized) and sends no alert; so do wget and git with GnuTLS")
	silent.Fixes = append(silent.Fixes, j.trustFixes()...)
	return silent
}

// farewell says whether the client closed in good order.
func (v *Visit) farewell() bool {
	for _, alert := range v.Transcript.Alerts(true) {
		if alert.Closure() {
			return true
		}
	}
	return false
}

// clientAlert is for clients that said what they do not like.
func (j *judgement) clientAlert(alert *trace.Alert) *diag.Error {
	said := "it said " + alert.String()
	switch alert.Number {
	case alertUnknownCA:
		return j.untrusted(said)
	case alertExpired:
		if known := j.validity(); known != nil {
			return known
		}
		return finding(diag.ObserveValidity, "the client finds the certificate, or one of its chain, expired or not valid yet").
			Because(said+", but the certificate is valid now by this machine's clock").
			Fix("compare the clocks of both machines", "").Fix("look at the whole chain", j.verifyLine())
	case alertRevoked:
		return finding(diag.ObserveRevoked, "the client knows the certificate as revoked").Because(said).
			Fix("issue a new one", diag.CommandLine("devca", "issue", "--force", j.name()))
	case alertBadCertificate, alertUnsupported, alertCertificateUnknown:
		if known := j.certificate(); known != nil {
			return known
		}
		return j.untrusted(said)
	case alertHandshakeFailure, alertProtocolVersion, alertInsufficient:
		return finding(diag.ObserveNothingInCommon, "the client does not accept what the server chose").Because(said+"; the server chose "+j.chosen()).
			Fix("update the client, or see what it offers in its ClientHello", "")
	}
	return finding(diag.ObserveClientAlert, "the client ended the connection").Because(said+", which means that "+meaning(j.visit.Transcript, true)).
		Fix("look for the reason in the client's own log", "")
}

// meaning is the sentence of a side's alert.
func meaning(t *trace.Transcript, client bool) string {
	for _, m := range t.Messages {
		if alert, ok := m.Body.(*trace.Alert); ok && m.FromClient == client && !alert.Closure() {
			return m.Sentence
		}
	}
	return "something was wrong"
}

func (j *judgement) chosen() string {
	t := j.visit.Transcript
	if t.Version == 0 {
		return "nothing yet"
	}
	return t.VersionName() + " and " + tlsparams.Suite(t.CipherSuite).Name
}

// serverAlert is for handshakes that the server ended; alert may be nil.
func (j *judgement) serverAlert(alert *trace.Alert) *diag.Error {
	v := j.visit
	if alert == nil {
		return finding(diag.ObserveServerAlert, "the server ended the handshake").From(v.End.Local).
			Fix("update the client; what it offers is in its ClientHello", "")
	}
	switch alert.Number {
	case alertUnrecognizedName:
		found := finding(diag.ObserveNoCertificate, "the server has no certificate for "+j.name())
		if j.why != nil {
			if err := j.why(j.hello.ServerName); err != nil {
				found = found.From(err)
				if failure, ok := errors.AsType[*diag.Error](err); ok {
					found.Fixes = append(found.Fixes, failure.Fixes...)
				}
			}
		}
		if len(found.Fixes) == 0 {
			found = found.Fix("issue one and show it with --cert and --key", diag.CommandLine("devca", "issue", j.name()))
		}
		return found
	case alertNoALPN:
		return finding(diag.ObserveALPN, "the client speaks none of the server's application protocols").
			Because("it offers "+strings.Join(j.hello.ALPN, ", ")).
			Fix("if the server behind speaks them, say so with --alpn", diag.CommandLine("--alpn", strings.Join(j.hello.ALPN, ",")))
	case alertHandshakeFailure, alertProtocolVersion, alertInsufficient:
		found := finding(diag.ObserveNothingInCommon, "the two sides have nothing in common").Because("the client offers " + j.offer())
		if v.End.Local != nil {
			found = found.From(v.End.Local)
		}
		return found.Fix("update the client: TLS 1.2 and 1.3 are what is safe (RFC 8996)", "")
	}
	return finding(diag.ObserveServerAlert, "the server ended the handshake").Because("it said "+alert.String()+", which means that "+meaning(v.Transcript, false)).
		Fix("look for the reason in the server's own log", "")
}

// offer names the versions and how many suites a client offers.
func (j *judgement) offer() string {
	var names []string
	for _, version := range j.hello.Versions {
		if !tlsparams.IsGREASE(version) {
			names = append(names, tlsparams.VersionName(version))
		}
	}
	var suites []string
	for _, suite := range j.hello.Suites {
		if len(suites) < 5 && !tlsparams.IsGREASE(suite) {
			suites = append(suites, tlsparams.Suite(suite).Name)
		}
	}
	text := strings.Join(names, ", ")
	if len(suites) > 0 {
		text += " with " + strings.Join(suites, ", ")
	}
	return text
}

// certificate finds what any client would refuse about the certificate.
func (j *judgement) certificate() *diag.Error {
	if found := j.validity(); found != nil {
		return found
	}
	if j.leaf == nil || j.hello.ServerName == "" || j.leaf.VerifyHostname(j.hello.ServerName) == nil {
		return nil
	}
	return finding(diag.ObserveName, "the certificate is not for "+j.hello.ServerName).Because("it is for "+strings.Join(namesOf(j.leaf), ", ")).
		Fix("issue one for the name that clients ask for", diag.CommandLine("devca", "issue", j.hello.ServerName))
}

func (j *judgement) validity() *diag.Error {
	if j.leaf == nil {
		return nil
	}
	var what string
	switch at := j.visit.Start; {
	case at.After(j.leaf.NotAfter):
		what = "the certificate expired on " + j.leaf.NotAfter.UTC().Format(time.DateOnly)
	case at.Before(j.leaf.NotBefore):
		what = "the certificate is not valid before " + j.leaf.NotBefore.UTC().Format(time.RFC3339)
	default:
		return nil
	}
	return finding(diag.ObserveValidity, what).Fix("renew what is about to expire", "devca renew")
}

func namesOf(leaf *x509.Certificate) []string {
	names := append([]string(nil), leaf.DNSNames...)
	for _, address := range leaf.IPAddresses {
		names = append(names, address.String())
	}
	if len(names) == 0 {
		return []string{"no name"}
	}
	return names
}

// name is what the client asked for.
func (j *judgement) name() string {
	if j.hello.ServerName != "" {
		return j.hello.ServerName
	}
	return "localhost"
}

func (j *judgement) verifyLine() string {
	if j.check != "" {
		return diag.CommandLine("devca", "verify", j.check)
	}
	return "devca status"
}

// untrusted is the most frequent of all.
func (j *judgement) untrusted(said string) *diag.Error {
	found := finding(diag.ObserveUntrusted, "the client does not trust the root of the certificate").Because(said)
	found.Fixes = append(found.Fixes, j.trustFixes()...)
	return found
}

// trustFixes say how this kind of client is told about a root.
func (j *judgement) trustFixes() []diag.Fix {
	if j.check != "" {
		return []diag.Fix{{Do: "see what each client says about this chain, and which root it needs", Run: j.verifyLine()}}
	}
	if host, _, err := net.SplitHostPort(j.visit.Remote); err == nil && !addressOf(host).IsLoopback() {
		return []diag.Fix{
			{Do: "bring the root to that device", Run: "devca mobile"},
			{Do: "or into its image, if it is a container", Run: "devca ca export --format docker"},
		}
	}
	return j.program.fixes()
}
