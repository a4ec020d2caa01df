package doctor

import (
	"io/fs"
	"slices"
	"testing"

	"devca/environment"
	"devca/runtimes"
	"devca/trust"
)

func examWith(variables map[string]string, inForce ...environment.InForce) *exam {
	machine := &trust.Machine{Getenv: func(name string) string { return variables[name] }}
	return &exam{Patient: &Patient{Machine: machine}, inForce: func() []environment.InForce { return inForce }}
}

// TestMisled: a configuration misleads a client unless a variable wins over it.
func TestMisled(t *testing.T) {
	npmrc := environment.InForce{Variable: "NPM_CONFIG_CAFILE", In: "/home/u/.npmrc", Path: "/corporate.pem", Effect: runtimes.Replaces}
	for _, test := range []struct {
		name, client string
		variables    map[string]string
		inForce      environment.InForce
		want         string
	}{
		{"a configuration", "npm", nil, npmrc, "/home/u/.npmrc names /corporate.pem, which lacks the root"},
		{"another client", "curl", nil, npmrc, ""},
		{"its variable", "npm", map[string]string{"NPM_CONFIG_CAFILE": "/both.pem"}, npmrc, ""},
		{"its variable in small letters", "npm", map[string]string{"npm_config_cafile": "/both.pem"}, npmrc, ""},
		{
			"a variable", "curl",
			map[string]string{"CURL_CA_BUNDLE": "/none.pem"},
			environment.InForce{Variable: "CURL_CA_BUNDLE", Path: "/none.pem", Effect: runtimes.Replaces, Err: fs.ErrNotExist},
			"CURL_CA_BUNDLE names /none.pem, which is not there",
		},
	} {
		if got := examWith(test.variables, test.inForce).misled(test.client); got != test.want {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
}

// TestSwitchedOffLines: lines are taken out by their numbers, all of a file at once,
// by the sed of the system.
func TestSwitchedOffLines(t *testing.T) {
	said, numbers := linesOf("[http]\n\tsslVerify = false\n# sslverify=false\nSSLVERIFY=false", []string{"sslverify=false"})
	if !slices.Equal(said, []string{"sslVerify = false", "SSLVERIFY=false"}) || !slices.Equal(numbers, []int{2, 4}) {
		t.Errorf("%q in %d", said, numbers)
	}
	for goos, want := range map[string]string{
		"linux":  "sed -i '2d;4d' /home/u/.gitconfig",
		"darwin": "sed -i '' '2d;4d' /home/u/.gitconfig",
	} {
		if got := withoutLines(goos, numbers, "/home/u/.gitconfig"); got != want {
			t.Errorf("%s: %s", goos, got)
		}
	}
}
