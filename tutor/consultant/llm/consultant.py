"""The online consultant: one line to a server for the whole program, one meter for each session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tutor.consultant.llm.assessor import LlmAssessor
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.usage import Meter, is_loopback
from tutor.consultant.llm.voice import LlmVoice
from tutor.consultant.protocols import Consultant
from tutor.consultant.reader import Reader
from tutor.scenario.reading import Source
from tutor.settings import Llm


def notice(link: Link) -> str:
    """What is sent where, for the learner to know before the first message."""
    where = "on this computer" if is_loopback(link.settings.url) else "over the network"
    return (
        f"Your messages, the last turns and the evidence they are about go to {link.label}, {where}. "
        "The model words the replies; what is right is decided here, and the answer key is never sent. "
        "With --offline nothing is sent."
    )


class Online:
    """Opens consultants that ask the server of the settings; `open_reader` opens the offline reader that
    every one of them needs beside it."""

    def __init__(self, settings: Llm, open_reader: Callable[[Source], Awaitable[Reader]]) -> None:
        self.link = Link(settings)
        self._open_reader = open_reader

    async def open(self, source: Source) -> Consultant:
        """The consultant of a new session. AssessorError when the offline reader cannot be prepared."""
        reader = await self._open_reader(source)
        meter = Meter(self.link.settings)
        self.link.forget()
        return Consultant(
            LlmAssessor(self.link, meter, reader),
            LlmVoice(self.link, meter, reader),
            notice(self.link),
            lambda: meter.in_words(self.link.model),
        )

    async def close(self) -> None:
        """Hangs up."""
        await self.link.close()
