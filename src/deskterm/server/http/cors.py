"""Cross-origin requests: browsers may read answers on the websites that an organization allows.

Never with credentials: there are no cookies, and whoever asks has to show a token anyway.
"""

from aiohttp import web

from deskterm.server.origins import Origins

#: Seconds for which a browser remembers that it may ask.
MAX_AGE = 600
METHODS = "GET, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type, Idempotency-Key, X-Deskterm-Key"
EXPOSED = "ETag, Retry-After, X-Request-Id"


def add_headers(request: web.Request, response: web.StreamResponse, origins: Origins) -> None:
    """Say on an answer who may read it; caches keep it apart by origin."""
    origin = request.headers.get("Origin")
    if origin is None or response.prepared:
        return
    response.headers["Vary"] = "Origin"
    if origins.knows(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED


def is_preflight(request: web.Request) -> bool:
    """Whether a browser asks whether it may ask."""
    headers = request.headers
    return request.method == "OPTIONS" and "Origin" in headers and "Access-Control-Request-Method" in headers


def preflight(request: web.Request, origins: Origins) -> web.Response:
    """What a browser is told: nothing at all where the website is not allowed."""
    response = web.Response(status=204, headers={"Vary": "Origin", "Cache-Control": "no-store"})
    if origins.knows(request.headers["Origin"]):
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = HEADERS
        response.headers["Access-Control-Max-Age"] = str(MAX_AGE)
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response
