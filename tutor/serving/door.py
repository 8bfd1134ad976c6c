"""Who may come in: the token of the link, the cookie it becomes, and the host and origin of a request. Pure.

A browser sends its cookies to this server whichever page asked it to, and a name that somebody else owns can
be made to point at this computer (DNS rebinding). So three things are checked: the `Host` is one that no
stranger can own, a WebSocket's `Origin` is this very page, and whoever asks has had the link.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tutor.errors import TutorError

SHORTEST_TOKEN = 16
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
VISITOR = re.compile(r"[A-Za-z0-9_-]{32}")


class DoorError(TutorError):
    """A token or an address that cannot be used; the message says what is allowed."""


def new_token() -> str:
    """256 random bits, fit for a URL."""
    return secrets.token_urlsafe(32)


def new_visitor() -> str:
    """The name of a new visitor, which only their browser knows: 192 random bits."""
    return secrets.token_urlsafe(24)


def check_token(token: str) -> str:
    """The token as given. DoorError when it can be guessed or does not fit into a link."""
    if not re.fullmatch(rf"[A-Za-z0-9._~-]{{{SHORTEST_TOKEN},200}}", token):
        raise DoorError(
            f"a token of your own needs {SHORTEST_TOKEN} to 200 letters, digits, or any of . _ ~ - and "
            "should be random: whoever knows it can come in"
        )
    return token


def check_url(url: str) -> str:
    """The origin under which people reach the server (`https://tutor.example.org`). DoorError for more than
    that: a path cannot be served."""
    parts = urlsplit(url)
    try:
        fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise DoorError(f"{url!r}: write the address like https://tutor.example.org, with no path")
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a server that listens on `host`."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def own_names() -> frozenset[str]:
    """Names of this computer."""
    own = socket.gethostname().lower()
    return frozenset({"localhost", own, f"{own.partition('.')[0]}.local"})


@dataclass(frozen=True)
class Door:
    """What opens. `url` is the origin behind a proxy, if there is one; `names` are the computer's own."""

    token: str
    port: int
    url: str = ""
    names: frozenset[str] = field(default_factory=own_names)

    @property
    def secure(self) -> bool:
        """Whether browsers reach this server over TLS, so that cookies may ask for it."""
        return self.url.startswith("https://")

    @property
    def pass_cookie(self) -> str:
        """Browsers share a host's cookies between its ports: the port is part of the name."""
        return f"tutor_pass_{self.port}"

    @property
    def visitor_cookie(self) -> str:
        return f"tutor_visitor_{self.port}"

    @property
    def issued_pass(self) -> str:
        """What a browser keeps instead of the token: worthless elsewhere, and when the token changes."""
        return hmac.new(self.token.encode(), b"pass", hashlib.sha256).hexdigest()

    def opens_for(self, token: str) -> bool:
        """Whether the token is right, in a time that tells nothing about it."""
        return hmac.compare_digest(token.encode(errors="replace"), self.token.encode())

    def admits(self, held: str) -> bool:
        """Whether a pass is one of ours, likewise."""
        return hmac.compare_digest(held.encode(errors="replace"), self.issued_pass.encode())

    def knows_host(self, host: str) -> bool:
        """Whether a `Host` header names this server in a way that nobody else can own: an address, localhost,
        a name of this computer, or the name given by `url`."""
        if not HOST.fullmatch(host):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return (
            _is_address(name)
            or name in self.names
            or (bool(self.url) and name == urlsplit(self.url).hostname)
        )

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether a page of this very server asks."""
        return origin.lower() in {f"http://{host}".lower(), *([self.url] if self.url else ())}

    def link(self, address: str) -> str:
        """What a visitor opens first."""
        return f"{address}/?token={self.token}"


def folder_of(root: Path, visitor: str) -> Path:
    """A visitor's folder. Its name cannot be turned back into the cookie: whoever sees the folders (a backup,
    a listing) cannot come in as somebody."""
    return root / "visitors" / hashlib.sha256(visitor.encode()).hexdigest()[:32]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
