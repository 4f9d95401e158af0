"""The demo's data: the same on every machine, made by the product itself."""

from deskterm.server.demo.seed import seed_demo

__all__ = ["seed_demo"]
