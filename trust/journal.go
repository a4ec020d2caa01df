package trust

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"devca/diag"
	"devca/internal/account"
)

// Journal remembers what was changed in the stores of a machine: a file of JSON
// lines, one before each change and one after it. The line before is on disk
// before the change begins, so whatever a killed process did is known. A line
// that was cut off is passed over.
//
// Stores are changed side by side, so lines of several stores may alternate; those
// of one store are in order. Lock keeps other processes out.
type Journal struct {
	path   string
	person account.Account

	mutex   sync.Mutex
	entries []entry
}

// lines gives what was written so far, in a slice that nobody changes.
func (j *Journal) lines() []entry {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.entries
}

// entry is one line. Fields are added, never changed: a journal lives as long as
// the CA it belongs to.
type entry struct {
	Time    time.Time `json:"time"`
	Event   event     `json:"event"`
	Action  Action    `json:"action,omitempty"`
	Store   string    `json:"store"`
	Root    string    `json:"root,omitempty"` // SHA-256
	PEM     string    `json:"pem,omitempty"`
	Created []string  `json:"created,omitempty"` // what was not there before
	Kept    []kept    `json:"kept,omitempty"`    // what was there, with a copy
}

// event tells the lines apart.
type event string

const (
	eventIntent   event = "intent"   // the change begins
	eventWriting  event = "writing"  // a kept file gets these bytes now
	eventDone     event = "done"     // the store was read back and says so
	eventFailed   event = "failed"   // the change did not come about, and the person was told
	eventRefused  event = "refused"  // the person may not change this store, so nothing was touched
	eventRestored event = "restored" // nothing that was created or kept matters any more
	eventOutdated event = "outdated" // what was kept has something that the person had removed since
)

// kept is a file whose bytes come back.
type kept struct {
	Path   string      `json:"path"`
	SHA256 string      `json:"sha256"` // before the change, and the name of the copy; in writing and done: after it
	Mode   fs.FileMode `json:"mode"`
}

// OpenJournal reads the journal at path, which need not exist. It creates nothing.
func OpenJournal(path string, person account.Account) (*Journal, error) {
	j := &Journal{path: path, person: person}
	return j, j.load()
}

func (j *Journal) load() error {
	j.entries = nil
	data, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return journalFailed("read", j.path, err)
	}
	for line := range bytes.Lines(data) {
		var e entry
		if json.Unmarshal(line, &e) == nil && e.Store != "" {
			j.add(e)
		}
	}
	return nil
}

// add takes a line in. One that was refused takes back the beginning of its change:
// nothing of it is in the store, and a removal need not become root to look for it.
func (j *Journal) add(e entry) {
	if e.Event != eventRefused {
		j.entries = append(j.entries, e)
		return
	}
	for i, began := range slices.Backward(j.entries) {
		if began.Event == eventIntent && began.Store == e.Store && began.Root == e.Root {
			j.entries = slices.Concat(j.entries[:i], j.entries[i+1:]) // others may be reading the old ones
			return
		}
	}
}

func journalFailed(what, path string, err error) error {
	failure := diag.New(diag.TrustJournal, "cannot "+what+" the journal of the trust stores").From(err).
		Because("without it, devca uninstall would not know what to take away, so nothing is changed")
	if errors.Is(err, syscall.ENOSPC) {
		return failure.Fix("make room on that disk, then run the same command again", diag.CommandLine("df", "-h", filepath.Dir(path)))
	}
	return failure.Fix("look who owns it", diag.CommandLine("ls", "-ld", path, filepath.Dir(path)))
}

// Lock waits until no other process changes stores with this journal, and reads
// it anew. The journal's folder must exist.
func (j *Journal) Lock() (unlock func(), err error) {
	name := j.path + ".lock"
	unlock, err = lockedfile.MutexAt(name).Lock()
	if err != nil {
		return nil, journalFailed("lock", name, err)
	}
	err = errors.Join(j.person.Own(name), j.load())
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// append writes one line and syncs it.
func (j *Journal) append(e entry) error {
	e.Time = time.Now().UTC()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.mutex.Lock()
	defer j.mutex.Unlock()
	file, err := os.OpenFile(j.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return journalFailed("open", j.path, err)
	}
	defer file.Close()
	// After a line that was cut off, begin a new one.
	if info, err := file.Stat(); err == nil && info.Size() > 0 {
		last := make([]byte, 1)
		if _, err := file.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			line = append([]byte("\n"), line...)
		}
	}
	if _, err := file.Write(append(line, '\n')); err != nil {
		return journalFailed("write", j.path, err)
	}
	if err := errors.Join(file.Sync(), j.person.Own(j.path)); err != nil {
		return journalFailed("write", j.path, err)
	}
	j.add(e)
	return nil
}

