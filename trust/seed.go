package trust

import (
	"path/filepath"

	"devca/internal/places"
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
	ground := places.Ground{Home: machine.Account.Home}
	for _, pattern := range []string{"~/.cache/selenium/firefox/*/*", "~/.cache/puppeteer/firefox/*/firefox"} {
		for _, folder := range ground.Matches(pattern) {
			if exists(filepath.Join(folder, "application.ini")) {
				files = append(files, filepath.Join(resolved(folder), "distribution", policiesFile))
			}
		}
	}
	return files
}
