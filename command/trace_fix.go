package command

import (
	"devca/diag"
	"devca/web"
)

// serverFix says how a server is told to do better, in words that fit any.
func serverFix(_ *web.Response, topic string) diag.Fix {
	switch topic {
	case "protocols":
		return diag.Fix{Do: "let the server speak TLS 1.2 and 1.3"}
	case "suites":
		return diag.Fix{Do: "let the server use ECDHE with AES-GCM or ChaCha20-Poly1305 only"}
	case "groups":
		return diag.Fix{Do: "let the server take x25519, which every client sends a key share for"}
	case "http2":
		return diag.Fix{Do: "switch HTTP/2 on"}
	case "hsts":
		return diag.Fix{Do: "send Strict-Transport-Security: max-age=31536000"}
	case "redirect":
		return diag.Fix{Do: "redirect http to https with status 301 or 308"}
	default:
		return diag.Fix{Do: "switch session tickets on, with one key for all servers behind the name"}
	}
}
