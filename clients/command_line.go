package clients

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// english keeps gettext from translating what is read here, and changes nothing
// else: there is no catalogue of that language, and it counts before LC_ALL.
var english = []string{"LANGUAGE=en"}

// expression is one that is compiled when it is first asked for: every command of
// devca would wait for it at its start.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// firstLine gives the first line that a program prints about its version, and all.
func (e *errand) firstLine(ctx context.Context, args ...string) (first, all string) {
	answer := e.run(ctx, e.program(ctx, english, e.Program, args...), "")
	first, _, _ = strings.Cut(answer.out, "\n")
	return clean(first), answer.out
}

// seconds is the client's limit as programs take it.
func (e *errand) seconds() string { return strconv.Itoa(max(1, int(e.limit/time.Second))) }

// askCurl goes by curl's exit status (curl.se/libcurl/c/libcurl-errors.html), and
// by the time at which the handshake was done, after which nothing is TLS' fault.
func askCurl(ctx context.Context, e *errand) Answer {
	version, _ := e.firstLine(ctx, "--version")
	answer := e.run(ctx, e.program(ctx, nil, e.Program, "--silent", "--show-error", "--globoff", "--head", "--no-location", "--max-time", e.seconds(),
		"--output", os.DevNull, "--write-out", "%{http_code} %{time_appconnect}", "--url", e.address), "")
	status, connected, _ := strings.Cut(answer.out, " ")
	code, _ := strconv.Atoi(status)
	handshake, _ := strconv.ParseFloat(connected, 64)
	verdict := CouldNotAsk
	switch {
	case handshake > 0:
		verdict = Accepted
	case slices.Contains(curlTLS, answer.status):
		verdict = Refused
	}
	return Answer{Verdict: verdict, Output: answer.err, Reason: answer.problem, Status: code, Version: curlVersion(version)}
}

// curlTLS are curl's exit statuses that TLS or its settings are the reason of.
var curlTLS = []int{35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98}

// curlVersion keeps curl's own version and its TLS library's of a line such as
// "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13". It
// is the library that comes first after libcurl; in brackets are others that it
// was built with (macOS).
func curlVersion(line string) string {
	fields := strings.Fields(line)
	at := slices.IndexFunc(fields, func(field string) bool { return strings.HasPrefix(field, "libcurl/") })
	if at < 2 {
		return line
	}
	var version strings.Builder
	version.WriteString(fields[0] + " " + fields[1] + ",")
	for _, field := range fields[at+1:] {
		version.WriteString(" " + strings.Replace(field, "/", " ", 1))
		if !strings.HasPrefix(field, "(") {
			break
		}
	}
	return strings.TrimSuffix(version.String(), ",")
}

// askWget goes by wget's exit status (its manual, "Exit Status"): 5 is a
// certificate, 4 the network or a handshake, and 8 an answer of the server.
func askWget(ctx context.Context, e *errand) Answer {
	first, all := e.firstLine(ctx, "--version")
	began := time.Now()
	answer := e.run(ctx, e.program(ctx, english, e.Program, "--spider", "--no-verbose", "--tries=1", "--timeout="+e.seconds(), "--max-redirect=0", "--no-hsts",
		"--output-document="+os.DevNull, e.address), "")
	verdict := CouldNotAsk
	switch {
	case answer.problem != "":
	case answer.status == 0, answer.status == 8:
		verdict = Accepted
	case answer.status == 5, strings.Contains(answer.err, "Unable to establish SSL connection"):
		verdict = Refused
	}
	return e.inTime(Answer{Verdict: verdict, Output: answer.err, Reason: answer.problem, Version: wgetVersion(first, all)}, began)
}

// inTime is for clients that say the same of a handshake that failed and of one
// that did not come to an end.
func (e *errand) inTime(answer Answer, began time.Time) Answer {
	if answer.Verdict == Refused && time.Since(began) >= e.limit {
		answer.Verdict, answer.Reason = CouldNotAsk, NoAnswer
	}
	return answer
}

