"""Talks to a deskterm server: commands over REST, events over a live socket, a local replica of both.

Nothing heavy is imported here: httpx, websockets, pydantic and keyring load after the console's first frame,
from the modules that need them (`api`, `parse`, `subscription`, `keyring_store`).
"""
