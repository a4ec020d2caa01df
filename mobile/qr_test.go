package mobile

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestQR photographs the terminal, so to say, and lets zbar read the picture:
// in colour, without on a dark terminal, wide and narrow.
func TestQR(t *testing.T) {
	for _, url := range []string{"http://192.168.1.20:45123/k3jf7s2a", "http://[fd12:3456:789a:bcde:f012:3456:789a:bcde]:65535/k3jf7s2a", "http://10.0.0.1:80/aaaaaaaa"} {
		for _, columns := range []int{0, 80, 36, 39} {
			for _, colored := range []bool{true, false} {
				code, err := QR(url, columns, colored)
				if err != nil {
					t.Fatal(err)
				}
				if code == "" && columns > 0 {
					continue // TestQRNarrow
				}
				if got := scan(t, code, colored); got != url {
					t.Errorf("%s in %d columns, colored %v: zbar reads %q", url, columns, colored, got)
				}
			}
		}
	}
}

// TestQRNarrow: a line is never longer than the terminal, and what does not fit
// is not drawn.
func TestQRNarrow(t *testing.T) {
	drawn := map[bool]int{}
	for columns := 1; columns < 60; columns++ {
		code, err := QR("http://192.168.1.20:45123/k3jf7s2a", columns, false)
		if err != nil {
			t.Fatal(err)
		}
		drawn[code != ""]++
		for line := range strings.Lines(code) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > columns {
				t.Fatalf("%d columns for %d", n, columns)
			}
		}
	}
	if drawn[false] != 30 || drawn[true] != 29 { // version 3 has 29 modules and one of margin on each side
		t.Errorf("drawn and not: %v", drawn)
	}
	if _, err := QR(strings.Repeat("x", 4000), 0, false); err == nil {
		t.Error("4000 characters fit into no code")
	}
}

// scan gives what zbar reads in a picture of the text on a terminal whose
// background is dark.
func scan(t *testing.T, code string, colored bool) string {
	t.Helper()
	const scale = 4
	if colored {
		if !strings.HasPrefix(code, "\x1b[38;5;231;48;5;16m") {
			t.Fatal("no colour is asked for")
		}
		code = regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(code, "")
	}
	lit := map[rune][2]bool{'█': {true, true}, '▀': {true, false}, '▄': {false, true}, ' ': {false, false}}
	var rows [][]bool
	for line := range strings.Lines(code) {
		var upper, lower []bool
		for _, glyph := range strings.TrimSuffix(line, "\n") {
			halves, known := lit[glyph]
			if !known {
				t.Fatalf("glyph %q", glyph)
			}
			upper, lower = append(upper, halves[0]), append(lower, halves[1])
		}
		rows = append(rows, upper, lower)
	}
	var picture bytes.Buffer
	fmt.Fprintf(&picture, "P5 %d %d 255\n", len(rows[0])*scale, len(rows)*scale)
	for _, row := range rows {
		for range scale {
			for _, light := range row {
				shade := byte(0)
				if light {
					shade = 255
				}
				picture.Write(bytes.Repeat([]byte{shade}, scale))
			}
		}
	}
	file := filepath.Join(t.TempDir(), "terminal.pgm")
	if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "--nodbus", file).Output()
	if err != nil {
		return fmt.Sprintf("%s (%v)", out, err)
	}
	return strings.TrimSpace(string(out))
}
