"""Where the server gives out figures: an option of `serve`; the token comes from the environment only."""

import argparse
import os
from pathlib import Path

from deskterm.client.accounts.address import is_loopback
from deskterm.server.config import Metrics

TOKEN, TOKEN_FILE = "DESKTERM_METRICS_TOKEN", "DESKTERM_METRICS_TOKEN_FILE"


def add_metrics_argument(parser: argparse.ArgumentParser) -> None:
    """`--metrics`."""
    parser.add_argument(
        "--metrics",
        metavar="[HOST:]PORT",
        default=os.environ.get("DESKTERM_METRICS"),
        help="give out figures for Prometheus at /metrics of a port of their own, on this machine unless a "
        f"HOST is named; then whoever asks needs the token that {TOKEN} or the file {TOKEN_FILE} holds",
    )


def metrics_settings(arguments: argparse.Namespace) -> Metrics | None:
    """None where nothing is said of it; ValueError for what strangers could read."""
    if not arguments.metrics:
        return None
    host, _, port = arguments.metrics.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdigit() or int(port) > 65_535:
        raise ValueError("--metrics is a port, or an address and a port like 10.0.0.5:9765.")
    token = _token()
    if token is None and not is_loopback(host):
        raise ValueError(f"--metrics on {host} can be read by other machines: set {TOKEN} or {TOKEN_FILE}.")
    return Metrics(host=host, port=int(port), token=token)


def _token() -> str | None:
    file = os.environ.get(TOKEN_FILE)
    said = Path(file).read_text(encoding="utf-8") if file else os.environ.get(TOKEN, "")
    return said.strip() or None
