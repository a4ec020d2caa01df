package explain

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Facts are the things that a text names.
type Facts struct {
	URLs  []string // without user and password
	Hosts []string // HOST or HOST:PORT
	Names []string // for which a certificate is, as the message says
	Files []string // of certificates and keys
}

// most is how many of a kind are kept.
const most = 20

// facts gathers them.
func facts(text []byte) Facts {
	var f Facts
	f.URLs = urls(text)
	var alone []string // what stands in no phrase, which says less
	for _, found := range aboutHost().FindAllSubmatch(head(text), most) {
		for i, group := range found[1:] {
			host := strings.TrimSuffix(string(group), ".")
			switch {
			case host == "", sourceFile().MatchString(hostWithoutPort(host)):
			case i+2 == len(found):
				alone = addOnce(alone, host)
			default:
				f.Hosts = addOnce(f.Hosts, host)
			}
		}
	}
	for _, host := range alone {
		f.Hosts = addOnce(f.Hosts, host)
	}
	for _, found := range aboutNames().FindAllSubmatch(head(text), most) {
		for name := range strings.SplitSeq(string(slices.Concat(found[1:]...)), ",") {
			name = strings.Trim(strings.TrimPrefix(strings.TrimSpace(name), "DNS:"), "'\"")
			f.Names = addOnce(f.Names, name)
		}
	}
	for _, found := range aboutFile().FindAll(head(text), most) {
		f.Files = addOnce(f.Files, string(found))
	}
	return f
}

// head bounds what the expressions are run over.
func head(text []byte) []byte {
	const enough = 64 << 10
	if len(text) <= enough {
		return text
	}
	return append(slices.Clone(text[:enough/2]), text[len(text)-enough/2:]...)
}

func addOnce(list []string, s string) []string {
	if s == "" || len(list) >= most || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

const hostForm = `(\[[0-9a-fA-F:]+\]|[\w*-]+(?:\.[\w-]+)*\.?)`

// aboutHost are phrases in which the host that was asked for stands.
var aboutHost = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)server certificate for "[^"]*"(?: \(and \d+ other names?\))? does not match host name "` + hostForm + `"` +
		`|(?:target host name|matches target|does not match host ?name|match hostname|not valid for|Hostname mismatch, certificate is not valid for|but wanted to match|matching|host name|expected name|hostname|certificate for) ['"]` + hostForm + `['"]` +
		`|altnames: (?:Host|IP): ` + hostForm + ` is not` +
		`|cannot validate certificate for ` + hostForm + ` because` +
		`|Peer name ` + hostForm + ` is not in peer certificate` +
		`|any names, but wanted to match ` + hostForm +
		`|DNS name matching ` + hostForm + ` found` +
		`|IP address ` + hostForm + ` found` +
		`|certificate is valid for [^\r\n]*?, not ` + hostForm +
		`|host='` + hostForm + `'` +
		`|(?:ENOTFOUND|EAI_AGAIN) ` + hostForm +
		`|Could not resolve host: ` + hostForm +
		`|\)\) "` + hostForm + `" \d{2,5}\b` + // Haskell's TlsExceptionHostPort
		`|\bhost +=\s+"` + hostForm + `"` + // and its HttpExceptionRequest
		`|The certificate of ['"‘]` + hostForm + `['"’]` +
		`|not valid for name "` + hostForm + `"` +
		`|(?:read|write) tcp \S+->` + hostForm + `:\d+: ` +
		`|Serving default certificate for request: ["']` + hostForm + `["']` +
		`|((?:(?:[\w-]+\.)+[A-Za-z][\w-]+|localhost|\d{1,3}(?:\.\d{1,3}){3}):\d{2,5})\b`)
})

// sourceFile is what stands before a line's number in a stack trace.
var sourceFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\.(?:c|cc|cpp|h|go|rs|py|js|mjs|cjs|ts|java|kt|rb|php|pl|pm|lua|erl|ex|exs|cs|vb|fs|dart|scala|groovy|clj|swift|mm?|jl|hs|ml|nim|zig|cr|vue|svelte|jsx|tsx|sh|ps1|psm1|psd1|bat|cmd|html?|css|log|xml|toml|lock|tf|hcl|gradle|kts|targets|csproj|props|pyx|dll|jar|conf|yml|yaml|json|txt)$`)
})

// aboutNames are phrases in which the certificate's names stand.
var aboutNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:certificate is valid for ([^\r\n]*?), not )|cert's altnames: ([^\r\n"']+)`)
})

// aboutFile are names of files that hold certificates or keys.
var aboutFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:[A-Za-z]:)?[/\\~][^\s'"()<>|,;:]*\.(?:pem|crt|cer|key|p12|pfx|jks|der)\b`)
})

