# Asks for the head of a page with urllib, requests or httpx, as they come.
import sys
sys.path[:] = [p for p in sys.path if p]  # nothing from the folder in which this runs
import socket, ssl, traceback
way, url, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])

try:
    from http.client import HTTPException
except ImportError:
    from httplib import HTTPException


def with_urllib():
    try:
        from urllib.request import HTTPRedirectHandler, Request, build_opener
        from urllib.error import HTTPError
    except ImportError:
        from urllib2 import HTTPRedirectHandler, Request, build_opener, HTTPError

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = Request(url)
    request.get_method = lambda: "HEAD"
    try:
        return build_opener(Stay).open(request, timeout=seconds).getcode()
    except HTTPError as answer:
        return answer.code


def with_requests():
    import requests
    return requests.head(url, allow_redirects=False, timeout=seconds).status_code


def with_httpx():
    import httpx
    return httpx.head(url, timeout=seconds).status_code


def causes(failure, seen):
    """All that went into a failure: libraries wrap each other's."""
    if not isinstance(failure, BaseException) or id(failure) in seen:
        return []
    seen.add(id(failure))
    found = [failure]
    inner = [getattr(failure, name, None) for name in ("reason", "__cause__", "__context__")]
    for one in inner + list(failure.args):
        found += causes(one, seen)
    return found


def judge(failure):
    parts = causes(failure, set())
    names = " ".join(type(part).__name__ for part in parts)
    text = " ".join(str(part) for part in parts)
    if any(isinstance(part, socket.timeout) for part in parts) or "Timeout" in names:
        return 62
    # urllib3 has an SSLError and, before version 2, a CertificateError of its own.
    if "SSLError" in names or "CertificateError" in names or "CA certificate bundle" in text:
        return 60
    if any(isinstance(part, ssl.SSLError) for part in parts):
        return 60
    if any(isinstance(part, HTTPException) for part in parts) or "RemoteProtocolError" in names:
        return 0  # what came through TLS was no HTTP
    if any(type(part).__name__ in ("FileNotFoundError", "PermissionError") for part in parts):
        return 60  # certificates that a variable names
    return 61


library = {"requests": "requests", "httpx": "httpx"}.get(way)
version = "python " + ".".join(map(str, sys.version_info[:3])) + ", " + " ".join(ssl.OPENSSL_VERSION.split()[:2])
status = 1
try:
    if library:
        version += ", " + library + " " + __import__(library).__version__
    print("version " + version)
    print("status %d" % {"urllib": with_urllib, "requests": with_requests, "httpx": with_httpx}[way]())
    status = 0
except Exception as failure:
    sys.stderr.write("".join(traceback.format_exception_only(type(failure), failure)))
    status = judge(failure)
sys.exit(status)
