package ui

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is a heading and rows of cells. Cells are cleaned when written.
type Table struct {
	Columns []string
	Rows    [][]string
}

// Write lays the table out in columns. Where the terminal is too narrow for
// that, every row becomes a block of "COLUMN: cell" lines instead.
func (t Table) Write(s *Streams) error {
	widths := make([]int, len(t.Columns))
	measure := func(row []string) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	measure(t.Columns)
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = make([]string, len(row))
		for j, cell := range row {
			rows[i][j] = Clean(cell)
		}
		measure(rows[i])
	}
	total := 0
	for _, width := range widths {
		total += width + 2
	}
	var b strings.Builder
	if s.Width > 0 && total-2 > s.Width {
		t.blocks(&b, rows)
	} else {
		line(&b, t.Columns, widths)
		for _, row := range rows {
			line(&b, row, widths)
		}
	}
	_, err := io.WriteString(s.Out, b.String())
	return err
}

func line(b *strings.Builder, cells []string, widths []int) {
	for i, cell := range cells {
		b.WriteString(cell)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
	}
	b.WriteByte('\n')
}

func (t Table) blocks(b *strings.Builder, rows [][]string) {
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, cell := range row {
			if cell != "" {
				fmt.Fprintf(b, "%s: %s\n", t.Columns[j], cell)
			}
		}
	}
}
