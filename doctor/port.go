package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"devca/diag"
)

// https is the port that servers of HTTPS want.
const https = 443

// askPort says whether a server of this person's could use the port, and who does.
func askPort(ctx context.Context, e *exam) answer {
	if e.target != nil {
		return answer{state: NotApplicable, detail: "the server at " + e.target.Address() + " is asked instead"}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(https)))
	switch {
	case err == nil:
		_ = listener.Close()
		return answer{detail: "443 is free, and you may use it"}
	case errors.Is(err, syscall.EADDRINUSE):
		who := listensAt(https)
		finding := notice(diag.New(diag.DoctorPort, "port 443 is taken"+by(who)).
			Because("another server of HTTPS cannot use it").
			Fix("see who listens", e.listeners()))
		return answer{detail: "443 is taken" + by(who), findings: []Finding{found(finding, rankRemark)}}
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return answer{detail: "443 is free, and only root may use it; ports from " + unprivileged() + " are open to you"}
	}
	return unread("port 443 cannot be tried", err)
}

// listeners names the process as well where that takes root.
func (e *exam) listeners() string {
	if runtime.GOOS == "linux" {
		return e.asRoot("ss -ltnp 'sport = :443'")
	}
	return diag.Listeners()
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return " by " + who
}

// unprivileged is the first port that needs no root (ip(7)).
func unprivileged() string {
	if data, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start"); err == nil {
		return strings.TrimSpace(string(data))
	}
	return "1024"
}

// listensAt names the process that listens, as far as this one may see: proc(5),
// /proc/net/tcp gives the socket's number, and a process has it among its files.
func listensAt(port int) string {
	if runtime.GOOS != "linux" {
		return ""
	}
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			fields := strings.Fields(line)
			if len(fields) > 9 && fields[3] == "0A" && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) {
				sockets["socket:["+fields[9]+"]"] = true
			}
		}
	}
	files, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return ""
	}
	for _, file := range files {
		if link, err := os.Readlink(file); err == nil && sockets[link] {
			process := strings.Split(file, "/")[2]
			name, err := os.ReadFile("/proc/" + process + "/comm")
			if err == nil {
				return strings.TrimSpace(string(name)) + " (process " + process + ")"
			}
		}
	}
	return ""
}