// urls gives the URLs in a text.
func urls(text []byte) []string {
	var found []string
	for i := 0; len(found) < most; {
		j := bytes.Index(text[i:], []byte("://"))
		if j < 0 {
			break
		}
		at := i + j
		i = at + 3
		from := at
		for from > 0 && isWord(text[from-1]) {
			from--
		}
		to := at + 3
		for to < len(text) && text[to] > ' ' && !bytes.ContainsRune([]byte("\"'<>`|\\^{}()[]"), rune(text[to])) || to < len(text) && (text[to] == '[' || text[to] == ']') && to < at+50 && text[at+3] == '[' {
			to++
		}
		parsed, err := url.Parse(strings.TrimRight(string(text[from:to]), ".,;:!?…'"))
		if err != nil || parsed.Hostname() == "" || !slices.Contains(schemes, strings.ToLower(parsed.Scheme)) || documentation(parsed.Hostname()) {
			continue
		}
		parsed.User = nil
		found = addOnce(found, parsed.String())
	}
	return found
}

// schemes are those behind which a server may speak TLS.
var schemes = []string{"https", "http", "wss", "ldaps", "ldap", "postgres", "postgresql", "mysql", "rediss", "amqps", "mqtts", "ftps", "smtps", "imaps"}

// documentation says whether a host is one that messages point people to.
func documentation(host string) bool {
	return strings.HasPrefix(host, "docs.") || slices.Contains([]string{"curl.se", "curl.haxx.se", "nodejs.org", "urllib3.readthedocs.io", "bugs.ruby-lang.org", "railsapps.github.io", "bit.ly", "sqlalche.me", "mongodb.com", "docs.microsoft.com", "learn.microsoft.com", "yarnpkg.com", "docs.rs", "go.dev", "aka.ms", "docs.npmjs.com", "cwiki.apache.org", "www.rsyslog.com", "godotengine.org"}, host)
}

// locate says where a match stands and what it is about.
func (m *Match) locate(text []byte, w wrapping, f Facts) {
	from, to := max(0, m.at-1500), min(len(text), m.at+1500)
	nearby := w.join(text[from:to])
	around := facts(nearby)
	m.URL = nearest(nearby, m.at-from, around.URLs)
	if m.URL == "" && len(around.Hosts) == 0 && len(f.URLs) > 0 {
		m.URL = f.URLs[len(f.URLs)-1]
	}
	if parsed, err := url.Parse(m.URL); err == nil {
		m.Host = parsed.Host
		if len(around.Hosts) > 0 && hostWithoutPort(around.Hosts[0]) != parsed.Hostname() {
			m.Host = around.Hosts[0]
			if m.Client.Server { // which logs the port of the one who called
				m.Host = hostWithoutPort(m.Host)
			}
		}
	}
	m.say()
}

// say puts the cause into words and adds the ways out.
func (m *Match) say() {
	host := m.Host
	if host == "" {
		host = "this host"
	}
	m.What = strings.ReplaceAll(m.Cause.About().What, "{host}", host)
	if m.Sure == OneOf {
		m.What = "most likely, " + m.What
	}
	m.Fixes = fixes(*m)
}

// nearest gives the URL that stands closest before or after a place.
func nearest(text []byte, at int, urls []string) string {
	best, distance := "", len(text)+1
	for _, u := range urls {
		for from := 0; ; {
			i := bytes.Index(text[from:], []byte(u))
			if i < 0 {
				break
			}
			d := at - (from + i)
			if d < 0 {
				d = -d
			}
			if d < distance {
				best, distance = u, d
			}
			from += i + 1
		}
	}
	return best
}

// evidence gives a piece of text on one line.
func evidence(text []byte, from, to int) string {
	line := strings.Join(strings.Fields(string(text[from:min(to, from+400)])), " ")
	return strings.ToValidUTF8(line, "?")
}

// language notices the commonest translations of what is looked for.
func language(text []byte) string {
	text = head(text)
	for _, one := range []struct{ language, words string }{
		{"de", "Zertifikat"},
		{"de", "zertifikat"},
		{"fr", "certificat "},
		{"fr", "Certificat "},
		{"pt", " do certificado"}, // Spanish has the same word, but not what stands beside it
		{"pt", "O certificado"},
		{"pt", "certificado não"},
		{"es", "certificado"},
		{"it", "certificato"},
		{"ja", "証明書"},
		{"zh", "证书"},
		{"zh", "證書"},
		{"ru", "сертификат"},
		{"ko", "인증서"},
		{"pl", "certyfikat"},
		{"nl", "certificaat"},
		{"sv", "certifikat"},
		{"cs", "certifikát"},
		{"tr", "sertifika"},
	} {
		if bytes.Contains(text, []byte(one.words)) {
			return one.language
		}
	}
	return ""
}
