// Package looked has a real browser look at a page, for tests.
package looked

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"devca/internal/page"
)

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
  if (e instanceof SVGElement && e.classList.contains("on")) ground = getComputedStyle(document.querySelector(".bar")).fill;
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
<iframe src="page.html" width="%d" height="900" style="border: 0"></iframe>`

// At has Chromium show the page wide and narrow, light and dark, and complains of
// what is outside, too pale, too small or over each other, and of a page with fewer
// texts than there should be.
func At(t *testing.T, html string, texts int) {
	t.Helper()
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
	folder := t.TempDir()
	policy := `<meta http-equiv="Content-Security-Policy" content="` + page.Allow + `">`
	if !strings.Contains(html, policy) {
		t.Fatal("the page has no policy")
	}
	text := strings.Replace(html, policy, measure, 1)
	if err := os.WriteFile(filepath.Join(folder, "page.html"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{390, 1280} {
		for _, dark := range []bool{false, true} {
			seen := look(t, program, folder, width, dark)
			for _, problem := range seen.Problems {
				t.Errorf("%d wide, dark %t: %s", width, dark, problem)
			}
			if seen.Texts < texts || seen.Width != width || (seen.Ground == "rgb(21, 23, 27)") != dark {
				t.Errorf("%d wide, dark %t: %+v", width, dark, seen)
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

func look(t *testing.T, program, folder string, width int, dark bool) measured {
	t.Helper()
	scheme := map[bool]int{true: 0, false: 1}[dark] // of blink::mojom::PreferredColorScheme
	if err := os.WriteFile(filepath.Join(folder, "around.html"), fmt.Appendf(nil, around, width), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+filepath.Join(folder, "profile"),
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), "--window-size=1400,900", "--virtual-time-budget=2000",
		"--dump-dom", "file://"+filepath.Join(folder, "around.html")) //nolint:gosec // the browser of the machine
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
