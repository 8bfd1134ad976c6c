"""What a session has used: tokens, and money where the price is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tutor.consultant.llm.trouble import Trouble
from tutor.settings import OPENAI, Llm

PRICES_OF = "August 2025"
PRICES: Mapping[str, tuple[float, float]] = {
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "gpt-4o": (2.50, 10.00),
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
}
"""Dollars for a million tokens (in, out), as OpenAI listed them in PRICES_OF; others have none here."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CHARACTERS_A_TOKEN = 4


def is_loopback(url: str) -> bool:
    """Whether a server is on this very computer."""
    return urlsplit(url).hostname in LOOPBACK


@dataclass
class Meter:
    """Counts the tokens of one session. `guessed`: those that the server did not tell, from the length."""

    settings: Llm
    calls: int = 0
    sent: int = 0
    received: int = 0
    guessed: int = 0

    @property
    def tokens(self) -> int:
        return self.sent + self.received

    def count(self, sent: int, received: int, *, guessed: bool = False) -> None:
        """One call more."""
        self.calls += 1
        self.sent += sent
        self.received += received
        self.guessed += (sent + received) if guessed else 0

    def check(self) -> None:
        """Trouble once the session's budget is used up."""
        limit = self.settings.session_tokens
        if limit and self.tokens >= limit:
            raise Trouble(
                f"this session has used its {limit:,} tokens",
                lasting=True,
                mend="Allow more with: tutor config set session_tokens NUMBER (0: no limit).",
            )

    def dollars(self, model: str) -> float | None:
        """What it cost, None where nobody here knows; nothing on one's own computer."""
        if is_loopback(self.settings.url):
            return 0.0
        price = PRICES.get(model) if self.settings.url == OPENAI else None
        return None if price is None else (self.sent * price[0] + self.received * price[1]) / 1e6

    def in_words(self, model: str) -> str:
        """'12 calls, 9,400 tokens, about $0.0062 (prices of ...)'."""
        about = "about " if self.guessed else ""
        text = f"{self.calls} call{'' if self.calls == 1 else 's'}, {about}{self.tokens:,} tokens"
        cost = self.dollars(model)
        if cost:
            text += f", about ${cost:.4f} (prices of {PRICES_OF})"
        limit = self.settings.session_tokens
        return f"{text} of {limit:,}" if limit and not cost else text
