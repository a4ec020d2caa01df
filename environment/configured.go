package environment

import (
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
)

// configuration is where programs keep the setting that a variable would override.
type configuration struct {
	// files begin with "~" for the home folder, "$NAME" for what a variable says, "."
	// for the folder where the command runs and all above it, or are absolute. A "*"
	// at the end stands for the rest of a name.
	files []string
	key   string
	// single says that the key may be for one profile of many, so that it does not
	// replace what the rest trusts.
	single bool
}

var configurations = map[string]configuration{
	"PIP_CERT": {files: []string{
		"/etc/pip.conf", "/etc/xdg/pip/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf", "$XDG_CONFIG_HOME/pip/pip.conf",
		"~/Library/Application Support/pip/pip.conf", "$APPDATA/pip/pip.ini", "$VIRTUAL_ENV/pip.conf", "$PIP_CONFIG_FILE",
	}, key: "cert"},
	"NPM_CONFIG_CAFILE": {files: []string{
		"/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc", "$PREFIX/etc/npmrc", "$NPM_CONFIG_GLOBALCONFIG", "$npm_config_globalconfig",
		"$APPDATA/npm/etc/npmrc", "~/.npmrc", "$NPM_CONFIG_USERCONFIG", "$npm_config_userconfig", "./.npmrc",
	}, key: "cafile"},
	"YARN_HTTPS_CA_FILE_PATH": {files: []string{"~/.yarnrc.yml", "./.yarnrc.yml"}, key: "httpsCaFilePath"},
	"CARGO_HTTP_CAINFO": {files: []string{
		"~/.cargo/config", "~/.cargo/config.toml", "$CARGO_HOME/config.toml", "./.cargo/config", "./.cargo/config.toml",
	}, key: "cainfo"},
	"BUNDLE_SSL_CA_CERT": {files: []string{"~/.bundle/config"}, key: "BUNDLE_SSL_CA_CERT"},
	"COMPOSER_CAFILE": {files: []string{
		"~/.composer/config.json", "~/.config/composer/config.json", "$XDG_CONFIG_HOME/composer/config.json", "$COMPOSER_HOME/config.json",
	}, key: "cafile"},
	"HEX_CACERTS_PATH": {files: []string{"~/.hex/hex.config", "$HEX_HOME/hex.config"}, key: "cacerts_path"},
	"AWS_CA_BUNDLE":    {files: []string{"~/.aws/config", "$AWS_CONFIG_FILE"}, key: "ca_bundle", single: true},
	"CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": {files: []string{
		"~/.config/gcloud/configurations/config_*", "$APPDATA/gcloud/configurations/config_*", "$CLOUDSDK_CONFIG/configurations/config_*",
	}, key: "custom_ca_certs_file", single: true},
}

// configuredFile is a file that a configuration names.
type configuredFile struct {
	path   string
	single bool
}

// configured are the files of roots that a program's own configurations name, which
// the variable would win over.
func (b *builder) configured(variable string) []configuredFile {
	if variable == gitVariable {
		return b.configuredInGit()
	}
	where := configurations[variable]
	var found []configuredFile
	for _, pattern := range where.files {
		for _, file := range b.expand(pattern) {
			data, err := readBounded(file)
			if err != nil {
				continue
			}
			for _, value := range valuesOf(string(data), where.key) {
				found = append(found, configuredFile{b.absolute(value, filepath.Dir(file)), where.single})
			}
		}
	}
	return found
}

// gitVariable wins over git's http.sslCAInfo.
const gitVariable = "GIT_SSL_CAINFO"

// gitFails tells about a git that does not say what it goes by. Its variable is then
// left as it is: it would win over a corporate root that nobody saw.
func (b *builder) gitFails() bool {
	_, err := b.git()
	if err == nil {
		return false
	}
	finding := diag.New(diag.EnvMissing, "git does not say what http.sslCAInfo is, so "+gitVariable+" is left as it is").
		Fix("see what git says", "git config --show-origin --get-regexp http").Finding
	finding.Severity, finding.Why = diag.SeverityWarning, err.Error()
	b.plan.Findings = append(b.plan.Findings, finding)
	return true
}

func (b *builder) configuredInGit() []configuredFile {
	var found []configuredFile
	files, _ := b.git()
	for _, path := range files.All {
		found = append(found, configuredFile{path: path})
	}
	for _, path := range files.Single {
		found = append(found, configuredFile{path, true})
	}
	return found
}

// expand gives the files of a pattern.
func (b *builder) expand(pattern string) []string {
	first, rest, _ := strings.Cut(pattern, "/")
	var folders []string
	switch {
	case first == "~":
		folders = []string{b.Home}
	case first == ".":
		folders = upwards(b.Work)
	case strings.HasPrefix(first, "$"):
		folders = []string{b.Getenv(first[1:])}
	default:
		folders = []string{b.Slash}
	}
	var files []string
	for _, folder := range folders {
		path := filepath.Join(folder, filepath.FromSlash(rest))
		switch {
		case !filepath.IsAbs(folder):
		case strings.HasSuffix(path, "*"):
			files = append(files, foldersLike(filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), "*"))...)
		default:
			files = append(files, path)
		}
	}
	return files
}

// upwards are a folder and all above it, the nearest last.
func upwards(folder string) []string {
	if !filepath.IsAbs(folder) {
		return nil
	}
	folders := []string{folder}
	for filepath.Dir(folder) != folder {
		folder = filepath.Dir(folder)
		folders = append(folders, folder)
	}
	slices.Reverse(folders)
	return folders
}

// here is a path as a command that runs in this folder understands it.
func (b *builder) here(path string) string {
	if filepath.IsAbs(path) || strings.ContainsRune(path, filepath.ListSeparator) {
		return path
	}
	return filepath.Join(b.Work, path)
}

// absolute is a path as programs understand it in their configurations.
func (b *builder) absolute(path, beside string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(b.Home, rest)
	}
	path = strings.ReplaceAll(path, "${HOME}", b.Home)
	if !filepath.IsAbs(path) {
		return filepath.Join(beside, path)
	}
	return path
}

// valuesOf finds what a key is set to, in any section. INI, TOML, YAML, JSON, npm's
// dialect and Erlang's terms agree on this much: the key, perhaps in quotes, a sign,
// and the value, perhaps in quotes.
func valuesOf(text, key string) []string {
	var found []string
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.ContainsRune("#;%", rune(trimmed[0])) {
			continue
		}
		for at := range max(0, len(trimmed)-len(key)) {
			if !strings.EqualFold(trimmed[at:at+len(key)], key) || at > 0 && isNameByte(trimmed[at-1]) {
				continue
			}
			rest := strings.TrimLeft(strings.TrimLeft(trimmed[at+len(key):], `"'`), " \t")
			if rest == "" || !strings.ContainsRune("=:,", rune(rest[0])) {
				continue
			}
			if value := unquote(strings.TrimLeft(rest[1:], " \t<")); value != "" {
				found = append(found, value)
			}
		}
	}
	return found
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// unquote takes a value out of its quotes; without any it is the rest of the line.
func unquote(text string) string {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		return strings.TrimSpace(text)
	}
	quote := text[0]
	var value strings.Builder
	for i := 1; i < len(text) && text[i] != quote; i++ {
		if text[i] == '\\' && quote == '"' && i+1 < len(text) {
			i++
		}
		value.WriteByte(text[i])
	}
	return value.String()
}
