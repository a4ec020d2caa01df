package waterfall_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"devca/diag"
	"devca/trace"
	"devca/waterfall"
)

const hostile = "<script>alert(1)</script>\" onload=\"x\x1b[31m\u202e&amp;"

// page is one with everything in it, of a real handshake; its texts are a hostile
// server's.
func page(t *testing.T) waterfall.Page {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	template.Subject.CommonName = hostile
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	client, server := net.Pipe()
	go func() {
		secure := tls.Server(server, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{"h2"}})
		_ = secure.Handshake()
		_, _ = secure.Write([]byte("some data"))
		secure.Close()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	secure, session, err := trace.Client(ctx, client, &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = secure.Read(make([]byte, 100))
	long := strings.Repeat("averylongwordwithoutanyplacetobreakit", 8)
	return waterfall.Page{
		Title: hostile, Summary: hostile + long, At: time.Now(),
		Connections: []waterfall.Connection{{Title: hostile, Messages: session.Transcript().Messages, Phases: []waterfall.Phase{
			{"DNS", 0, time.Millisecond},
			{"TCP", time.Millisecond, 30 * time.Millisecond},
			{"TLS", 31 * time.Millisecond, 300 * time.Microsecond},
			{"first byte", 32 * time.Millisecond, 90 * time.Millisecond},
		}}},
		Facts: []waterfall.Fact{{Name: hostile, Text: hostile + long}, {Name: "pin", Text: "sha256/" + long, Code: true}},
		Findings: []diag.Finding{
			{Code: "trace/test", Severity: diag.SeverityError, What: hostile, Why: long, Fixes: []diag.Fix{{Do: hostile, Run: "echo " + long + "\nsecond line"}}},
			{Code: "trace/test", Severity: diag.SeverityWarning, What: "a warning"},
			{Code: "trace/test", Severity: diag.SeverityNotice, What: "a notice"},
		},
		Series: []waterfall.Series{{Name: hostile, Times: []float64{1, 1.1, 1.2, 1.2, 1.3, 2, 40}}, {Name: "one", Times: []float64{1}}, {Name: "none"}},
		Lists:  []waterfall.List{{Title: hostile, Rows: [][2]string{{"strong", long}, {hostile, hostile}}}},
	}
}

// TestEscaped: nothing that a server says becomes markup, and the page needs
// nothing from elsewhere.
func TestEscaped(t *testing.T) {
	p := page(t)
	other := page(t)
	p.Other = &other
	text := waterfall.HTML(p)
	for _, bad := range []string{"<script", "\x1b", "\u202e", `" onload="`, "http:", "https:", "url(", "@import"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(text, waterfall.Allow) || strings.Count(text, "&lt;script&gt;") < 10 {
		t.Error("the policy or the texts are missing")
	}
}

// TestEmpty: nothing is demanded to be there.
func TestEmpty(t *testing.T) {
	if text := waterfall.HTML(waterfall.Page{Connections: []waterfall.Connection{{}}}); !strings.HasSuffix(text, "</html>\n") {
		t.Error(text)
	}
}

// measure is run by the browser: what is wider than the window, what is too pale,
// and what is too small.
const measure = `<script>addEventListener("load", () => {
const problems = [], seen = new Set();
const shown = document.querySelectorAll("body *");
if (document.documentElement.scrollWidth > innerWidth) problems.push("the page is " + document.documentElement.scrollWidth + " wide in " + innerWidth);
const numbers = c => c.match(/[\d.]+/g).map(Number);
const light = c => { const [r, g, b] = numbers(c).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (numbers(c).length == 3 || numbers(c)[3] > 0) return c; } return "rgb(255, 255, 255)"; };
let texts = 0;
for (const e of shown) {
  if (!e.getClientRects().length) continue;
  const own = [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
  if (!own) continue;
  texts++;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (box.right > innerWidth + 1 || box.left < -1) problems.push("outside: " + e.textContent.slice(0, 40) + " " + box.left + ".." + box.right);
  let color = e instanceof SVGElement ? style.fill : style.color, ground = behind(e);
  if (e.classList.contains("on")) ground = getComputedStyle(document.querySelector(".bar")).fill;
  const [a, b] = [light(color), light(ground)].sort((x, y) => y - x), contrast = (a + .05) / (b + .05);
  if (contrast < 4.5) { const key = e.tagName + color + ground; if (!seen.has(key)) { seen.add(key); problems.push("contrast " + contrast.toFixed(2) + " of " + e.tagName + " " + color + " on " + ground); } }
  const scale = e instanceof SVGElement ? e.ownerSVGElement.getBoundingClientRect().width / 400 : 1;
  if (parseFloat(style.fontSize) * scale < 10) problems.push("too small: " + e.textContent.slice(0, 40) + " " + parseFloat(style.fontSize) * scale);
}
const boxes = [...document.querySelectorAll("svg")].map(svg => [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]));
for (const texts of boxes) for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
  const [a, b] = [texts[i][1], texts[j][1]];
  if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) problems.push("over each other: " + texts[i][0] + " and " + texts[j][0]);
}
parent.postMessage(JSON.stringify({texts, width: innerWidth, ground: getComputedStyle(document.documentElement).backgroundColor, problems: problems.slice(0, 20)}), "*");
});</script>`

// around shows the page in a frame of a width: the windows of a browser without a
// screen are at least 500 wide.
const around = `<!DOCTYPE html><meta name="color-scheme" content="light dark"><body>
<script>addEventListener("message", m => document.body.textContent = "MEASU" + "RED" + m.data)</script>
<iframe src="%s.html" width="%d" height="900" style="border: 0"></iframe>`

// TestChromium has the page looked at by a real browser: wide and narrow, light
// and dark, alone and beside another.
func TestChromium(t *testing.T) {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Fatal("Chromium is missing: make test installs it")
	}
	one, two := page(t), page(t)
	two.Other = &one
	folder := t.TempDir()
	for name, p := range map[string]waterfall.Page{"one": one, "two": two} {
		text := strings.Replace(waterfall.HTML(p), `<meta http-equiv="Content-Security-Policy" content="`+waterfall.Allow+`">`, measure, 1)
		if err := os.WriteFile(filepath.Join(folder, name+".html"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{390, 1280} {
			for _, dark := range []bool{false, true} {
				looked := look(t, program, folder, name, width, dark)
				for _, problem := range looked.Problems {
					t.Errorf("%s, %d wide, dark %t: %s", name, width, dark, problem)
				}
				if looked.Texts < 50 || looked.Width != width || (looked.Ground == "rgb(21, 23, 27)") != dark {
					t.Errorf("%s: %+v", name, looked)
				}
			}
		}
	}
}

type measured struct {
	Texts    int
	Width    int
	Ground   string
	Problems []string
}

func look(t *testing.T, program, folder, name string, width int, dark bool) measured {
	t.Helper()
	scheme := map[bool]int{true: 0, false: 1}[dark] // of blink::mojom::PreferredColorScheme
	if err := os.WriteFile(filepath.Join(folder, "around.html"), fmt.Appendf(nil, around, name, width), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+filepath.Join(folder, "profile"),
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), "--window-size=1400,900", "--virtual-time-budget=2000",
		"--dump-dom", "file://"+filepath.Join(folder, "around.html"))
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LANG=C.UTF-8"}
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)MEASURED(\{.*\})`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("nothing was measured: %.300s", out)
	}
	var m measured
	if err := json.Unmarshal([]byte(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(string(found[1]))), &m); err != nil {
		t.Fatalf("%v: %s", err, found[1])
	}
	return m
}
