package environment

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FindCertifi finds the file of roots that comes with a Python: certifi's, or the
// copy that pip has inside, in the virtual environment, or else beside the given
// program. No Python is started for it.
func FindCertifi(virtualEnv, python string) string {
	var libraries []string
	for _, prefix := range []string{virtualEnv, filepath.Dir(filepath.Dir(python))} {
		if !filepath.IsAbs(prefix) {
			continue
		}
		libraries = append(libraries, filepath.Join(prefix, "Lib", "site-packages")) // Windows
		for _, name := range foldersLike(filepath.Join(prefix, "lib"), "python3") {
			libraries = append(libraries, filepath.Join(name, "site-packages"), filepath.Join(name, "dist-packages"))
		}
	}
	for _, library := range libraries {
		for _, below := range []string{"certifi", "pip/_vendor/certifi"} {
			path := filepath.Join(library, filepath.FromSlash(below), "cacert.pem")
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}

// foldersLike are the entries of a folder whose names begin so, the last first.
func foldersLike(folder, prefix string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range slices.Backward(entries) {
		if strings.HasPrefix(entry.Name(), prefix) {
			found = append(found, filepath.Join(folder, entry.Name()))
		}
	}
	return found
}
