package command

import (
	"strings"
	"testing"
)

// FuzzBatchLines: whatever a batch holds, every line comes out once, in order,
// with its number, and the reader ends.
func FuzzBatchLines(f *testing.F) {
	f.Add("a.test\nb.test www.b.test\n\n# comment\n*.test # x\r\nlast")
	f.Add(strings.Repeat("x", maxLine+10) + "\nb.test\n")
	f.Add("\x00\n\xff\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		next := lines(t.Context(), strings.NewReader(text))
		before := 0
		for {
			line, more, err := next()
			if err != nil {
				t.Fatal(err)
			}
			if !more {
				break
			}
			if line.Number <= before || line.Number > strings.Count(text, "\n")+1 {
				t.Fatalf("line %d after %d", line.Number, before)
			}
			if strings.ContainsAny(line.Text, "\n#") || strings.TrimSpace(line.Text) == "" || len(line.Text) > maxLine {
				t.Fatalf("line %d is %q", line.Number, line.Text)
			}
			before = line.Number
		}
	})
}
