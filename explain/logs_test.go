package explain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestLogs reads whole logs. testdata/logs.txt has them, written after what these
// programs print, each below a line of "== CLIENT CAUSE"; "== CLIENT CAUSE alone" for
// those of which this is the likeliest cause, and nothing else to be found, "== nobody" for those about which
// nothing is to be said.
func TestLogs(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "logs.txt"))
	if err != nil {
		t.Fatal(err)
	}
	logs := 0
	for part := range strings.SplitSeq("\n"+string(data), "\n== ") {
		heading, text, _ := strings.Cut(part, "\n")
		words := strings.Fields(heading)
		if len(words) == 0 {
			continue
		}
		logs++
		r := Read([]byte(text))
		switch {
		case words[0] == "nobody" && len(r.Matches) > 0:
			t.Errorf("%s: read as %s by %s: %q", heading, r.Matches[0].Cause, r.Matches[0].Client.Name, r.Matches[0].Evidence)
		case words[0] == "nobody":
		case len(r.Matches) == 0:
			t.Errorf("%s: nothing was read in %q", heading, text)
		case r.Matches[0].Client.Name != words[0] || !slices.Contains(r.Matches[0].Causes, Cause(words[1])):
			m := r.Matches[0]
			t.Errorf("%s: read as %s %v (%s, %q)", heading, m.Client.Name, m.Causes, m.Entry.ID, m.Evidence)
		case words[len(words)-1] == "alone" && r.Matches[0].Cause != Cause(words[1]):
			t.Errorf("%s: the likeliest is %s (%s)", heading, r.Matches[0].Cause, r.Matches[0].Entry.ID)
		case words[len(words)-1] == "alone" && len(r.Matches) > 1:
			m := r.Matches[1]
			t.Errorf("%s: also read as %s %v (%s, %q)", heading, m.Client.Name, m.Causes, m.Entry.ID, m.Evidence)
		}
	}
	if logs < 60 {
		t.Errorf("only %d logs", logs)
	}
}

// TestDisguises puts every text of the catalogue into what terminals, loggers and
// templates make of it; it must still be found.
func TestDisguises(t *testing.T) {
	disguises := map[string]func(string) string{
		"wrapped at 17": func(s string) string { return wrapped(s, 17) },
		"wrapped at 40": func(s string) string { return wrapped(s, 40) },
		"in colour": func(s string) string {
			return "\x1b[31m" + s[:len(s)/2] + "\x1b[0m\x1b[1;33m" + s[len(s)/2:] + "\x1b[0m"
		},
		"as tput's":   func(s string) string { return s[:len(s)/2] + "\x1b(B\x1b[m" + s[len(s)/2:] },
		"as a link":   func(s string) string { return "\x1b]8;;https://docs.test\x07" + s + "\x1b]8;;\x07" },
		"bare colour": func(s string) string { return "[31m" + s + "[0m" },
		"CRLF":        func(s string) string { return "a\r\n" + strings.ReplaceAll(s, " ", "\r\n") + "\r\n" },
		"JSON":        func(s string) string { j, _ := json.Marshal("first\n" + s); return string(j) },
		"JSON twice": func(s string) string {
			j, _ := json.Marshal("first\n" + s)
			j, _ = json.Marshal(string(j))
			return string(j)
		},
		"HTML":       func(s string) string { return "<pre>" + html.EscapeString(s) + "</pre>" },
		"compose":    func(s string) string { return "web-1  | " + strings.ReplaceAll(wrapped(s, 30), "\n", "\nweb-1  | ") },
		"CI":         func(s string) string { return "2026-11-27T10:00:00.1234567Z ##[error]" + s },
		"framed":     func(s string) string { return "│ " + strings.ReplaceAll(wrapped(s, 35), "\n", "\n│ ") },
		"upper case": strings.ToUpper,
	}
	missed := 0
	for _, entry := range Catalogue() {
		for _, text := range entry.Texts {
			text = strings.NewReplacer("…", " something else ", "‥", " something else ").Replace(text)
			for name, disguise := range disguises {
				if entry.Prose {
					text = introduced(entry, text)
				}
				disguised := disguise(text)
				if len(Read([]byte(disguised)).Matches) == 0 {
					if missed++; missed < 20 {
						t.Errorf("%s: not found %s: %q", entry.ID, name, disguised)
					}
				}
			}
		}
	}
}

// introduced puts before a text what introduces it.
func introduced(entry Entry, text string) string {
	if strings.Contains(text, "depth") || strings.HasPrefix(text, "verify") {
		return text
	}
	return "SSL certificate problem: " + strings.TrimPrefix(text, "SSL certificate problem: ")
}