var wgetName = expression(`^GNU (Wget2? [\w.]+)`)

// wgetVersion finds the TLS library among the features, "+ssl/gnutls".
func wgetVersion(first, all string) string {
	name := wgetName().FindStringSubmatch(first)
	if name == nil {
		return first
	}
	var version strings.Builder
	version.WriteString(strings.ToLower(name[1]))
	for _, library := range []string{"gnutls", "openssl", "wolfssl"} {
		if strings.Contains(all, "+ssl/"+library) {
			version.WriteString(", " + library)
		}
	}
	return version.String()
}

// askWget2 goes by what it prints: the status of a --spider that failed is 0 in
// version 1.99 (measured), whatever the reason.
func askWget2(ctx context.Context, e *errand) Answer {
	first, all := e.firstLine(ctx, "--version")
	began := time.Now()
	// It leaves locks among temporary files.
	answer := e.run(ctx, e.program(ctx, append([]string{"TMPDIR=" + e.folder}, english...), e.Program, "--spider", "--server-response", "--tries=1", "--timeout="+e.seconds(), "--max-redirect=0", "--no-hsts",
		"--no-hpkp", "--ocsp-file="+filepath.Join(e.folder, "ocsp"), "--output-document="+os.DevNull, e.address), "")
	verdict := CouldNotAsk
	switch {
	case answer.problem != "":
	case strings.Contains(answer.out+answer.err, "HTTP response "), answer.status == 8:
		verdict = Accepted
	case answer.status == 5:
		verdict = Refused
	}
	return e.inTime(Answer{Verdict: verdict, Output: answer.err, Reason: answer.problem, Version: wgetVersion(first, all)}, began)
}

// askGit asks for a list of branches, which a server that is none of git's answers
// with a page; then TLS has worked. Nobody is asked for a password.
func askGit(ctx context.Context, e *errand) Answer {
	version, _ := e.firstLine(ctx, "--version")
	environ := append([]string{"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_ALLOW_PROTOCOL=https", "GIT_TRACE="}, english...)
	answer := e.run(ctx, e.program(ctx, environ, e.Program, "-c", "credential.helper=", "-c", "http.followRedirects=false", "-c", "core.askPass=",
		"ls-remote", "--heads", "--", e.address), "")
	return Answer{Verdict: e.gitVerdict(answer), Output: answer.err, Reason: answer.problem, Version: strings.Replace(version, "git version", "git", 1) + e.gitLibrary(ctx)}
}

var (
	// What git says after an answer of the server (remote-curl.c, http.c).
	gitAnswered = expression(`(?m)The requested URL returned error|not valid: is this a git repository|^fatal: repository .* not found|Authentication failed|could not read Username|unable to update url base from redirection|invalid server response|protocol error`)
	// What libcurl says when TLS fails, by any of its libraries.
	gitTLS = expression(`(?i)certificate|\bssl|\btls|gnutls|schannel`)
)

func (e *errand) gitVerdict(answer said) Verdict {
	text := strings.NewReplacer(e.address, "", e.host(), "").Replace(answer.err)
	switch {
	case answer.problem != "":
		return CouldNotAsk
	case answer.status == 0, gitAnswered().MatchString(text):
		return Accepted
	case strings.Contains(text, "unable to access") && gitTLS().MatchString(text):
		return Refused
	}
	return CouldNotAsk
}

// host is the name in the URL, which may have words in it that are looked for.
func (e *errand) host() string {
	parsed, err := url.Parse(e.address)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// gitLibrary tells which build of libcurl git is linked with, where its name says
// so: Debian's is of GnuTLS, and says other things than curl does.
func (e *errand) gitLibrary(ctx context.Context) string {
	folder, _ := e.firstLine(ctx, "--exec-path")
	file, err := os.Open(filepath.Join(folder, "git-remote-http"))
	if err != nil {
		return ""
	}
	defer file.Close()
	return linkedWith(file)
}
