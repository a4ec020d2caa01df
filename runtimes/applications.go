package runtimes

// applications are programs with a window, browsers for tests, and phones.
func applications() []Runtime {
	chromium := "the stores that devca install fills"
	return []Runtime{
		{Name: "electron", Title: "Electron", Trusts: "its pages " + chromium + ", its Node part Mozilla's list", Uses: []string{"node"}},
		{Name: "vscode", Title: "Visual Studio Code", Trusts: "the system's store, and for extensions Node's list", Uses: []string{"node"}, Settings: []Setting{
			{Name: "settings.json: http.systemCertificates", Kind: File, Effect: Switches, Form: Flag, Source: "code.visualstudio.com/docs/setup/network"},
			{Name: "settings.json: terminal.integrated.env", Kind: File, Effect: Adds, Form: Flag, Source: "code.visualstudio.com/docs/terminal/profiles", Note: "devca env --shell vscode prints it"},
		}},
		{Name: "postman", Title: "Postman", Trusts: "Node's list", Uses: []string{"node"}, Settings: []Setting{
			{Name: "Settings, Certificates, CA certificates", Kind: File, Effect: Adds, Form: PEM, Source: "learning.postman.com: managing certificates"},
		}},
		{Name: "playwright", Title: "Playwright", Trusts: "for Chromium " + chromium + "; its Firefox a profile of its own", Settings: []Setting{
			{Name: "PLAYWRIGHT_FIREFOX_POLICIES_JSON", Kind: Variable, Effect: Adds, Form: PEM, Source: "playwright's browser patches", Note: "names a policies.json with Certificates.Install"},
			{Name: "ignoreHTTPSErrors", Kind: Code, Effect: Switches, Form: Flag, Source: "playwright.dev/docs/api", Note: "switches all checks off: what is tested is then not what users get"},
		}},
		{Name: "cypress", Title: "Cypress", Trusts: "its browser " + chromium + ", its proxy Node's list", Uses: []string{"node"}},
		{Name: "android", Title: "Android", Trusts: "the system's list; an app roots of its user only if its network_security_config says so", Settings: []Setting{
			{Name: "res/xml/network_security_config.xml", Kind: File, Effect: Adds, Form: PEM, Source: "developer.android.com/privacy-and-security/security-config", Note: "trust-anchors with src=user, inside debug-overrides"},
		}},
		{Name: "ios", Title: "iOS", Trusts: "the system's list and profiles that were switched on", Settings: []Setting{
			{Name: "devca mobile", Kind: File, Effect: Adds, Form: PEM, Source: "support.apple.com/102390", Note: "after the profile is installed: Settings, General, About, Certificate Trust Settings"},
		}},
	}
}