func wrapped(s string, width int) string {
	var b strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%width == 0 {
			b.WriteByte('\n')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// TestPlain has what stands in a text and must be read as it is meant.
func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		`C:\node\run\test.js:1`: `C:\node\run\test.js:1`, `"C:\\Program Files\\nodejs\\x.js\n  at C:\\t\\run.js\n"`: "\"C:\\Program Files\\nodejs\\x.js\r  at C:\\t\\run.js\r\"",
		`error:\nnext`: "error:\rnext", `D:\new: failed\nnext`: "D:\\new: failed\rnext", `\\n`: "\r",
		"a\x1b(Bb\x1b[0mc\x1b#8d": "abcd", "a\x1b": "a", "a\x1b(": "a",
	} {
		if got := string(plain([]byte(text))); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// TestLine: a line is one of the file, not of what a document of JSON has inside.
func TestLine(t *testing.T) {
	r := Read([]byte("{\"log\":\"a\\nb\\nc\"}\n{\"log\":\"first\\ncurl: (60) SSL certificate problem: certificate has expired\"}\n"))
	if len(r.Matches) != 1 || r.Matches[0].Line != 2 {
		t.Errorf("%+v", r.Matches)
	}
}

// TestPort: a host keeps its port, unless it is that of a server's caller.
func TestPort(t *testing.T) {
	for text, want := range map[string]string{
		"curl: (35) shop.test:8443: TLS connect error: error:0A00010B:SSL routines::wrong version number":                       "shop.test:8443",
		"http: TLS handshake error from 10.0.0.7:51234: tls: first record does not look like a TLS handshake":                   "10.0.0.7",
		"at run (/app/x.js:12:3)\nError: certificate has expired\n  code: 'CERT_HAS_EXPIRED' at TLSSocket (_tls_wrap.js:100:5)": "",
	} {
		r := Read([]byte(text))
		if len(r.Matches) == 0 || r.Matches[0].Host != want {
			t.Errorf("%q: %+v", text, r.Matches)
		}
	}
}

// FuzzRead checks that no text makes the reader fail or take its time.
func FuzzRead(f *testing.F) {
	for _, entry := range Catalogue() {
		f.Add([]byte(entry.Texts[0]))
	}
	f.Add([]byte("\x1b]8;;\x1b[\\u001b[31m&quot;\\\\\\n\xff\xfe"))
	f.Fuzz(func(t *testing.T, text []byte) {
		began := time.Now()
		r := Read(text)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%d bytes took %s", len(text), took)
		}
		for _, m := range r.Matches {
			if !m.Cause.Known() || m.What == "" || m.Client.Name == "" || m.Line < 1 {
				t.Errorf("%+v", m)
			}
		}
	})
}

func BenchmarkRead8MiB(b *testing.B) {
	var log bytes.Buffer
	for i := 0; log.Len() < 8<<20; i++ {
		fmt.Fprintf(&log, "2026-11-27T10:00:%02d.123Z web-%d | GET https://app.test/%d 200 12 ms\n", i%60, i%9, i)
	}
	log.WriteString("curl: (60) SSL certificate problem: certificate has expired\n")
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		if len(Read(log.Bytes()).Matches) != 1 {
			b.Fatal("not found")
		}
	}
}

// repeated is a log in which one message stands in each line.
func repeated(lines int) []byte {
	var log bytes.Buffer
	for i := range lines {
		fmt.Fprintf(&log, "2026-11-27T10:00:%02dZ job-%d: curl: (60) SSL certificate problem: certificate has expired\n", i%60, i)
	}
	return log.Bytes()
}

// TestRepeated: a message that is repeated is one failure, and a clue is looked up,
// not searched for among all.
func TestRepeated(t *testing.T) {
	const lines = 30_000
	r := Read(repeated(lines))
	if len(r.Matches) != 1 || r.Matches[0].Client.Name != "curl" || r.Matches[0].Times != lines || r.Matches[0].Line != 1 {
		t.Errorf("%+v", r.Matches)
	}
	reader := reader{clues: []clue{{client: 0, from: 10, to: 20}, {client: 0, from: 100_000, to: 100_010}, {client: 0, from: 200_000, to: 200_010}}}
	if some := reader.signsOf(clients[0].Name).around(found{from: 100_100, to: 100_120}); len(some) != 3 || some[0].from != 100_000 {
		t.Errorf("%+v", some)
	}
}

// TestTalkative: a log full of clues hides no message, be it at its end or in the middle.
func TestTalkative(t *testing.T) {
	talk := strings.Repeat("GET openssl s_client nginx python traceback curl: ok\n", 60_000)
	const middle, end = "x509: certificate is valid for a.test, not b.test\n", "curl: (60) SSL certificate problem: certificate has expired\n"
	var lines []int
	for _, m := range Read([]byte(talk + middle + talk + end)).Matches {
		lines = append(lines, m.Line)
	}
	slices.Sort(lines)
	if !slices.Equal(lines, []int{60_001, 120_002}) {
		t.Errorf("found in lines %d", lines)
	}
}

func BenchmarkReadRepeated(b *testing.B) {
	log := repeated(50_000)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		Read(log)
	}
}
