package explain

import (
	"net/netip"
	"strings"

	"devca/diag"
)

// fixes are the ways out of a cause. The command devca explain puts others in
// their place where it has looked at the machine.
func fixes(m Match) []diag.Fix {
	one := func(do, run string) []diag.Fix { return []diag.Fix{{Do: do, Run: run}} }
	host := hostWithoutPort(m.Asked())
	if m.Entry.Mend.Do != "" && m.Cause == m.Entry.Causes[0] {
		return []diag.Fix{m.Entry.Mend}
	}
	if m.Client.Server && m.Cause == WrongPurpose { // of the one who called
		return one("issue a certificate for the client", "devca issue --client NAME")
	}
	switch m.Cause {
	case UntrustedRoot, ClientDistrusts, ClientLeft:
		return append(one("have devca's root trusted by this machine's stores", "devca install"), one("or run the client with it", "devca exec -- COMMAND")...)
	case SelfSigned, WrongName, NoSAN, NameConstraint, CALeaf, WrongPurpose, KeyUsage, WeakKey, WeakSignature, BadForm, ReusedSerial, NotCA, PathLength:
		return append(one("if the server is yours, give it a certificate of devca's for this host", diag.CommandLine("devca", "issue", host)), one("else see what it shows, and what clients make of that", diag.CommandLine("devca", "verify", "https://"+orName(m.Asked())))...)
	case IncompleteChain:
		return append(one("see what the server sends", diag.CommandLine("devca", "verify", "https://"+orName(m.Asked()))), one("give the server the whole chain in its certificate file; devca's files have it", "")...)
	case StaleRoot:
		return append(one("put the present root into the stores in place of an older one of the same name", "devca install"), one("and see which other roots are left", "devca status")...)
	case Expired, NotYetValid, TooLong:
		return append(one("look at the clock", "date"), one("renew the certificate, if it is devca's", "devca renew --all")...)
	case Revoked:
		return one("issue a new one", diag.CommandLine("devca", "issue", host))
	case RevocationUnknown:
		return one("issue without a promise of OCSP answers, or answer them", "devca ca ocsp serve --help")
	case PlainHTTP:
		return append(one("see what answers on the port", diag.CommandLine("devca", "verify", "https://"+orName(m.Asked()))), one("use http:// or the port that speaks TLS; or start the server with a certificate", "")...)
	case HTTPToTLS:
		return one("let the client speak TLS: https://, amqps://, rediss://, tls=true, sslmode=require", "")
	case ProtocolVersion, Cipher, ALPN:
		return one("see what the server accepts", diag.CommandLine("devca", "trace", "--enum", orName(m.Asked())))
	case ServerName, NoCertificate:
		return one("give the server a certificate for the name", diag.CommandLine("devca", "issue", host))
	case ClientWanted, ClientRefused:
		return one("issue a certificate for the client, under a CA that the server accepts", diag.CommandLine("devca", "issue", "--client", "NAME"))
	case Handshake, Timeout:
		return one("see how far the handshake gets", diag.CommandLine("devca", "trace", orName(m.Asked())))
	case MissingCAFile, BadCAFile:
		return one("correct the variable or option that names the file; these are right for devca's root", "devca env")
	case MissingKeyFile, UnreadableKey, KeyMismatch:
		return one("see what the files are and whether they belong together", "devca inspect CERTIFICATE.pem KEY.pem")
	case NotVerified:
		return one("check again, and run the client with devca's root instead", "devca exec -- COMMAND")
	case LegacyAlgorithm:
		if Repeats(m.Client.Name, "node") {
			return append(one("use versions (of webpack, for one) that take no MD4", ""), one("until then, let Node load the old algorithms", "NODE_OPTIONS=--openssl-legacy-provider COMMAND")...)
		}
		return one("write the file anew with today's algorithms", diag.CommandLine("devca", "issue", "--p12", host))
	case StoreUnusable:
		return one("see the state of the stores", "devca status")
	case ConnectionRefused:
		return one("start the server, or correct the port", "")
	case NameNotResolved:
		return one("correct the name, or put it into the hosts file", "")
	case ConnectionBroken:
		return append(one("try again; certificates are not the matter if most tries go well", ""), one("if none does, see how far the handshake gets, and whether a proxy or VPN stands between", diag.CommandLine("devca", "trace", orName(m.Asked())))...)
	case Proxy:
		return one("look at HTTPS_PROXY and NO_PROXY", "env | grep -i proxy")
	case Pinned, HSTS, Transparency:
		return one("the browser or program has kept this; it forgets it in its own settings", "")
	}
	return nil
}

// Asked is the host, with its port, that may be asked about the match; empty: the text
// names none. A server names those who call it, and 0.0.0.0 is where one listens.
func (m Match) Asked() string {
	address, err := netip.ParseAddr(hostWithoutPort(m.Host))
	if err == nil && (address.IsUnspecified() || m.Client.Server) {
		return ""
	}
	return m.Host
}

func orName(host string) string {
	if host == "" {
		return "HOST"
	}
	return host
}

func hostWithoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	if host == "" {
		return "NAME"
	}
	return strings.Trim(host, "[]")
}
