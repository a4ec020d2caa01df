package explain

import "testing"

// TestOuterClient checks that npm is mended where npm repeats what Node says.
func TestOuterClient(t *testing.T) {
	r := Read([]byte("web-1  | curl: (60) SSL certificate problem: self-signed cer\nweb-1  | tificate in certificate chain\n" +
		"npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! request to https://registry.corp.test/foo failed, reason: self-signed certificate in certificate chain\n"))
	if len(r.Matches) != 2 || r.Matches[0].Client.Name != "curl" || r.Matches[1].Client.Name != "npm" || r.Matches[1].Cause != UntrustedRoot {
		t.Errorf("%+v", r.Matches)
	}
}
