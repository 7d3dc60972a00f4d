"""Who may ask: programs on this machine, or others if that was allowed by name; never a page of another site.

Not for accounts and keys: there are none, which is why the loopback is the default.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from simone.errors import InputError

LOOPBACK_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.IGNORECASE)


def bind(host: str, port: int, *, allow_remote: bool) -> socket.socket:
    """A bound TCP socket that does not listen yet; port 0 takes any free one.

    Raises:
        InputError: the address does not exist or is taken, or is not of the loopback and remote access is not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if not allow_remote and not ip_address(address[0]).is_loopback:
            raise InputError(
                f"other machines reach --host {host!r}, and nobody is asked for a key: they could read the sources "
                "and spend the model; use 127.0.0.1, or --allow-remote where something in front decides who may ask"
            )
        listener = socket.socket(family, kind, protocol)  # without the protocol asyncio would not turn Nagle's wait off
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as error:
        raise InputError(f"--host {host!r} --port {port} cannot be used: {error}; name others") from error
    return listener


def guard(allow_remote: bool, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuses what a browser sends for a page of another site, which loopback alone does not keep out.

    A page may send requests across sites (seen in Origin), or rebind its own name to 127.0.0.1 (seen in Host).
    """
    host, origin = connection.headers.get("host", ""), connection.headers.get("origin")
    if not allow_remote and not LOOPBACK_HOST.fullmatch(host):
        raise PermissionDeniedException(f"the Host header names {host!r}, not this machine's loopback")
    if origin is not None and origin.partition("://")[2] != host:
        raise PermissionDeniedException(f"a page of {origin!r} may not use this service")
