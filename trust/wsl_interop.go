package trust

import (
	"context"
	"os"
	"strings"

	"devca/diag"
)

// binfmt is where Linux lists the formats of programs that others run for it. WSL
// registers Windows' under one of two names; the second comes from systemd's unit
// (microsoft/WSL issue 8843).
const binfmt = "/proc/sys/fs/binfmt_misc/"

// broken looks for the known reasons why programs of Windows do not start here.
func (s *wslStore) broken(ctx context.Context) *diag.Error {
	finding := diag.New(diag.TrustInterop, "programs of Windows cannot be started from this WSL")
	switch {
	case disabledInterop():
		return finding.Because("/etc/wsl.conf has enabled=false under [interop]").
			Fix("set it to true there", "sudo ${EDITOR:-vi} /etc/wsl.conf").
			Fix("then restart WSL: in Windows, run this", "wsl.exe --shutdown")
	case s.program(ctx) == "":
		return finding.Because("the drive C: of Windows is not mounted here, or has no Windows").
			Fix("mount it", `sudo mkdir -p /mnt/c && sudo mount -t drvfs C: /mnt/c`)
	}
	for _, name := range []string{"WSLInterop", "WSLInterop-late"} {
		state, err := os.ReadFile(binfmt + name)
		if err != nil {
			continue
		}
		if strings.HasPrefix(string(state), "disabled") {
			return finding.Because(binfmt+name+" is disabled").Fix("enable it", "echo 1 | sudo tee "+binfmt+name)
		}
		return nil
	}
	// systemd-binfmt.service removes what is not in its folders (microsoft/WSL
	// issues 8843, 8952 and 10404, where the line comes from).
	return finding.Because("no interpreter for them is registered in "+binfmt+"; systemd may have removed it").
		Fix("register it until the next start", `echo :WSLInterop:M::MZ::/init:PF | sudo tee `+binfmt+`register`).
		Fix("and for good", `echo :WSLInterop:M::MZ::/init:PF | sudo tee /usr/lib/binfmt.d/WSLInterop.conf`)
}

// disabledInterop reads /etc/wsl.conf, a file of sections and keys
// (learn.microsoft.com/windows/wsl/wsl-config).
func disabledInterop() bool {
	data, err := os.ReadFile("/etc/wsl.conf")
	return err == nil && interopDisabledBy(string(data))
}

func interopDisabledBy(conf string) bool {
	section, disabled := "", false
	for line := range strings.Lines(conf) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.ToLower(strings.TrimSpace(line))
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[] ")
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if section == "interop" && strings.TrimSpace(key) == "enabled" {
			disabled = strings.Trim(strings.TrimSpace(value), `"'`) == "false"
		}
	}
	return disabled
}
