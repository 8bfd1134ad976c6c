"""What a session has asked of a language model, in words: tokens, and money where prices are set. Pure."""

from __future__ import annotations

from tutor.dialogue.model import Usage
from tutor.settings import Llm


def cost(usage: Usage, llm: Llm) -> float | None:
    """What it cost by the prices that are set; None where none is."""
    if not llm.price_in and not llm.price_out:
        return None
    return (usage.sent * llm.price_in + usage.received * llm.price_out) / 1e6


def briefly(usage: Usage, llm: Llm) -> str:
    """'9.4k tokens, 0.0062'; '' where nothing was asked."""
    if not usage.calls:
        return ""
    money = cost(usage, llm)
    tokens = f"{usage.tokens / 1000:.1f}k" if usage.tokens >= 1000 else str(usage.tokens)
    return f"{tokens} tokens" + (f", {_money(money)}" if money is not None else "")


def in_words(usage: Usage, llm: Llm) -> str:
    """'12 calls, about 9,400 tokens of 200,000, 0.0062 by the prices you set'; '' where nothing was asked."""
    if not usage.calls:
        return ""
    about = "about " if usage.guessed else ""
    text = f"{usage.calls} call{'' if usage.calls == 1 else 's'}, {about}{usage.tokens:,} tokens"
    if llm.session_tokens:
        text += f" of {llm.session_tokens:,}"
    money = cost(usage, llm)
    return text if money is None else f"{text}, {about}{_money(money)} by the prices you set"


def _money(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 1 else f"{amount:.4f}"
