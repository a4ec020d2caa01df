package clients

import "context"

// findNode finds the node on PATH and those that version managers and Homebrew
// have installed.
func findNode(_ context.Context, f *finder) []string {
	return f.everywhere([]string{"node", "nodejs"}, nodePlaces(f.GOOS))
}

func nodePlaces(goos string) []string {
	if goos == "windows" {
		return []string{
			"%ProgramFiles%/nodejs/node", "%NVM_HOME%/v*/node", "%AppData%/nvm/v*/node", "%LocalAppData%/nvm/v*/node",
			"%FNM_DIR%/node-versions/*/installation/node", "%AppData%/fnm/node-versions/*/installation/node",
			"%VOLTA_HOME%/tools/image/node/*/node", "%LocalAppData%/Volta/tools/image/node/*/node",
			"%LocalAppData%/mise/installs/node/*/node", "~/scoop/apps/nodejs*/current/node",
		}
	}
	places := []string{
		"$NVM_DIR/versions/node/*/bin/node", "~/.nvm/versions/node/*/bin/node", "~/.config/nvm/versions/node/*/bin/node",
		"$FNM_DIR/node-versions/*/installation/bin/node", "~/.local/share/fnm/node-versions/*/installation/bin/node",
		"~/.fnm/node-versions/*/installation/bin/node",
		"$VOLTA_HOME/tools/image/node/*/bin/node", "~/.volta/tools/image/node/*/bin/node",
		"$ASDF_DATA_DIR/installs/nodejs/*/bin/node", "~/.asdf/installs/nodejs/*/bin/node",
		"$MISE_DATA_DIR/installs/node/*/bin/node", "~/.local/share/mise/installs/node/*/bin/node",
		"$NODENV_ROOT/versions/*/bin/node", "~/.nodenv/versions/*/bin/node",
		"$N_PREFIX/n/versions/node/*/bin/node", "/usr/local/n/versions/node/*/bin/node", "~/n/n/versions/node/*/bin/node",
		"~/.proto/tools/node/*/bin/node", "~/.nodebrew/node/*/bin/node",
	}
	if goos == "darwin" {
		return append(places, "~/Library/Application Support/fnm/node-versions/*/installation/bin/node",
			"/opt/homebrew/opt/node*/bin/node", "/usr/local/opt/node*/bin/node", "/opt/local/bin/node")
	}
	return append(places, "/home/linuxbrew/.linuxbrew/opt/node*/bin/node", "~/.linuxbrew/opt/node*/bin/node", "/snap/node/current/bin/node")
}

func findBun(_ context.Context, f *finder) []string {
	return f.everywhere([]string{"bun"}, []string{"$BUN_INSTALL/bin/bun", "~/.bun/bin/bun", "~/.asdf/installs/bun/*/bin/bun", "~/.local/share/mise/installs/bun/*/bin/bun"})
}

func findDeno(_ context.Context, f *finder) []string {
	return f.everywhere([]string{"deno"}, []string{"$DENO_INSTALL/bin/deno", "~/.deno/bin/deno", "~/.asdf/installs/deno/*/bin/deno", "~/.local/share/mise/installs/deno/*/bin/deno"})
}

// findChromium finds browsers of Chromium's family, each of which has a store of
// its own or shares one with others.
func findChromium(_ context.Context, f *finder) []string {
	paths := f.oneOfEach([]string{"chromium", "chromium-browser"}, []string{"google-chrome", "google-chrome-stable"}, []string{"google-chrome-beta"},
		[]string{"google-chrome-unstable"}, []string{"microsoft-edge", "microsoft-edge-stable"}, []string{"brave-browser"}, []string{"vivaldi", "vivaldi-stable"})
	switch f.GOOS {
	case "darwin":
		for _, name := range []string{"Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser", "Vivaldi"} {
			for _, folder := range []string{"/Applications/", "~/Applications/"} {
				paths = append(paths, f.places.Matches(folder+name+".app/Contents/MacOS/"+name)...)
			}
		}
	case "windows":
		for _, place := range []string{"Google/Chrome/Application/chrome", "Chromium/Application/chrome", "Microsoft/Edge/Application/msedge", "BraveSoftware/Brave-Browser/Application/brave", "Vivaldi/Application/vivaldi"} {
			for _, folder := range []string{"%ProgramFiles%/", "%ProgramFiles(x86)%/", "%LocalAppData%/"} {
				paths = append(paths, f.places.Matches(folder+place)...)
			}
		}
	}
	return f.distinct(paths)
}

func findFirefox(_ context.Context, f *finder) []string {
	paths := f.oneOfEach([]string{"firefox", "firefox-esr"}, []string{"librewolf"})
	switch f.GOOS {
	case "darwin":
		for _, program := range []string{"Firefox.app/Contents/MacOS/firefox", "Firefox Developer Edition.app/Contents/MacOS/firefox", "LibreWolf.app/Contents/MacOS/librewolf"} {
			paths = append(paths, f.places.Matches("/Applications/"+program)...)
		}
	case "windows":
		paths = append(paths, f.places.Matches("%ProgramFiles%/Mozilla Firefox/firefox")...)
	}
	return f.distinct(paths)
}

// oneOfEach finds programs on PATH; the names of a group are one program's.
func (f *finder) oneOfEach(groups ...[]string) []string {
	var paths []string
	for _, names := range groups {
		for _, name := range names {
			if program := f.look(name); program != "" {
				paths = append(paths, program)
				break
			}
		}
	}
	return paths
}
