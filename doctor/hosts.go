package doctor

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"devca/diag"
)

// hostsFile is where the system keeps names of its own (hosts(5)).
func hostsFile(getenv func(string) string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(getenv("SystemRoot"), `System32\drivers\etc\hosts`)
	}
	return "/etc/hosts"
}

// hostsEntry is an address that the hosts file has for a name.
type hostsEntry struct {
	line    int
	name    string
	address netip.Addr
	literal string // the address, as it stands there
	written string // the name, as it stands there
	shared  bool   // there are other names on the line
}

// readHosts gives the entries of each name, in small letters.
func readHosts(path string) (map[string][]hostsEntry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries := map[string][]hostsEntry{}
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) < 2 {
			continue
		}
		address, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		for _, written := range fields[1:] {
			name := strings.ToLower(written)
			entries[name] = append(entries[name], hostsEntry{number, name, address, fields[0], written, len(fields) > 2})
		}
	}
	return entries, lines.Err()
}

// corrected is the command that has the name lead to this machine. Other names of
// the line stay as they are, and lines keep their numbers, since there may be
// several such commands. The file is written and not replaced, as sed -i does: in
// containers it is a mount of its own.
func (h hostsEntry) corrected(path, tee string) string {
	if runtime.GOOS == "windows" {
		return "notepad " + path
	}
	ours := "127.0.0.1"
	if h.address.Is6() {
		ours = "::1"
	}
	program := fmt.Sprintf("%ds/^[[:space:]]*%s/%s/", h.line, escaped(h.literal), ours)
	added := ""
	if h.shared {
		program = fmt.Sprintf("%ds/[[:space:]]%s([[:space:]]|$)/\\1/", h.line, escaped(h.written))
		added = " " + diag.CommandLine(ours+" "+h.name)
	}
	return "new=$(" + diag.CommandLine("sed", "-E", program, path) + `) && printf '%s\n' "$new"` + added + " | " + tee + " >/dev/null"
}

// escaped is text as a regular expression of sed -E, which macOS' sed knows, too.
func escaped(text string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), "/", `\/`)
}
