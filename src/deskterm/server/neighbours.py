"""Network addresses as limits and blocks count them."""

from ipaddress import IPv4Address, IPv6Address, ip_address

#: Bits of an IPv6 address that a provider gives a house: all the others are its owner's to choose.
_HOUSE = 64


def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is; an IPv4 one that is written as IPv6 is what it stands for."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def house(address: str) -> str:
    """Whom an address counts for: one IPv4 address, or everybody in an IPv6 house, who changes it at will."""
    found = parsed(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Address(int(found) >> _HOUSE << _HOUSE))
