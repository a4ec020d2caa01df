package ui_test

import (
	"strings"
	"testing"

	"devca/internal/ui"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain text, bücher": "plain text, bücher",
		"a\nb\tc":            `a\nb\tc`,
		"\x1b[31mred":        `\x1b[31mred`,
		"\u202etest":         `\u202etest`,
		"\u0085next":         `\u0085next`,
		"a\u200bb":           `a\u200bb`,
		"\xff":               `\ufffd`,
		"\x00":               `\x00`,
	} {
		if got := ui.Clean(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func written(t *testing.T, width int) string {
	t.Helper()
	var out strings.Builder
	table := ui.Table{Columns: []string{"NAME", "FILE"}, Rows: [][]string{{"a.test", "./a.test.pem"}, {"evil\nname", "x"}, {"bücher", "y"}}}
	if err := table.Write(&ui.Streams{Out: &out, Width: width}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTable(t *testing.T) {
	want := "NAME        FILE\n" +
		"a.test      ./a.test.pem\n" +
		"evil\\nname  x\n" +
		"bücher      y\n"
	for _, width := range []int{0, 24, 80} {
		if got := written(t, width); got != want {
			t.Errorf("width %d:\n%s", width, got)
		}
	}
	want = "NAME: a.test\nFILE: ./a.test.pem\n\nNAME: evil\\nname\nFILE: x\n\nNAME: bücher\nFILE: y\n"
	if got := written(t, 23); got != want {
		t.Errorf("narrow:\n%s", got)
	}
}

func TestConfirm(t *testing.T) {
	for answer, want := range map[string]bool{"y\n": true, "YES\n": true, "n\n": false, "\n": false, "yes please\n": false} {
		var asked strings.Builder
		s := &ui.Streams{In: strings.NewReader(answer), Err: &asked}
		if got, err := s.Confirm("Delete it?"); got != want || err != nil || asked.String() != "Delete it? [y/N] " {
			t.Errorf("%q: %v, %v, asked %q", answer, got, err, asked.String())
		}
	}
}
