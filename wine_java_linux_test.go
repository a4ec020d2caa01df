package main

import (
	"bytes"
	"os"
	"path/filepath"
)

// java changes the stores of Javas where Windows' installers put them: one in
// Program Files, one that only the registry knows, one of the user. No Java for
// Windows runs: such bytes are read by those of Linux in the scripts.
func (w *windows) java() {
	drive := filepath.Join(w.folder, "prefix", "drive_c")
	before := map[string][]byte{}
	for folder, format := range map[string]string{
		"Program Files/Eclipse Adoptium/jdk-21.0.1.12-hotspot": "open", "elsewhere/jdk8/jre": "jks", "users/person/.jdks/corretto-17": "modern",
	} {
		data, err := os.ReadFile(filepath.Join("keystore", "testdata", format))
		if err != nil {
			w.t.Fatal(err)
		}
		path := filepath.Join(drive, filepath.FromSlash(folder), "lib", "security", "cacerts")
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			w.t.Fatal(err)
		}
		before[path] = data
	}
	w.run(0, "reg.exe", "add", `HKLM\SOFTWARE\JavaSoft\Java Development Kit\1.8`, "/v", "JavaHome", "/d", `C:\elsewhere\jdk8`)
	for _, step := range []struct {
		verb, before, state string
		changed             string
	}{
		{"install", "absent", "trusted", "true"},
		{"install", "trusted", "trusted", "false"},
		{"uninstall", "trusted", "absent", "true"},
	} {
		w.run(0, "devca.exe", step.verb, "--stores", "java", "--json")
		w.field("result.stores[#]", "3")
		for _, at := range []string{"0", "1", "2"} {
			w.field("result.stores["+at+"].before", step.before)
			w.field("result.stores["+at+"].state", step.state)
			w.field("result.stores["+at+"].changed", step.changed)
		}
		for path, data := range before {
			now, err := os.ReadFile(path)
			if err != nil || bytes.Equal(now, data) != (step.state == "absent") {
				w.t.Errorf("after %s: %s: %v", step.verb, path, err)
			}
		}
	}
}
