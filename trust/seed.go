package trust

import (
	"path/filepath"
)

// Tools that drive browsers (Playwright, Puppeteer, Selenium) bring browsers of
// their own, which are on no PATH, and start them with a profile that is a minute
// old. What such a browser reads beside its profile is what can be prepared for
// it: the NSS database of the home folder for a Chromium (also for its headless
// shell, which reads no policy; measured with 156), and the policy for a Firefox,
// whose geckodriver makes a profile for each session.

// seeds tells whether the Firefox of the row is one that tools drive, on a
// machine that is prepared for them.
func (r firefoxRow) seeds(machine *Machine) bool { return machine.Seed && r.name == "firefox" }

// ofTools lists the policies of the Firefoxes that Selenium Manager and Puppeteer
// downloaded into the person's own folders.
func (r firefoxRow) ofTools(machine *Machine) []string {
	var files []string
	for _, pattern := range [][]string{{".cache/selenium/firefox", "", ""}, {".cache/puppeteer/firefox", "", "firefox"}} {
		for _, folder := range below(machine.Account.Home, pattern) {
			if exists(filepath.Join(folder, "application.ini")) {
				files = append(files, filepath.Join(resolved(folder), "distribution", policiesFile))
			}
		}
	}
	return files
}

// below lists the paths beneath a folder that the steps lead to; an empty step
// stands for every name. Home folders may have brackets in their names, which Glob
// would take for a pattern.
func below(folder string, steps []string) []string {
	paths := []string{folder}
	for _, step := range steps {
		var next []string
		for _, path := range paths {
			if step == "" {
				next = append(next, folders(path)...)
			} else {
				next = append(next, filepath.Join(path, step))
			}
		}
		paths = next
	}
	return paths
}
