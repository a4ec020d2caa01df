package command

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/diag"
)

// commonFlags are the flags that every command has.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "print the answer as JSON (docs/json.md)"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print the answer and errors, no remarks"},
		&cli.BoolFlag{Name: "no-color", Usage: "never use colour (as does the variable NO_COLOR)"},
		&cli.StringFlag{Name: "dir", Usage: "the CA's `DIR` (default: $DEVCA_DIR, else the user's data folder)"},
	}
}

// hasJSON tells whether --json is among the flags, for errors that come before
// the command line is understood.
func hasJSON(args []string) bool {
	if end := slices.Index(args, "--"); end >= 0 {
		args = args[:end]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "-json")
}

// parseDuration reads "90d", "12h", "2y" or any Go duration.
func parseDuration(flag, text string) (time.Duration, error) {
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour} {
		if number, ok := strings.CutSuffix(text, suffix); ok {
			if n, err := strconv.Atoi(number); err == nil && n >= 0 && n <= 100*365 {
				return time.Duration(n) * unit, nil
			}
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, diag.New(diag.UsageArguments, "--"+flag+" "+strconv.Quote(text)+" is not a length of time").
		Fix("write a number and a unit: h, d, w or y", "--"+flag+" 30d")
}
