"""Who really calls, where a TLS proxy stands before us: the address it names, if it is a proxy we trust."""

import ipaddress
from typing import Any

FORWARDED = b"x-forwarded-for"


class Proxies:
    """Our own proxies, by address or network: `"127.0.0.1, 10.0.0.0/8"`. ValueError where one is neither."""

    def __init__(self, trusted: str) -> None:
        written = [each.strip() for each in trusted.split(",")]
        self._ours = [ipaddress.ip_network(each) for each in written if each]

    def client_of(self, scope: Any) -> str:
        """The address of whoever makes a request (an ASGI scope).

        Each proxy adds the address it was called from, so the last that is none of ours is the caller; whatever
        stands before that, the caller may have made up.
        """
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == FORWARDED]
        line = [each.strip() for each in ",".join(named).split(",") if each.strip()]
        line.append(str((scope.get("client") or ("",))[0]))
        while len(line) > 1 and self._trusts(line[-1]):
            line.pop()
        return line[-1]

    def _trusts(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._ours)
