package badssl

import (
	"bufio"
	"strings"
)

// ReadRequest reads the head of a request, for the fuzz target.
func ReadRequest(text string) (path string, body int64, err error) {
	r, err := readRequest(bufio.NewReaderSize(strings.NewReader(text), longest))
	return r.path, r.body, err
}

// Longest is how long a line or a body may be.
const Longest = longest
