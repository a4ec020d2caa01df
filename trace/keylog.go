package trace

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"sync"
)

// Labels of the key log format (draft-ietf-tls-keylogfile, 2).
const (
	labelMaster          = "CLIENT_RANDOM"
	labelClientEarly     = "CLIENT_EARLY_TRAFFIC_SECRET"
	labelClientHandshake = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
	labelServerHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	labelClientTraffic   = "CLIENT_TRAFFIC_SECRET_0"
	labelServerTraffic   = "SERVER_TRAFFIC_SECRET_0"
)

// maxSecrets bounds a key log: a browser's whole day has some thousands of
// connections.
const maxSecrets = 1 << 17

// KeyLog keeps the secrets of connections in memory, as tls.Config.KeyLogWriter
// or as somebody's SSLKEYLOGFILE has them. They open what was recorded: they are
// never printed, and leave the process only where a person asks for it.
type KeyLog struct {
	mu      sync.Mutex
	secrets map[secretName][]byte
	masters [][]byte     // of TLS 1.2, the newest last
	lines   bytes.Buffer // of Write, for a capture file
	rest    []byte       // of a line that is not whole yet
}

type secretName struct{ label, random string }

// ParseKeyLog reads a file as SSLKEYLOGFILE names one. Lines that are none are
// passed over, as Wireshark does.
func ParseKeyLog(file io.Reader) (*KeyLog, error) {
	k := new(KeyLog)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		k.line(lines.Text())
	}
	return k, lines.Err()
}

// Write takes lines of a key log, in pieces of any size.
func (k *KeyLog) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rest = append(k.rest, b...)
	for {
		line, rest, whole := bytes.Cut(k.rest, []byte("\n"))
		if !whole {
			break
		}
		k.lineLocked(string(line))
		k.rest = append([]byte(nil), rest...)
	}
	const longest = 4 << 10
	if len(k.rest) > longest {
		k.rest = nil
	}
	return len(b), nil
}

func (k *KeyLog) line(text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lineLocked(text)
}

func (k *KeyLog) lineLocked(text string) {
	const fields = 3
	parts := strings.Fields(text)
	if len(parts) != fields || len(k.secrets) >= maxSecrets {
		return
	}
	random, err := hex.DecodeString(parts[1])
	if err != nil || len(random) != randomLength {
		return
	}
	secret, err := hex.DecodeString(parts[2])
	if err != nil || len(secret) == 0 || len(secret) > 64 {
		return
	}
	if k.secrets == nil {
		k.secrets = make(map[secretName][]byte)
	}
	name := secretName{parts[0], string(random)}
	if _, known := k.secrets[name]; !known {
		k.lines.WriteString(strings.Join(parts, " ") + "\n")
		if parts[0] == labelMaster {
			k.masters = append(k.masters, secret)
		}
	}
	k.secrets[name] = secret
}

func (k *KeyLog) secret(label string, random []byte) []byte {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.secrets[secretName{label, string(random)}]
}

// earlier gives the newest master secrets of TLS 1.2. A session that is resumed
// has the one of the session that it resumes, and crypto/tls writes no line for it.
func (k *KeyLog) earlier() [][]byte {
	const most = 32
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	newest := k.masters[max(0, len(k.masters)-most):]
	return append([][]byte(nil), newest...)
}

// learn adds the line that was missing for a resumed session of TLS 1.2, so that
// other programs can open it, too.
func (k *KeyLog) learn(random, master []byte) {
	k.line(labelMaster + " " + hex.EncodeToString(random) + " " + hex.EncodeToString(master))
}

// Has says whether there is any secret of the connection with this client random.
func (k *KeyLog) Has(random []byte) bool {
	return k.secret(labelMaster, random) != nil || k.secret(labelServerHandshake, random) != nil || k.secret(labelClientHandshake, random) != nil
}

// Lines gives the secrets in the key log format, for the secrets block of a
// capture file.
func (k *KeyLog) Lines() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]byte(nil), k.lines.Bytes()...)
}
