package explain

import (
	"slices"

	"devca/diag"
)

// Entry is a text of the catalogue: what a program or library says, and why.
type Entry struct {
	ID string // library-or-program/slug, for good

	// Client says whose words they are; another client may repeat them (npm those
	// of Node, curl those of OpenSSL). It is a name of Clients.
	Client string

	// Texts are the stable parts of the message, one for each wording: case, spaces
	// and punctuation do not count; … stands for what varies, and ‥ for less of it.
	Texts []string

	// Causes are what it may mean, the likeliest first. One: the text says it.
	Causes []Cause

	// Prose says that people write these words in sentences, too: the text counts
	// only where something introduces it (leads), or where it stands alone.
	Prose bool

	// Caller is the entry that is meant where a URL introduces the words: one who
	// calls has a URL to name, a server has only the address of its caller.
	Caller string

	// Mend is the way out where the cause's own does not help.
	Mend diag.Fix

	Why    string // this client says it so, in one sentence
	Source string // where the text comes from
}

// wrappers are entries that say only that something failed: another message, if
// there is one beside them, has the reason, whatever it is.
var wrappers = map[string]bool{
	"openssl/verify-failed": true, "openssl/handshake-failure": true, "go/verify": true, "rust/sent-alert": true, "curl/peer-failed": true, "curl/ssl-connect": true, "curl/gnutls-handshake": true, "curl/mbedtls-verify": true,
	"gnutls/not-trusted": true, "gnutls/fatal-alert": true, "wget/not-trusted": true, "wget/no-connection": true, "wget/cannot-verify": true, "wget2/not-trusted": true, "wget2/handshake": true,
	"svn/ssl": true, "python/verification": true, "pip/confirm": true, "aws/validation": true, "aiohttp/certificate": true, "conda/ssl": true, "az/verification": true,
	"gem/depth": true, "gem/bundler": true, "php/operation": true, "php/crypto": true, "php/self-signed-code": true, "lwp/connect": true, "grpc/handshake": true, "dart/handshake": true,
	"pnpm/meta-fetch": true, "java/path-validation": true, "erlang/handshake": true, "erlang/bad-certificate": true, "android/chain-validation": true, "android/handshake": true, "java/not-authenticated": true, "kafka/handshake": true, "ansible/validate": true,
	"dotnet/established": true, "dotnet/invalid": true, "dotnet/chain-errors": true, "dotnet/trust-relationship": true, "dotnet/powershell": true,
	"apple/untrusted-url": true, "apple/secure-url": true, "mysql/verify": true, "mysql/self-signed": true, "redis/connect": true, "redis-server/accept": true, "java/ssl-engine": true, "ldap/peer": true, "ldap/contact": true, "ldap/start-tls": true,
	"mosquitto/tls": true, "swaks/startup": true, "msmtp/verify": true, "lftp/verify": true, "aria2/handshake": true, "postfix/untrusted": true, "postfix/accept": true, "apache/handshake": true,
	"haproxy/handshake": true, "envoy/verify": true, "postgres/accept": true, "dovecot/disconnected": true, "nginx/load-pem": true, "bun/handshake": true, "apache/upstream": true,
	"system/handshake": true, "mongo/validation": true, "kafka/broker": true, "fluent-bit/eof": true, "fluent-bit/verify": true, "fluentd/accept": true, "haskell/handshake": true,
}

// Provoked says whether a test makes the real program say it.
func (e Entry) Provoked() bool { _, found := slices.BinarySearch(provoked, e.ID); return found }

// Catalogue gives all entries.
func Catalogue() []Entry {
	return slices.Concat(
		openssl(), opensslLibrary(), curl(), gnutls(), git(), node(), javascript(), python(),
		java(), golang(), rust(), chromium(), firefox(), windows(), apple(), scripting(), beam(),
		boring(), databases(), brokers(), mail(), servers(), others(), keys(), network(),
	)
}

// from builds the entries of one client, which share their source.
type from struct{ client, source string }

// one makes an entry whose text says the cause.
func (f from) one(slug, why string, cause Cause, texts ...string) Entry {
	return Entry{ID: f.client + "/" + slug, Client: f.client, Texts: texts, Causes: []Cause{cause}, Why: why, Source: f.source}
}

// several makes an entry whose text has several causes.
func (f from) several(slug, why string, causes []Cause, texts ...string) Entry {
	return Entry{ID: f.client + "/" + slug, Client: f.client, Texts: texts, Causes: causes, Why: why, Source: f.source}
}

// caller says what the words mean where one who calls says them.
func (e Entry) caller(id string) Entry { e.Caller = id; return e }

// mend gives an entry a way out of its own.
func (e Entry) mend(do, run string) Entry { e.Mend = diag.Fix{Do: do, Run: run}; return e }

// prose makes an entry with words that stand in sentences, too.
func (f from) prose(e Entry) Entry { e.Prose = true; return e }
