package serverconf

import "strings"

import "strconv"

// pythonHTTP1 is why most of Python's servers have that finding.
const pythonHTTP1 = http1Only + "only hypercorn among Python's servers here has HTTP/2 (devca config hypercorn), or a web server in front."

func pythonServers() []Server {
	return []Server{
		{
			Name: "uvicorn", Title: "uvicorn", Aliases: []string{"asgi", "fastapi", "starlette"}, Kind: Program, File: "serve.py", Place: "beside your program: replace app by yours",
			Start: "python3 serve.py", Reload: "a restart", Port: 8443, Scheme: "https", Behind: true,
			Limits: []string{pythonHTTP1, "With --behind, uvicorn 0.17 (Debian 12) says None for clients that have the proxy's own address."}, write: (*site).writeUvicorn,
		},
		{
			Name: "hypercorn", Title: "hypercorn", Kind: Program, File: "hypercorn_conf.py", Place: "beside your program",
			Start: "hypercorn -c file:hypercorn_conf.py app:app", Reload: "a restart", Port: 8443, Scheme: "https",
			NoHSTS: "its configuration has no headers; the application sends it", write: (*site).writeHypercorn,
		},
		{
			Name: "gunicorn", Title: "gunicorn", Kind: Program, File: "gunicorn.conf.py", Place: "beside your program, where gunicorn finds it by itself",
			Start: "gunicorn -c gunicorn.conf.py app:app", Reload: "kill -HUP the process", Port: 8443, Scheme: "https", Behind: true,
			NoHSTS: "its configuration has no headers; the application sends it",
			Limits: []string{pythonHTTP1, "Before version 21 it makes new TLS settings for each connection and so resumes none: trace/no-resumption. From 21 on the file's ssl_context mends that."},
			write:  (*site).writeGunicorn,
		},
		{
			Name: "flask", Title: "Flask", Aliases: []string{"werkzeug"}, Kind: Program, File: "serve.py", Place: "beside your program: replace app by yours",
			Start: "python3 serve.py", Reload: "a restart", Port: 8443, Scheme: "https", Behind: true,
			Limits: []string{pythonHTTP1}, write: (*site).writeFlask,
		},
		{
			Name: "django", Title: "Django (behind a proxy)", Kind: Program, File: "https_settings.py",
			Place: "beside settings.py, whose last lines become: from .https_settings import *  and  MIDDLEWARE = [FIRST, *MIDDLEWARE]",
			Start: "python3 manage.py runserver", Reload: "nothing: it has no certificate", Port: 8000, Scheme: "http", Behind: true, Plain: true,
			Limits: []string{"Django's runserver has no TLS: devca config caddy --upstream http://127.0.0.1:8000 makes what stands in front."},
			write:  (*site).writeDjango, start: (*site).startDjango,
		},
	}
}

const uvicornTLS = `    # The file holds the leaf and the issuing CA: clients know the root only.
    ssl_certfile=@CERT@,
    ssl_keyfile=@KEY@,
    # uvicorn's own default ("TLSv1") has suites without authenticated encryption.
    ssl_ciphers="@SUITES@",
@CLIENTS@    # @HSTSWHY@
@HSTS@    # No proxy is in front: what a client claims in X-Forwarded-* is not believed.
    proxy_headers=False,
`

const uvicornBehind = `    # No TLS here: it ends at the proxy. What that says about its client is believed
    # from its address only; anybody else could claim anything.
    proxy_headers=True,
    forwarded_allow_ips="@BEHIND@",
`

const uvicornTemplate = `# Made by devca config uvicorn.
@IMPORT@import uvicorn


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    text = "@HELLO@ %s, you asked by %s\n" % (scope["client"][0], scope["scheme"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": text.encode()})


# TLS 1.2 and 1.3 are what Python's ssl begins with, from 3.10 on.
uvicorn.run(
    app,
    host="@ADDRESS@",
    port=@PORT@,
@TLS@)
`

