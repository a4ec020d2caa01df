package command

import (
	"bytes"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/explain"
)

// explainMost bounds a log: its first and its last half of this are read.
const explainMost = 8 << 20

func (p *program) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "say what an error text or a whole log means, and what mends it here",
		ArgsUsage: "[TEXT...|FILE.log|-]",
		Description: `Reads what a program said when TLS or a certificate failed: an error text, or a whole
log with colours, prefixes and wrapped lines. Says which program spoke, what is wrong,
why the program says it so, how sure that is, and what mends it on this machine.

Without TEXT, or with -, standard input is read, and with the name of a file that ends
in .log the file; of more than 8 MiB the beginning and the end. Nothing is sent anywhere, but with --live, which asks the server and settles
what a text leaves open.

The exit status is 0 if something was recognised, 3 if not. docs/explain.md lists the
texts.

Examples:
  devca explain "curl: (60) SSL certificate problem: unable to get local issuer certificate"
  npm install 2>&1 | devca explain
  devca explain build.log
  devca explain - --json < build.txt
  devca explain --live https://localhost:8443
  devca explain PKIX path building failed --live https://localhost:8443`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "live", Usage: "ask the server at `URL`, as devca verify does, to settle the cause"},
			&cli.DurationFlag{Name: "timeout", Value: liveTimeout, Usage: "give the server of --live `TIME` to answer"},
		},
		Action: func(c *cli.Context) error {
			text, err := p.explainText(c)
			if err != nil {
				return err
			}
			defer p.interruptible(c)()
			return p.explain(c, text)
		},
	}
}

// explainText gives what is to be explained; nil: only --live is.
func (p *program) explainText(c *cli.Context) ([]byte, error) {
	words := c.Args().Slice()
	switch {
	case len(words) == 1 && words[0] == "-", len(words) == 0 && !p.streams.InTTY && c.String("live") == "":
		return untilInterrupted(c.Context, func() ([]byte, error) { return beginningAndEnd(p.streams.In) })
	case len(words) == 0 && c.String("live") == "":
		return nil, usage(c, "explain needs a text, a log on standard input, or --live URL")
	case len(words) == 1 && strings.HasSuffix(words[0], ".log"):
		// A file's name explains nothing; its contents may.
		if file, err := os.Open(words[0]); err == nil {
			defer file.Close()
			return beginningAndEnd(file)
		}
	}
	return []byte(strings.Join(words, " ")), nil
}

// beginningAndEnd reads to the end and keeps what explainMost allows.
func beginningAndEnd(from io.Reader) ([]byte, error) {
	begin, err := io.ReadAll(io.LimitReader(from, explainMost/2))
	if err != nil || len(begin) < explainMost/2 {
		return begin, err
	}
	var end []byte
	dropped := false
	for block := make([]byte, 1<<20); ; {
		n, err := from.Read(block)
		end = append(end, block[:n]...)
		if len(end) > explainMost {
			end, dropped = bytes.Clone(end[len(end)-explainMost/2:]), true
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if len(end) > explainMost/2 {
		end, dropped = end[len(end)-explainMost/2:], true
	}
	if dropped {
		begin = append(begin, '\n')
	}
	return append(begin, end...), nil
}

// explain reads the text, asks the server, and answers.
func (p *program) explain(c *cli.Context, text []byte) error {
	reading := explain.Read(text)
	result := explainResult{Failures: []failure{}, URLs: reading.Facts.URLs, Hosts: reading.Facts.Hosts, Names: reading.Facts.Names, Files: reading.Facts.Files, Language: reading.Language}
	var live *liveCauses
	if address := c.String("live"); address != "" {
		var err error
		if live, err = p.askLive(c, address); err != nil {
			return err
		}
		result.Live = live
		reading.Matches = settle(reading.Matches, live)
	}
	here := p.lookHere(c)
	for _, m := range reading.Matches {
		result.Failures = append(result.Failures, p.describeMatch(c, m, &here))
	}
	if len(result.Failures) == 0 {
		result.Next = nextSteps(reading, live)
	}
	if p.json {
		if err := p.result(result.complete()); err != nil {
			return err
		}
	} else {
		p.showExplained(result)
	}
	if len(result.Failures) == 0 {
		return answer(ExitNo)
	}
	return nil
}
