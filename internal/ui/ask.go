package ui

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// AskSecret reads a line from the terminal without showing it. It must only be
// called when InTTY is set.
func (s *Streams) AskSecret(prompt string) ([]byte, error) {
	fmt.Fprint(s.Err, prompt)
	secret, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(s.Err)
	return secret, err
}

// Confirm asks a yes-or-no question on the terminal; anything but yes is no. It
// must only be called when InTTY is set.
func (s *Streams) Confirm(question string) (bool, error) {
	fmt.Fprint(s.Err, question+" [y/N] ")
	line, err := bufio.NewReader(s.In).ReadString('\n')
	if err != nil {
		return false, err
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return true, nil
	}
	return false, nil
}
