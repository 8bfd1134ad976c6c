"""The online consultant: one line to a server for the whole program, one meter for each session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tutor.consultant.llm.assessor import LlmAssessor
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.probe import probe
from tutor.consultant.llm.usage import Meter, is_loopback
from tutor.consultant.llm.voice import LlmVoice
from tutor.consultant.protocols import Consultant, Probe
from tutor.consultant.reader import Reader
from tutor.dialogue.model import Usage
from tutor.scenario.reading import Source
from tutor.settings import Llm


class Online:
    """Opens consultants that ask the server of the settings; `open_reader` opens the offline reader that
    every one of them needs beside it. `ready`: whether the person wants a language model to be asked."""

    def __init__(
        self, settings: Llm, open_reader: Callable[[Source], Awaitable[Reader]], *, ready: bool = True
    ) -> None:
        self.link = Link(settings)
        self.ready = ready
        self._open_reader = open_reader

    @property
    def settings(self) -> Llm:
        return self.link.settings

    @property
    def label(self) -> str:
        """The model and its server."""
        return self.link.label

    @property
    def notice(self) -> str:
        """What is sent where, for the learner to know before the first message."""
        where = "on this computer" if is_loopback(self.settings.url) else "over the network"
        return (
            f"Your messages, the last turns and the evidence they are about go to {self.label}, {where}. "
            "The model words the replies; what is right is decided here, and the answer key is never sent. "
            "With --offline nothing is sent."
        )

    async def open(self, source: Source, spent: Usage | None = None) -> Consultant:
        """The consultant of a session that has `spent` so much already. AssessorError when the offline reader
        cannot be prepared."""
        reader = await self._open_reader(source)
        link = self.link
        meter = Meter(link.settings, spent or Usage())
        link.forget()
        return Consultant(
            LlmAssessor(link, meter, reader),
            LlmVoice(link, meter, reader),
            self.notice,
            lambda: meter.spent,
        )

    async def use(self, settings: Llm, *, ready: bool, key: str = "") -> None:
        """Another server, or the same with other settings, for consultants opened from now on. `key` is kept
        in memory for as long as this program runs; '' keeps the one before, or looks where keys are found."""
        before, self.link = self.link, Link(settings, self._key(settings, key))
        self.ready = ready
        await before.close()

    async def models(self, settings: Llm, key: str = "") -> tuple[str, ...]:
        """The names of a server's models, whether it is the one in use or not. Trouble."""
        link = Link(settings.model_copy(update={"retries": 0}), self._key(settings, key))
        try:
            return await link.models()
        finally:
            await link.close()

    async def examine(self, settings: Llm, key: str = "") -> Probe:
        """One tiny call, and what it shows."""
        return await probe(settings, self._key(settings, key))

    def _key(self, settings: Llm, key: str) -> str:
        """The key that was typed, now or before for the same server: no other server gets it."""
        return key or (self.link.typed_key if settings.url == self.settings.url else "")

    async def close(self) -> None:
        """Hangs up."""
        await self.link.close()
