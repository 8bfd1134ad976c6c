"""Reading through a language model, with the offline reader beside it."""

from __future__ import annotations

from tutor.consultant import prompts
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.reading import Report, Unusable, grounded, parse, schema, settled
from tutor.consultant.llm.trouble import Trouble
from tutor.consultant.llm.usage import Meter
from tutor.consultant.protocols import Context, SecondHand
from tutor.consultant.reader import Reader
from tutor.dialogue.model import Assessment

DISAGREED = "the model read the message as something that it does not say"


class LlmAssessor:
    """An Assessor. Whatever goes wrong with the model, the offline reader takes the turn and says why."""

    def __init__(self, link: Link, meter: Meter, reader: Reader) -> None:
        self._link = link
        self._meter = meter
        self._reader = reader

    @property
    def name(self) -> str:
        out = self._meter.used_up or self._link.out
        return self._reader.name if out else self._link.label

    async def assess(self, text: str, context: Context) -> Assessment | SecondHand:
        offline = await self._reader.assess(text, context)
        if offline.also or (offline.asks or "").startswith("term:"):
            # Asked in so many words, and in more parts than a report has room for.
            return self._instead(offline, "")
        try:
            report = await self._report(text, context)
        except Trouble as trouble:
            return self._instead(offline, str(trouble))
        likely = self._reader.likely(text, context.session)
        return settled(report, offline, likely) or self._instead(offline, DISAGREED)

    def _instead(self, offline: Assessment, why: str) -> SecondHand:
        return SecondHand(offline, self._reader.name, why)

    async def _report(self, text: str, context: Context) -> Report:
        """The model's report, mended once if need be. Trouble."""
        scenario = context.session.key.scenario
        messages = prompts.reading(text, context)
        answer = await self._link.ask(messages, schema(scenario), self._meter)
        try:
            return grounded(parse(answer, scenario), text)
        except Unusable as error:
            messages = prompts.repair(messages, answer, str(error))
        answer = await self._link.ask(messages, schema(scenario), self._meter)
        try:
            return grounded(parse(answer, scenario), text)
        except Unusable as error:
            raise Trouble("the model's reading could not be used") from error
