package trust

import (
	"bytes"
	"encoding/pem"
	"slices"
	"testing"
)

func TestBlocks(t *testing.T) {
	one := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("one")}))
	two := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("two")}))
	for _, test := range []struct {
		name, data string
		blocks     int
		whole      bool
		without    string // without "one"
	}{
		{"empty", "", 0, true, ""},
		{"only this", one, 1, true, ""},
		{"first", one + two, 2, true, two},
		{"last", two + one, 2, true, two},
		{"several times", one + two + one, 3, true, two},
		{"no newline at the end", two + one[:len(one)-1], 2, true, two},
		{"text around", "# a\n" + one + "\n# b\n" + two + "# c", 2, true, "# a\n\n# b\n" + two + "# c"},
		{"Windows' line ends", "# a\r\n" + crlf(one) + crlf(two), 2, true, "# a\r\n" + crlf(two)},
		{"cut off at the end", two + one[:40], 1, false, two + one[:40]},
		{"cut off in the middle", one[:40] + two, 0, false, ""},
		{"nonsense inside", two + "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", 1, false, ""},
	} {
		blocks, whole := blocksOf([]byte(test.data))
		if len(blocks) != test.blocks || whole != test.whole {
			t.Errorf("%s: %d blocks, whole %v", test.name, len(blocks), whole)
		}
		if got := without([]byte(test.data), []byte("one")); test.whole && string(got) != test.without {
			t.Errorf("%s: left %q, not %q", test.name, got, test.without)
		}
	}
}

func crlf(text string) string {
	return string(bytes.ReplaceAll([]byte(text), []byte("\n"), []byte("\r\n")))
}

// FuzzBundle adds a certificate to any file that is whole and takes it out again.
func FuzzBundle(f *testing.F) {
	one := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("one")})
	two := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("two")})
	f.Add(two)
	f.Add([]byte("# text\r\n" + string(one) + string(two) + "-----BEGIN X-----\n"))
	f.Add(two[:30])
	f.Fuzz(func(t *testing.T, data []byte) {
		blocks, whole := blocksOf(data)
		others := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return string(b.der) == "one" })
		if !whole || len(others) == 0 {
			return
		}
		if data[len(data)-1] != '\n' {
			data = append(slices.Clone(data), '\n')
		}
		added, whole := blocksOf(slices.Concat(data, one))
		if !whole || len(added) != len(blocks)+1 {
			t.Fatalf("%d blocks, then %d, whole %v", len(blocks), len(added), whole)
		}
		left, whole := blocksOf(without(slices.Concat(data, one), []byte("one")))
		if !whole || !slices.EqualFunc(left, others, func(a, b block) bool { return bytes.Equal(a.der, b.der) }) {
			t.Fatalf("%d others, %d left, whole %v", len(others), len(left), whole)
		}
	})
}
