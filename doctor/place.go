package doctor

import (
	"os"
	"runtime"
	"strings"
)

// lookAround says where this is.
func (p *Patient) lookAround() Place {
	return Place{
		System: runtime.GOOS, Account: accountName(p.Machine.Account), Home: p.Machine.Account.Home, ViaSudo: p.Machine.Account.ViaSudo,
		Root: p.Machine.IsRoot, Container: p.container(), Directory: p.Dir.Path(),
	}
}

// container tells from what container runtimes leave for their guests.
// systemd.io/CONTAINER_INTERFACE has the variable; Docker and Podman make a file.
func (p *Patient) container() string {
	if runtime.GOOS != "linux" {
		return ""
	}
	for path, name := range map[string]string{"/.dockerenv": "docker", "/run/.containerenv": "podman"} {
		if _, err := os.Stat(path); err == nil {
			return name
		}
	}
	if name := p.Machine.Getenv("container"); name != "" {
		return name
	}
	if p.Machine.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return "kubernetes"
	}
	if data, err := os.ReadFile("/run/systemd/container"); err == nil {
		return strings.TrimSpace(string(data))
	}
	return ""
}

// asRoot is a command that needs root, as this person has to type it.
func (e *exam) asRoot(command string) string {
	if e.Machine.IsRoot || runtime.GOOS == "windows" || !e.Machine.CanBecomeRoot() {
		return command
	}
	return "sudo " + command
}