// Roots lists every root that was ever installed, oldest first. One that was only
// removed, because another tool had put it there, is not among them.
func (j *Journal) Roots() []*x509.Certificate {
	var roots []*x509.Certificate
	seen := map[string]bool{}
	for _, e := range j.lines() {
		block, _ := pem.Decode([]byte(e.PEM))
		if block == nil || seen[e.Root] || e.Action != Install {
			continue
		}
		if root, err := x509.ParseCertificate(block.Bytes); err == nil {
			seen[e.Root] = true
			roots = append(roots, root)
		}
	}
	return roots
}

// Stores lists the IDs of stores in which something may be left of us.
func (j *Journal) Stores() []string {
	var ids []string
	for _, e := range j.lines() {
		at := slices.Index(ids, e.Store)
		switch {
		case e.Event == eventRestored && at >= 0:
			ids = slices.Delete(ids, at, at+1)
		case e.Event == eventIntent && e.Action == Install && at < 0:
			ids = append(ids, e.Store)
		}
	}
	return ids
}

// since gives the entries of a store after it was last restored.
func (j *Journal) since(store string) []entry {
	var entries []entry
	for _, e := range j.lines() {
		if e.Store != store {
			continue
		}
		entries = append(entries, e)
		if e.Event == eventRestored {
			entries = nil
		}
	}
	return entries
}

// put tells whether the root is in the store because of us.
func (j *Journal) put(store, root string) bool {
	return slices.ContainsFunc(j.since(store), func(e entry) bool { return e.Root == root && e.Action == Install })
}

// interrupted tells whether the last change of the store by this root began and
// was not seen to end well.
func (j *Journal) interrupted(store, root string) bool {
	last := eventDone
	for _, e := range j.since(store) {
		if e.Root == root {
			last = e.Event
		}
	}
	return last == eventIntent || last == eventFailed
}

// holdsOther tells whether a root that is not among the given ones was installed
// in the store and not removed since.
func (j *Journal) holdsOther(store string, roots []Root) bool {
	installed := map[string]bool{}
	for _, e := range j.since(store) {
		installed[e.Root] = e.Action == Install
	}
	for _, root := range roots {
		delete(installed, root.Fingerprint())
	}
	return slices.Contains(slices.Collect(maps.Values(installed)), true)
}

// created lists what was not there before the first change, in order of creation.
func (j *Journal) created(store string) []string {
	var paths []string
	for _, e := range j.since(store) {
		for _, path := range e.Created {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// originals gives the files as they were before the first change, and for each
// the fingerprints that it had through us since.
func (j *Journal) originals(store string) (before []kept, after map[string][]string) {
	after = map[string][]string{}
	for _, e := range j.since(store) {
		if e.Event == eventOutdated {
			before, after = nil, map[string][]string{}
		}
		for _, file := range e.Kept {
			known := slices.ContainsFunc(before, func(k kept) bool { return k.Path == file.Path })
			switch {
			case e.Event == eventDone || e.Event == eventWriting:
				after[file.Path] = append(after[file.Path], file.SHA256)
			case !known:
				before = append(before, file)
			}
		}
	}
	return before, after
}

// keptFolder has the copies of files that come back.
func (j *Journal) keptFolder() string { return j.path + ".kept" }

// copyOf is where the copy of a kept file is: by path, too, because two stores
// may hold the same bytes.
func (j *Journal) copyOf(file kept) string {
	return filepath.Join(j.keptFolder(), fingerprint([]byte(file.Path))[:16]+"-"+file.SHA256)
}

func fingerprint(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Unfinished is a change that began and was not seen to end.
type Unfinished struct {
	Store  string // its ID
	Action Action
	Root   string // SHA-256
}

// Unfinished lists the changes that a killed process left, the last of each store.
func (j *Journal) Unfinished() []Unfinished {
	var left []Unfinished
	for _, id := range j.Stores() {
		last := map[string]entry{}
		var order []string
		for _, e := range j.since(id) {
			// What is being written belongs to the change that was announced before.
			if e.Root != "" && e.Event != eventWriting {
				if last[e.Root].Event == "" {
					order = append(order, e.Root)
				}
				last[e.Root] = e
			}
		}
		for _, root := range order {
			if e := last[root]; e.Event == eventIntent {
				left = append(left, Unfinished{Store: id, Action: e.Action, Root: root})
			}
		}
	}
	return left
}
