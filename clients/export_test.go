package clients

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
)

// What tests in package clients_test look at.
var (
	Clean       = clean
	CurlVersion = curlVersion
	WgetVersion = wgetVersion
	NetVerdict  = netVerdict
)

// GitVerdict judges what git printed.
func GitVerdict(address, text string) Verdict {
	return (&errand{address: address}).gitVerdict(said{err: text, status: 128})
}

// FirefoxDefault is the profile that a Firefox starts with.
func FirefoxDefault(g Ground, program string) string { return g.firefoxDefault(program) }

// TrustSettings are the settings that are copied out of a profile.
func TrustSettings(path string) string { return (&Ground{}).trustSettings(path) }

// Theirs reads a file of the person's.
func Theirs(g Ground, path string) ([]byte, error) { return g.theirs(path) }

// GivenFolder fills a folder, gives it to the person, and tells what a write after
// that says.
func GivenFolder(g Ground) (folder string, remove func(), late error) {
	w, err := g.newWorkspace("")
	if err != nil {
		return "", nil, err
	}
	_, err = w.put("a/b", nil)
	err = errors.Join(err, w.link("/etc", "a/c"), w.give(g.Account))
	if err != nil {
		return w.folder, w.remove, err
	}
	_, late = w.put("d", nil)
	return w.folder, w.remove, late
}

// Receive reads a message of Firefox.
func Receive(from io.Reader) error {
	_, err := (&firefoxWire{in: bufio.NewReader(from)}).receive()
	return err
}

// OpenMade opens a folder as one that was made for a client.
func OpenMade(folder string) error {
	root, err := openMade(folder)
	if err == nil {
		_ = root.Close()
	}
	return err
}

// ErrGiven is what a write into a folder says that was given away.
var ErrGiven = errGiven

// Outcome judges a message of DevTools, of which the navigation has the number 3.
func Outcome(text string) (Answer, bool) {
	var m message
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return Answer{}, false
	}
	return m.outcome(3)
}
