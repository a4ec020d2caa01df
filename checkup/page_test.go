package checkup_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"devca/checkup"
	"devca/diag"
	"devca/doctor"
	"devca/internal/page"
	"devca/internal/page/looked"
	"devca/trust"
)

const hostile = "<script>alert(1)</script>\" onload=\"x\x1b[31m\u202e&amp;"

var (
	long = strings.Repeat("averylongwordwithoutanyplacetobreakit", 8)
	now  = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
)

// report is one with everything in it.
func report() *doctor.Report {
	node := diag.Fix{Do: "tell this Node by a variable", Run: `export NODE_EXTRA_CA_CERTS="$HOME/.local/share/devca/root.pem"`}
	finding := diag.Finding{
		Code: "trust/absent", Severity: diag.SeverityError, What: "the root is not in the system's trust store",
		Why: "curl, wget, git and Python read it", Fixes: []diag.Fix{{Do: "put it there", Run: "devca install --stores system"}},
	}
	return &doctor.Report{
		At: now, Machine: doctor.Place{System: "linux", Account: "ada", Home: "/home/ada", Container: "docker"},
		Target: &doctor.Target{URL: "https://localhost:8443/", Address: "127.0.0.1:8443", Version: "TLS 1.3"},
		Findings: []doctor.Finding{
			{Finding: finding, Check: "stores", Automatic: "put the root into 2 stores"},
			{Finding: diag.Finding{Code: "doctor/leaf", Severity: diag.SeverityWarning, What: "a certificate ends in 6 days: app.test", Fixes: []diag.Fix{{Do: "renew it", Run: "devca renew app.test"}}}},
			{Finding: diag.Finding{Code: "doctor/port", Severity: diag.SeverityNotice, What: "port 443 is taken by nginx"}},
		},
		Clients: []doctor.Client{
			{ID: "curl", Name: "curl", Version: "curl 7.88.1, OpenSSL 3.0.19", Path: "/usr/bin/curl", Answer: doctor.Refuses, Said: "curl: (60) SSL certificate problem: unable to get local issuer certificate", Cause: finding.What, Fixes: finding.Fixes, Took: 84 * time.Millisecond},
			{ID: "node-20", Name: "node", Version: "node 20.20.2, OpenSSL 3.0.19", Path: "/home/ada/.nvm/versions/node/v20.20.2/bin/node", Answer: doctor.Refuses, Said: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY unable to get local issuer certificate", Cause: "Node reads no store of the system", Fixes: []diag.Fix{node}, Took: 230 * time.Millisecond},
			{ID: "chromium", Name: "chromium", Version: "chrome 156.0.8078.108", Path: "/usr/bin/chromium", Answer: doctor.Connects, Took: 1400 * time.Millisecond},
			{ID: "firefox", Name: "firefox", Version: "firefox 153.8.0", Path: "/usr/bin/firefox", Answer: doctor.Connects, Took: 2400 * time.Millisecond},
			{ID: "java-17", Name: "java", Version: "java 17.0.15 (Debian)", Path: "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", Answer: doctor.Fails, Said: "java.net.ConnectException: Connection refused", Took: 900 * time.Millisecond},
			{ID: "deno", Name: "deno", Path: "/home/ada/.deno/bin/deno", Answer: doctor.NotAsked, Cause: "no answer in time"},
		},
		Certificates: []doctor.Certificate{
			{Kind: "leaf", Name: "app.test", File: "/home/ada/src/app/app.test+1.pem", NotAfter: now.Add(6 * 24 * time.Hour), State: doctor.Warning, Detail: "in 6 days"},
			{Kind: "leaf", Name: "old.test", File: "/home/ada/src/old/old.test.pem", NotAfter: now.Add(-72 * time.Hour), State: doctor.Problem, Detail: "expired 3 days ago"},
			{Kind: "server", Name: "localhost", NotAfter: now.Add(500 * 24 * time.Hour), State: doctor.OK, Detail: "in 500 days"},
			{Kind: "root", Name: "devca root 7f3a9c", NotAfter: now.Add(3650 * 24 * time.Hour), State: doctor.OK, Detail: "in 3650 days"},
		},
		Stores: []doctor.Store{
			{ID: "system", Title: "system (/etc/ssl/certs)", Kind: trust.KindSystem, Clients: []string{"curl", "wget", "git", "python", "go"}, Place: "/etc/ssl/certs/ca-certificates.crt", State: trust.Absent},
			{ID: "nss", Title: "chromium (NSS)", Kind: trust.KindNSS, Clients: []string{"chromium", "chrome"}, Place: "~/.pki/nssdb", State: trust.Trusted},
			{ID: "nss2", Title: "firefox (profile default)", Kind: trust.KindNSS, Clients: []string{"firefox"}, Place: "~/.mozilla/firefox/a.default", State: trust.Untrusted, Detail: "the trust bits were cleared"},
			{ID: "java", Title: "java (/usr/lib/jvm/java-17-openjdk-amd64)", Kind: trust.KindJava, Clients: []string{"java"}, Place: "/etc/ssl/certs/java/cacerts", State: trust.Unreadable, Finding: &diag.Finding{What: "another password than changeit"}},
		},
		Checks: []doctor.Check{
			{ID: "stores", Title: "trust stores", State: doctor.Problem, Detail: "1 of 4 trusts the root", Findings: []diag.Finding{finding}},
			{ID: "clock", Title: "clock", State: doctor.OK, Detail: "2026-11-27 12:00:00 UTC"},
			{ID: "proxy", Title: "proxies", State: doctor.NotApplicable, Detail: "no variable is set"},
			{ID: "port", Title: "port 443", State: doctor.Unread, Detail: "permission denied"},
		},
	}
}

// worst is the same with a hostile server's texts and words that do not end.
func worst() *doctor.Report {
	r := report()
	r.Target.URL = "https://" + long
	r.Command = &doctor.Command{Argv: []string{"npm", "install", hostile}, Exit: 1, Said: hostile + "\n" + long, Cause: hostile}
	r.Mended = &doctor.Mended{Repairs: []doctor.Repair{{Do: hostile, Steps: []string{"cp " + long, hostile}, Done: true}, {Do: long, Finding: &diag.Finding{What: hostile}}}}
	r.Findings[0].What, r.Findings[1].Why, r.Findings[2].Severity = hostile+long, long, hostile
	r.Clients[0].Name, r.Clients[0].Said, r.Clients[0].Path, r.Clients[0].Version = hostile, hostile+long, long, long
	r.Certificates[0].Name, r.Certificates[0].File, r.Certificates[1].Detail = hostile, long, hostile
	r.Stores[0].Title, r.Stores[0].Place, r.Stores[1].Clients = hostile, long, []string{long, hostile}
	r.Checks[0].Title, r.Checks[0].Detail, r.Checks[1].Detail = hostile, long, hostile
	return r
}

// TestEscaped: nothing that a server or a program says becomes markup.
func TestEscaped(t *testing.T) {
	text := checkup.HTML(worst())
	for _, bad := range []string{"<script", "\x1b", "\u202e", `" onload="`, "url(", "@import", "<link", "src="} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(text, page.Allow) || strings.Count(text, "&lt;script&gt;") < 10 {
		t.Error("the policy or the texts are missing")
	}
}

// TestSays: what matters is there, and the causes come before the rest.
func TestSays(t *testing.T) {
	text := checkup.HTML(report())
	last := 0
	for _, want := range []string{
		"Check-up of https://localhost:8443/", "<h1>The root is not in the system&#39;s trust store</h1>", "2 of 6 clients connect", "1 of 4 stores trust the root",
		"devca install --stores system", "devca doctor --fix does it", "devca renew app.test", "unable to get local issuer", "As above: the root is not in the system&#39;s trust store", "NODE_EXTRA_CA_CERTS", "java.net.ConnectException", ">connects<",
		"old.test", "expired 3 days ago", "app.test", "devca root 7f3a9c", "present but not trusted", "another password", "could not be read", "not applicable", "in a container (docker)",
	} {
		at := strings.Index(text[last:], want)
		if at < 0 {
			t.Errorf("%s is not there, or not after what should come before it", want)
			continue
		}
		last += at
	}
	if n := strings.Count(text, "<pre>devca install --stores system"); n != 1 {
		t.Errorf("one fix is told %d times", n)
	}
	well := report()
	well.Target, well.Clients, well.Findings = nil, nil, well.Findings[2:]
	if text := checkup.HTML(well); !strings.Contains(text, "<header class=\"well\">\n<h1>Nothing is wrong</h1>") || strings.Contains(text, "clients connect") {
		t.Error("a machine on which nothing is wrong looks otherwise")
	}
	if text := checkup.HTML(&doctor.Report{}); !strings.HasSuffix(text, "</html>\n") {
		t.Error(text)
	}
}

// TestChromium has the pages looked at by a real browser.
func TestChromium(t *testing.T) {
	for name, r := range map[string]*doctor.Report{"usual": report(), "worst": worst()} {
		t.Run(name, func(t *testing.T) {
			html := checkup.HTML(r)
			if folder := os.Getenv("DEVCA_PAGES"); folder != "" {
				if err := os.WriteFile(folder+"/"+name+".html", []byte(html), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			looked.At(t, html, 50)
		})
	}
}
