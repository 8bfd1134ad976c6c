"""How much one consultant has asked of a server, and the budget of its session."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from tutor.consultant.llm.trouble import Trouble
from tutor.dialogue.model import Usage
from tutor.settings import Llm

CHARACTERS_A_TOKEN = 4


def is_loopback(url: str) -> bool:
    """Whether a server is on this very computer."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass
class Meter:
    """Counts the tokens of a consultant. `before`: what its session had used when it sat down."""

    settings: Llm
    before: Usage = field(default_factory=Usage)
    spent: Usage = field(default_factory=Usage)

    def count(self, sent: int, received: int, *, guessed: bool = False) -> None:
        """One call more."""
        tokens = sent + received if guessed else 0
        self.spent += Usage(calls=1, sent=sent, received=received, guessed=tokens)

    @property
    def used_up(self) -> bool:
        limit = self.settings.session_tokens
        return bool(limit) and (self.before + self.spent).tokens >= limit

    def check(self) -> None:
        """Trouble once the session's budget is used up."""
        if self.used_up:
            raise Trouble(
                f"this session has used its {self.settings.session_tokens:,} tokens",
                lasting=True,
                mend="Allow more with: tutor config set session_tokens NUMBER (0: no limit).",
            )
