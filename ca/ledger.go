package ca

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"devca/certs"
	"devca/diag"
)

// record is one line of the ledger. The ledger only grows: a line says that a
// certificate was issued, that one was revoked, or that a revocation list was
// made. What is true now follows from reading the lines in order.
type record struct {
	Op        string       `json:"op"` // "issue", "revoke" or "crl"
	Time      time.Time    `json:"time"`
	Authority string       `json:"ca"`
	Serial    string       `json:"serial,omitempty"` // lowercase hex
	Reason    int          `json:"reason,omitempty"` // of revoke: RFC 5280, 5.3.1
	Number    int64        `json:"number,omitempty"` // of crl
	Issue     *Certificate `json:"cert,omitempty"`   // of issue
}

// Certificate is what the ledger knows of an issued certificate.
type Certificate struct {
	Names     []string      `json:"names"`
	KeyType   certs.KeyType `json:"key_type"`
	NotBefore time.Time     `json:"not_before"`
	NotAfter  time.Time     `json:"not_after"`
	SHA256    string        `json:"sha256"`
	Files     certs.Files   `json:"files"` // absolute paths

	Client      bool   `json:"client,omitempty"`
	FromRequest bool   `json:"from_request,omitempty"` // the key is not ours
	LeafOnly    bool   `json:"leaf_only,omitempty"`
	P12Legacy   bool   `json:"p12_legacy,omitempty"`
	P12Password string `json:"p12_password_file,omitempty"` // a path; the password itself is never recorded
	Forced      bool   `json:"forced,omitempty"`            // with --force, which a renewal repeats
	Broken      string `json:"broken,omitempty"`            // the fault that it has on purpose; never renewed

	Revocation certs.Revocation `json:"revocation,omitzero"`
}

// appendRecords adds lines in one write. The caller holds the lock. Durable says
// that they must also survive a power cut; a killed process never loses them.
//
// A process killed inside the write leaves the beginning of a line, without its
// newline, at the end of the file. The next writer cuts it off: nothing was
// promised for it yet, since files and answers appear only after the append.
func (d *Dir) appendRecords(durable bool, records ...record) error {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for _, r := range records {
		if err := encoder.Encode(r); err != nil {
			return fmt.Errorf("writing the ledger: %w", err)
		}
	}
	path := filepath.Join(d.path, ledgerFile)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("writing the ledger: %w", err)
	}
	defer file.Close()
	if err := d.owner.Own(path); err != nil {
		return err
	}
	end, err := wholeLines(file)
	if err != nil {
		return fmt.Errorf("writing the ledger: %w", err)
	}
	if _, err := file.WriteAt(lines.Bytes(), end); err != nil {
		// A full disk may have taken a part: take it back, the lines were not promised.
		_ = file.Truncate(end)
		return fmt.Errorf("writing the ledger: %w", err)
	}
	if !durable {
		return nil
	}
	return file.Sync()
}

// wholeLines gives the length of the file up to its last newline, and cuts off
// what a killed writer left behind it.
func wholeLines(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	end := info.Size()
	tail := make([]byte, 4096)
	for end > 0 {
		from := max(0, end-int64(len(tail)))
		n, err := file.ReadAt(tail[:end-from], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(tail[:n], '\n'); i >= 0 {
			end = from + int64(i) + 1
			break
		}
		end = from
	}
	if end < info.Size() {
		return end, file.Truncate(end)
	}
	return end, nil
}

// readLedger tells how many records there are and calls f with every one in
// order. A last line without newline is
// being written or was cut short, and is left out; any other line that cannot be
// read is damage, and is named by its number.
func (d *Dir) readLedger(count func(lines int), f func(record)) error {
	path := filepath.Join(d.path, ledgerFile)
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		if closed := d.closed(err); closed != nil {
			return closed
		}
		return fmt.Errorf("reading the ledger: %w", err)
	}
	data = data[:bytes.LastIndexByte(data, '\n')+1]
	return parseLedger(data, func(number int, err error) error {
		return diag.New(diag.LedgerDamaged, fmt.Sprintf("line %d of the ledger cannot be read", number)).From(err).
			Fix("look at it; deleting the line forgets one certificate and nothing else",
				diag.CommandLine("sed", "-n", fmt.Sprintf("%dp", number), path))
	}, count, f)
}

// ledgerMark tells one state of the ledger from another: it only grows, and what
// a person changes in it has another time.
type ledgerMark struct {
	size     int64
	modified time.Time
}

// markLedger gives the mark of the ledger as it is now, zero if there is none yet.
func (d *Dir) markLedger() (ledgerMark, error) {
	info, err := os.Stat(filepath.Join(d.path, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ledgerMark{}, nil
	}
	if err != nil {
		return ledgerMark{}, fmt.Errorf("reading the ledger: %w", err)
	}
	return ledgerMark{size: info.Size(), modified: info.ModTime()}, nil
}

// syncLedger makes everything entered so far survive a power cut.
func (d *Dir) syncLedger() error {
	file, err := os.OpenFile(filepath.Join(d.path, ledgerFile), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}
