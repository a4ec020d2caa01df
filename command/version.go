package command

import (
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

type versionResult struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified"`
	Time     string `json:"commit_time,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:        "version",
		Usage:       "say which devca this is: version, commit, Go, platform",
		Description: "Examples:\n  devca version\n  devca version --json",
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage(c, "version takes no names")
			}
			return p.version()
		},
	}
}

func (p *program) version() error {
	v := readVersion()
	if p.json {
		return p.result(v)
	}
	commit := v.Commit
	if commit == "" {
		commit = "unknown commit"
	}
	if v.Modified {
		commit += ", modified"
	}
	p.say("devca %s (%s)", v.Version, commit)
	p.say("%s %s", v.Go, v.Platform)
	return nil
}

// readVersion takes what the Go toolchain stamped into the binary.
func readVersion() versionResult {
	v := versionResult{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Commit = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		case "vcs.time":
			v.Time = setting.Value
		}
	}
	return v
}
