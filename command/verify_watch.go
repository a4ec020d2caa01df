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
	last := map[string][]byte{}
	for {
		ground := p.newGround(c, o) // roots may have changed, too
		for _, name := range o.targets {
			j, err := p.judgeTarget(c, o, ground, name)
			if c.Context.Err() != nil {
				return c.Context.Err()
			}
			change := watched{Time: time.Now().UTC().Truncate(time.Second), Target: name}
			if err != nil {
				finding := findingWithCause(asFinding(err))
				change.Error = finding.What
			} else {
				described := j.describe()
				change.Result = &described
			}
			state, err := json.Marshal(watched{Target: name, Error: change.Error, Result: change.Result})
			if err != nil {
				return err
			}
			if bytes.Equal(last[name], state) {
				continue
			}
			first := last[name] == nil
			last[name] = state
			if err := p.showWatched(change, j, first); err != nil {
				return err
			}
		}
		select {
		case <-c.Context.Done():
			return c.Context.Err()
		case <-time.After(o.watch):
		}
	}
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
