"""Which addresses we call on somebody's word: https, or this machine, and nothing that only a network's insides
can see (link-local addresses hand out a cloud's credentials)."""

import ipaddress
import socket
from urllib.parse import urlsplit

from bot.settings import LOOPBACK


def refusal(url: str) -> str | None:
    """Why we do not call this address, as a sentence; None where we do."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "This is no web address."
    if parts.scheme not in ("http", "https") or not host:
        return "Write a web address, such as https://system.example.com/events."
    if parts.username is not None or parts.fragment:
        return "Write the address without a password or a # in it: what is sent is signed."
    if parts.scheme != "https" and host not in LOOPBACK:
        return "The address has to begin with https:// (http:// is for this machine only)."
    if any(_inside(address) for address in _addresses(host, port)):
        return "The address leads to the insides of a network, which we do not call."
    return None


def _addresses(host: str, port: int | None) -> list[str]:
    """What the name leads to from here; nothing where nobody knows it here, which a call will find out."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def _inside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
