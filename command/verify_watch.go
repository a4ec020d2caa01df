package command

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/urfave/cli/v2"

	"devca/internal/ui"
)

// verifyWatch judges the targets again and again, and says what changed. Under
// --json each change is one line of JSON, so that a program can read them as they
// come.
func (p *program) verifyWatch(c *cli.Context, o *verifyOptions) error {
	ctx := c.Context
	last := map[string][]byte{}
	for {
		ground := p.newGround(c, o) // roots may have changed, too
		for _, name := range o.targets {
			change, j := p.lookAgain(c, o, ground, name)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			state, err := json.Marshal(change)
			if err != nil {
				return err
			}
			first := last[name] == nil
			if bytes.Equal(last[name], state) {
				continue
			}
			last[name] = state
			change.Time = time.Now().UTC().Truncate(time.Second)
			if err := p.showWatched(change, j, first); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.watch):
		}
	}
}

// lookAgain judges a target; j is nil if that failed.
func (p *program) lookAgain(c *cli.Context, o *verifyOptions, ground *ground, name string) (change watched, j *judged) {
	change = watched{Target: name}
	j, err := p.judgeTarget(c, o, ground, name)
	if err != nil {
		change.Error = findingWithCause(asFinding(err)).What
		return change, nil
	}
	described := j.describe()
	change.Result = &described
	return change, j
}

// watched is one line of verify --watch --json.
type watched struct {
	Time   time.Time     `json:"time,omitzero"`
	Target string        `json:"target"`
	Error  string        `json:"error,omitempty"`
	Result *verifyTarget `json:"result,omitempty"`
}

func (p *program) showWatched(change watched, j *judged, first bool) error {
	if p.json {
		line, err := json.Marshal(change)
		if err != nil {
			return err
		}
		p.say("%s", line)
		return nil
	}
	what := "changed"
	if first {
		what = "first look"
	}
	p.say("== %s  %s", change.Time.Format(time.DateTime), what)
	if j == nil {
		p.say("%s: %s", ui.Clean(change.Target), ui.Clean(change.Error))
		return nil
	}
	p.showJudged(j)
	return nil
}
