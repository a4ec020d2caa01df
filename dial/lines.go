package dial

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// Bounds of what a server may say before TLS begins.
const (
	maxLine  = 8 << 10
	maxLines = 100
)

// dialogue is a connection on which lines are exchanged before TLS begins. It
// reads byte by byte, so that nothing that belongs to TLS is taken away.
type dialogue struct{ net.Conn }

var errLong = errors.New("the server talks too much")

// line reads one line without its end.
func (d dialogue) line() (string, error) {
	var text []byte
	one := make([]byte, 1)
	for len(text) < maxLine {
		if _, err := d.Read(one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return strings.TrimSuffix(string(text), "\r"), nil
		}
		text = append(text, one[0])
	}
	return "", errLong
}

// say sends one line.
func (d dialogue) say(text string) error {
	_, err := d.Write([]byte(text + "\r\n"))
	return err
}

// reply reads an answer of lines that begin with a number, the last of them
// without a hyphen behind it (RFC 5321, 4.2.1; RFC 959, 4.2), and demands the
// number.
func (d dialogue) reply(number string) error {
	for range maxLines {
		text, err := d.line()
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(text, number+"-"):
		case strings.HasPrefix(text, number):
			return nil
		case len(text) > 3 && text[3] != '-':
			return fmt.Errorf("it says: %s", text)
		}
	}
	return errLong
}

// until reads lines until one begins with the word, and demands that it goes on
// with ok.
func (d dialogue) until(word, ok string) error {
	for range maxLines {
		text, err := d.line()
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(text, word+ok):
			return nil
		case strings.HasPrefix(text, word):
			return fmt.Errorf("it says: %s", text)
		}
	}
	return errLong
}
