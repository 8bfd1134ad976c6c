"""The offline voice: the composed words of a move, handed over word by word."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

from tutor.consultant.protocols import Context
from tutor.consultant.wording import compose
from tutor.dialogue.model import Move


class OfflineVoice:
    """A Voice that needs no network. It does not wait between words: who shows them sets the pace."""

    name = "offline"

    async def speak(self, move: Move, context: Context) -> AsyncGenerator[str, None]:
        """The pieces of the reply; joined, they are what `compose` gives. Errors as there."""
        for piece in re.findall(r"\S+\s*", compose(move, context)):
            yield piece