func (s *site) writeUvicorn() string {
	with := fill(uvicornBehind, "@BEHIND@", s.Behind)
	if s.Behind == "" {
		with = fill(uvicornTLS, "@CERT@", program(s.Cert), "@KEY@", program(s.Key), "@SUITES@", suites12, "@HSTSWHY@", s.hstsWhy(),
			"@CLIENTS@", when(s.ClientCA != "", "    # Clients show a certificate under this root.\n    ssl_ca_certs="+program(s.ClientCA)+",\n    ssl_cert_reqs=ssl.CERT_REQUIRED,\n"),
			"@HSTS@", when(s.HSTS, "    headers=[(\"Strict-Transport-Security\", \"max-age="+s.hstsSeconds()+"\")],\n"))
	}
	return fill(uvicornTemplate, "@IMPORT@", when(s.ClientCA != "", "import ssl\n\n"), "@HELLO@", hello, "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen), "@TLS@", with)
}

const hypercornTemplate = `# Made by devca config hypercorn.
@IMPORT@bind = ["@LISTEN@"]
# The file holds the leaf and the issuing CA: clients know the root only.
certfile = @CERT@
keyfile = @KEY@
# TLS 1.2 and 1.3 are what Python's ssl begins with, from 3.10 on.
ciphers = "@SUITES@"
alpn_protocols = ["h2", "http/1.1"]
@CLIENTS@`

func (s *site) writeHypercorn() string {
	return fill(hypercornTemplate, "@IMPORT@", when(s.ClientCA != "", "import ssl\n\n"), "@LISTEN@", s.listen(), "@CERT@", program(s.Cert), "@KEY@", program(s.Key), "@SUITES@", suites12,
		"@CLIENTS@", when(s.ClientCA != "", "# Clients show a certificate under this root.\nca_certs = "+program(s.ClientCA)+"\nverify_mode = ssl.CERT_REQUIRED\n"))
}

const gunicornTLS = `# The file holds the leaf and the issuing CA: clients know the root only.
certfile = @CERT@
keyfile = @KEY@
ciphers = "@SUITES@"
ssl_version = ssl.PROTOCOL_TLS_SERVER  # TLS 1.2 and 1.3; up to gunicorn 20, later ones ignore it
@CLIENTS@
# From gunicorn 21 on: one context for all connections. gunicorn makes a new one for
# each, which cannot resume another's sessions.
contexts = []


def ssl_context(config, default_ssl_context_factory):
    if not contexts:
        contexts.append(default_ssl_context_factory())
    return contexts[0]


# No proxy is in front: what a client claims is not believed.
forwarded_allow_ips = ""
secure_scheme_headers = {}
`

const gunicornBehind = `# No TLS here: it ends at the proxy. What that says about its client is believed from its
# address only. gunicorn takes the scheme; X-Forwarded-For and -Host are the
# application's to read, behind its own list of proxies.
forwarded_allow_ips = "@BEHIND@"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
`

const gunicornTemplate = `# Made by devca config gunicorn.
@IMPORT@bind = "@LISTEN@"
@TLS@`

func (s *site) writeGunicorn() string {
	with := fill(gunicornBehind, "@BEHIND@", s.Behind)
	if s.Behind == "" {
		with = fill(gunicornTLS, "@CERT@", program(s.Cert), "@KEY@", program(s.Key), "@SUITES@", suites12,
			"@CLIENTS@", when(s.ClientCA != "", "# Clients show a certificate under this root.\nca_certs = "+program(s.ClientCA)+"\ncert_reqs = ssl.CERT_REQUIRED\n"))
	}
	return fill(gunicornTemplate, "@IMPORT@", when(s.Behind == "", "import ssl\n\n"), "@LISTEN@", s.listen(), "@TLS@", with)
}

const flaskTLS = `import ssl

from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def answer():
    return "@HELLO@ %s, you asked for %s\n" % (request.remote_addr, request.url)

@HSTS@
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.set_ciphers("@SUITES@")
# The file holds the leaf and the issuing CA: clients know the root only.
context.load_cert_chain(@CERT@, @KEY@)
@CLIENTS@
# Sessions are resumed by tickets, which belong to the context: one for all.
app.run(host="@ADDRESS@", port=@PORT@, ssl_context=context)
`

const flaskHSTS = `
@app.after_request
def hsts(response):
    # @HSTSWHY@
    response.headers["Strict-Transport-Security"] = "max-age=@SECONDS@"
    return response

`

const flaskBehind = `from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)


@app.get("/")
def answer():
    return "@HELLO@ %s, you asked for %s\n" % (request.remote_addr, request.url)


# No TLS here: it ends at the proxy. What that says about its client is believed from
# its address only; ProxyFix alone believes everybody.
plain = app.wsgi_app
trusting = ProxyFix(plain, x_for=1, x_proto=1, x_host=1)


def from_proxy(environ, start_response):
    believed = environ["REMOTE_ADDR"] == "@BEHIND@"
    return (trusting if believed else plain)(environ, start_response)


app.wsgi_app = from_proxy
app.run(host="@ADDRESS@", port=@PORT@)
`

func (s *site) writeFlask() string {
	first := "# Made by devca config flask.\n"
	if s.Behind != "" {
		return first + fill(flaskBehind, "@HELLO@", hello, "@BEHIND@", s.Behind, "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen))
	}
	hsts := "\n# " + s.hstsWhy()
	if s.HSTS {
		hsts = fill(flaskHSTS, "@HSTSWHY@", s.hstsWhy(), "@SECONDS@", s.hstsSeconds())
	}
	return first + fill(flaskTLS, "@HELLO@", hello, "@HSTS@", hsts, "@SUITES@", suites12, "@CERT@", program(s.Cert), "@KEY@", program(s.Key),
		"@CLIENTS@", when(s.ClientCA != "", "# Clients show a certificate under this root.\ncontext.load_verify_locations("+program(s.ClientCA)+")\ncontext.verify_mode = ssl.CERT_REQUIRED\n"),
		"@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen))
}

const djangoTemplate = `# Made by devca config django. At the end of settings.py:
#     from .https_settings import *
#     MIDDLEWARE = [FIRST, *MIDDLEWARE]
FIRST = __name__ + ".OnlyFromProxy"
PROXY = "@BEHIND@"

ALLOWED_HOSTS = [@HOSTS@]
# TLS ends at the proxy, which says so in these headers.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = True
# Cookies go over https only.
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# HSTS is the proxy's to send: devca config says there what it does to localhost.
SECURE_HSTS_SECONDS = 0


class OnlyFromProxy:
    """Believes these headers from the proxy only: Django alone believes everybody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        names = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_FOR")
        if request.META.get("REMOTE_ADDR") == PROXY:
            # The last address is the one that the proxy saw.
            client = request.META.get(names[2], PROXY).split(",")[-1].strip()
            request.META["REMOTE_ADDR"] = client
        else:
            for name in names:
                request.META.pop(name, None)
        return self.get_response(request)
`

func (s *site) startDjango() string { return "python3 manage.py runserver " + s.listen() }

func (s *site) writeDjango() string {
	var hosts strings.Builder
	for i, host := range s.hosts() {
		if len(host) > 2 && host[:2] == "*." {
			host = host[1:] // Django's way: .app.test has all below it
		}
		hosts.WriteString(when(i > 0, ", ") + program(host))
	}
	return fill(djangoTemplate, "@BEHIND@", s.behind(), "@HOSTS@", hosts.String())
}
