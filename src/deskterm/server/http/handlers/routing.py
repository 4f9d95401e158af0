"""Who would get a conversation, and why."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import responses
from deskterm.server.desk import queue
from deskterm.server.desk.routing import Judgement
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader


async def explain(call: Call) -> Answer:
    """The reasoning of automatic assignment about one conversation; changes nothing."""

    def read(reader: Reader) -> Answer:
        found = queue.explain(reader, call.principal, call.path["conversation_id"])
        agent = found.choice.agent
        payload = {
            "conversation_id": to_text(call.path["conversation_id"]),
            "number": found.number,
            "assignment": found.mode,
            "chosen": None if agent is None else {"id": to_text(agent.id), "name": agent.name},
            "reason": found.choice.reason,
            "agents": [_judgement(each) for each in found.choice.judgements if each.agent.enabled],
        }
        return Answer(200, payload)

    return call.db.read(read)


def _judgement(each: Judgement) -> dict[str, Any]:
    agent = each.agent
    return {
        "id": to_text(agent.id),
        "name": agent.name,
        "eligible": each.eligible,
        "open": agent.load,
        "max_concurrent": agent.maximum,
        "reason": each.words,
    }


ROUTES = (
    Route(
        "GET",
        "/conversations/{conversation_id}/routing",
        explain,
        "Who would get the conversation automatically now, and why; with a word about every agent",
        Who.ADMINS,
        answers={200: responses.Routing},
    ),
)
