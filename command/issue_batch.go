package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
)

// batchResult is the JSON answer of issue --batch.
type batchResult struct {
	Issued  int           `json:"issued"`
	Refused int           `json:"refused"`
	Folder  string        `json:"folder"`
	Seconds float64       `json:"seconds"`
	Errors  []batchFailed `json:"errors"` // the first 1000
}

type batchFailed struct {
	Line  int          `json:"line"`
	Error diag.Finding `json:"error"`
}

// maxReported bounds the failures kept for the JSON answer.
const maxReported = 1000

func (p *program) issueBatch(c *cli.Context, dir *ca.Dir, o issueOptions, path string) error {
	defer p.interruptible(c)()
	collectLater()
	input := p.streams.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		input = file
	}
	authority, err := p.openOrCreate(dir, o.create)
	if err != nil {
		return err
	}
	if err := dir.MakeFolder(o.out, 0o755); err != nil {
		return err
	}
	result := batchResult{Folder: o.out, Errors: []batchFailed{}}
	started := time.Now()
	progress := newProgress(p.streams, "certificates")
	batch := &ca.Batch{
		Dir: dir, Authority: authority, Replace: o.force,
		Order: o.lineOrder(started),
		Done:  func(count int) { result.Issued += count; progress.show(result.Issued) },
		Bad: func(number int, err error) {
			progress.clear()
			result.Refused++
			p.refused(&result, number, err)
		},
	}
	err = batch.Run(c.Context, o.out, lines(c.Context, input))
	progress.clear()
	result.Seconds = time.Since(started).Seconds()
	if err != nil {
		p.note("%d certificates were issued before; they and their ledger entries stay", result.Issued)
		return err
	}
	return p.batchDone(result)
}

// lineOrder makes the order for one line of names.
func (o issueOptions) lineOrder(now time.Time) func(string) (ca.Order, error) {
	return func(line string) (ca.Order, error) {
		names, err := certs.ParseNames(strings.Fields(line), o.force)
		if err != nil {
			return ca.Order{}, err
		}
		return o.order(certs.Request{Names: names, Client: o.client, NotBefore: now.Add(-backdate), NotAfter: o.notAfter, Revocation: o.revocation}), nil
	}
}

// refused reports a bad line, with its number, and goes on.
func (p *program) refused(result *batchResult, number int, err error) {
	failure := asFinding(err)
	finding := findingWithCause(failure)
	if p.json {
		if len(result.Errors) < maxReported {
			result.Errors = append(result.Errors, batchFailed{Line: number, Error: finding})
		}
		return
	}
	finding.What = fmt.Sprintf("line %d: %s", number, finding.What)
	writeFinding(p.loud(), finding)
}

func (p *program) batchDone(result batchResult) error {
	if p.json {
		if err := p.result(result); err != nil {
			return err
		}
	} else {
		p.say("Issued %d certificates in %.1f s into %s", result.Issued, result.Seconds, shortPath(result.Folder))
		if result.Refused > 0 {
			p.say("Refused %d lines", result.Refused)
		}
	}
	switch {
	case result.Refused == 0:
		return nil
	case result.Issued == 0:
		return answer(ExitFailed)
	}
	return answer(ExitPartly)
}

// maxLine bounds one line of a batch; a thousand names of 60 characters fit.
const maxLine = 64 << 10

// lines reads a batch line by line. Empty lines and comments count and are left out.
func lines(ctx context.Context, input io.Reader) func() (ca.Line, bool, error) {
	reader := bufio.NewReaderSize(input, maxLine)
	number := 0
	return func() (ca.Line, bool, error) {
		for {
			if ctx.Err() != nil {
				return ca.Line{}, false, ctx.Err()
			}
			text, err := readLine(reader)
			if err != nil && !errors.Is(err, io.EOF) {
				return ca.Line{}, false, err
			}
			number++
			trimmed, _, _ := strings.Cut(text, "#")
			if strings.TrimSpace(trimmed) != "" {
				return ca.Line{Number: number, Text: trimmed}, true, nil
			}
			if err != nil {
				return ca.Line{}, false, nil
			}
		}
	}
}

// readLine gives the next line without its newline. What is too long to hold is
// skipped to its end and given as one name that is refused for its length.
func readLine(reader *bufio.Reader) (string, error) {
	data, err := reader.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return strings.TrimRight(string(data), "\r\n"), err
	}
	tooLong := strings.Repeat("x", 4096)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = reader.ReadSlice('\n')
	}
	return tooLong, err
}
