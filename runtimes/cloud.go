package runtimes

// cloud are the tools of operations.
func cloud() []Runtime {
	return []Runtime{
		{Name: "aws", Title: "AWS CLI and SDKs", Trusts: "a list of its own", Settings: []Setting{
			{Name: "AWS_CA_BUNDLE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}, Measured: true, Source: "docs.aws.amazon.com/cli: environment variables", Note: "wins over ca_bundle in ~/.aws/config; REQUESTS_CA_BUNDLE counts after it"},
		}},
		{Name: "gcloud", Title: "Google Cloud CLI", Trusts: "a list of its own", Settings: []Setting{
			{Name: "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Source: "cloud.google.com/sdk/gcloud/reference/topic/configurations"},
			{Name: "HTTPLIB2_CA_CERTS", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Measured: true, Source: "github.com/httplib2/httplib2: certs.py", Note: "of httplib2, which older Google tools use"},
		}},
		{Name: "az", Title: "Azure CLI", Trusts: "certifi's list", Uses: []string{"requests"}},
		{Name: "kubectl", Title: "kubectl", Trusts: "the authority in its kubeconfig, else what Go trusts", Uses: []string{"go"}, Settings: []Setting{
			{Name: "--certificate-authority", Kind: Option, Effect: Replaces, Form: PEM, Source: "kubernetes.io/docs/reference/kubectl", Note: "kubeconfig's certificate-authority-data wins over the environment"},
		}},
		{Name: "helm", Title: "Helm", Trusts: "what Go trusts", Uses: []string{"go"}, Settings: []Setting{
			{Name: "--ca-file", Kind: Option, Effect: Adds, Form: PEM, Source: "helm.sh/docs/helm/helm_pull"},
		}},
		{Name: "terraform", Title: "Terraform and OpenTofu", Trusts: "what Go trusts", Uses: []string{"go"}},
		{Name: "docker", Title: "Docker's daemon, for registries", Trusts: "what Go trusts, where the daemon runs", Settings: []Setting{
			{Name: "/etc/docker/certs.d/HOST:PORT/ca.crt", Kind: File, Effect: Adds, Form: PEM, Source: "docs.docker.com/engine/security/certificates", Note: "no variable of the client reaches the daemon; no restart needed"},
		}},
	}
}
