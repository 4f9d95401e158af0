"""What clients may ask about blocks, and what is answered (see `protocol/wire/requests.py`)."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, model_validator

from deskterm.protocol.wire.requests import Id, Line, Request
from deskterm.protocol.wire.responses.base import Named, Response, Time, listing


def _network(value: str) -> str:
    try:
        network = ip_network(value.strip(), strict=False)
    except ValueError:
        raise ValueError("must be an address or a network such as 203.0.113.0/24") from None
    return str(network.network_address) if network.num_addresses == 1 else str(network)


class CreateBlock(Request):
    """`POST /blocks`: one visitor, or everybody of an address or network."""

    contact_id: Id | None = None
    network: Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)] | None = None
    reason: Line | None = None

    @model_validator(mode="after")
    def _one(self) -> "CreateBlock":
        if (self.contact_id is None) == (self.network is None):
            raise ValueError("names either a contact_id or a network")
        return self


class Block(Response):
    """Somebody who is drowned: what they send is answered and not kept."""

    id: Id
    contact_id: Id | None
    contact: Named | None
    network: str | None
    reason: str | None
    created_by: Named
    created_at: Time


Blocks = listing(Block)
