"""What a request says of the program that makes it."""

from aiohttp import web

AGENT_LIMIT = 200  # of a User-Agent header, in characters


def user_agent(request: web.Request) -> str | None:
    """The program's name; bytes that are no UTF-8 cannot be kept."""
    agent = request.headers.get("User-Agent", "")
    return agent[:AGENT_LIMIT].encode("utf-8", "replace").decode() or None
