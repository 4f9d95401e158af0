"""`deskterm serve --metrics`: figures for Prometheus, and nothing of them for strangers."""

import json
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from tests.cli.processes import deskterm, serving, sign_in
from tests.cli.test_operations import ADMIN, DANA, say
from tests.house.tree import ROOT

TOKEN = "a token of the operator's"


def where(process: subprocess.Popen[str]) -> str:
    """What the server's log names."""
    assert process.stderr is not None
    for line in process.stderr:
        said = json.loads(line)
        if said["event"] == "metrics":
            return str(said["url"])
    raise AssertionError("the log does not say where")


def scraped(url: str, token: str | None = None) -> dict[str, list[tuple[dict[str, str], float]]]:
    """All samples by their names, as Prometheus reads them."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        text = answer.read().decode()
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for each in family.samples:
            samples.setdefault(each.name, []).append((each.labels, each.value))
    return samples


def test_figures_for_the_operator_and_for_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_METRICS_TOKEN", TOKEN)
    with serving("--data", tmp_path, "--demo", "--metrics", "0") as (process, url):
        metrics, token = where(process), sign_in(url, DANA, ADMIN)
        for refused, given, status in (
            (metrics, None, 401),
            (metrics, token, 401),
            (f"{url}/metrics", TOKEN, 404),
        ):
            with pytest.raises(urllib.error.HTTPError) as failed:
                scraped(refused, given)
            assert failed.value.code == status
            failed.value.close()
        address = url.replace("http://", "ws://") + "/api/v1/live"
        with connect(address, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
            socket.send(json.dumps({"type": "hello", "protocol": 1}))
            while json.loads(socket.recv(timeout=20))["type"] != "live":
                pass
            say(url, token, "one message")
            while json.loads(socket.recv(timeout=20))["type"] != "event":
                pass
            found = scraped(metrics, TOKEN)
    sends = [
        (labels, value) for labels, value in found["deskterm_requests_total"] if labels["kind"] == "send"
    ]
    assert [(labels["status"], value) for labels, value in sends] == [("201", 1.0)]
    assert ({"kind": "send"}, 1.0) in found["deskterm_request_duration_seconds_count"]
    assert found["deskterm_delivery_duration_seconds_count"][0][1] >= 1
    assert found["deskterm_loop_delay_seconds_count"][0][1] >= 1
    assert found["deskterm_loop_tasks"][0][1] >= 1
    assert found["deskterm_live_connections"] == [({}, 1.0)]
    assert found["deskterm_database_up"] == [({}, 1.0)]
    assert {labels["organization"] for labels, _ in found["deskterm_log_position"]} == {
        "designpi",
        "northwind",
    }
    [(labels, told)] = found["deskterm_log_told"]
    assert (labels, told) in found["deskterm_log_position"], "nobody is connected to the other organization"
    dashboard = (ROOT / "docs" / "dashboards" / "deskterm.json").read_text()
    wanted = set(re.findall(r"\b((?:deskterm|process)_\w+)\{", dashboard))
    assert wanted - set(found) == set(), "the dashboard asks for what there is"


def test_beyond_this_machine_a_token_is_wanted(tmp_path: Path) -> None:
    for said in ("0.0.0.0:0", "somewhere"):
        refused = deskterm("serve", "--port", "0", "--data", tmp_path, "--metrics", said)
        assert (refused.returncode, "--metrics" in refused.stderr) == (2, True)
    assert not (tmp_path / "deskterm.db").exists()
