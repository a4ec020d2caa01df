package mobile

import (
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet zones in modules: what ISO/IEC 18004 asks for, and what is left of it on
// a narrow terminal.
const (
	quiet       = 4
	quietNarrow = 1
)

// QR draws the text as a QR code for a terminal of this many columns, 0 for any
// number. A character holds two modules, one above the other. With color, black
// on white is asked for; without, the terminal is taken to be a dark one. It is
// empty where the code does not fit.
func QR(text string, columns int, colored bool) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	size, margin := code.Bounds().Dx(), quiet
	if columns > 0 && size+2*margin > columns {
		margin = quietNarrow
	}
	if columns > 0 && size+2*margin > columns {
		return "", nil
	}
	dark := func(x, y int) bool {
		x, y = x-margin, y-margin
		if x < 0 || y < 0 || x >= size || y >= size {
			return false
		}
		return code.At(x, y) == color.Color(color.Black)
	}
	// Light modules are drawn, dark ones are left out.
	glyphs := [2][2]string{{"█", "▀"}, {"▄", " "}}
	index := map[bool]int{true: 1}
	var b strings.Builder
	for y := 0; y < size+2*margin; y += 2 {
		if colored {
			b.WriteString("\x1b[38;5;231;48;5;16m") // white on black, of the fixed part of the palette
		}
		for x := range size + 2*margin {
			b.WriteString(glyphs[index[dark(x, y)]][index[dark(x, y+1)]])
		}
		if colored {
			b.WriteString("\x1b[0m")
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
