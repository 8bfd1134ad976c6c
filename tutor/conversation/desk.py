"""The desk where cases are taken: draws the variant, runs the evidence, opens or resumes the conversation."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from tutor import content
from tutor.consultant.protocols import Assessor, Consultant, Probe, Voice
from tutor.conversation.conversation import Conversation
from tutor.conversation.evidence import Engine, Messages, evidence
from tutor.dialogue.calibration import Estimate, estimates_of
from tutor.dialogue.events import Started
from tutor.dialogue.key import Key
from tutor.dialogue.model import Usage
from tutor.dialogue.session import Session, replay, start
from tutor.engine.records import Run
from tutor.errors import TutorError
from tutor.scenario.library import Library
from tutor.scenario.problems import ScenarioError, did_you_mean
from tutor.scenario.reading import Source
from tutor.scenario.schema import Scenario
from tutor.settings import Llm
from tutor.store.database import SessionRow, Store, StoreError


class DeskError(TutorError):
    """A case cannot be taken; the message is for the learner."""


@dataclass(frozen=True)
class Case:
    """A case that was taken: its file, its session in the store, and how its evidence is made."""

    source: Source
    identity: str
    session: Session

    @property
    def scenario(self) -> Scenario:
        return self.source.scenario


class Online(Protocol):
    """Opens consultants that need a network, and lets their server be chosen."""

    @property
    def ready(self) -> bool:
        """Whether one is set up and wanted."""
        ...

    @property
    def settings(self) -> Llm: ...

    @property
    def label(self) -> str:
        """The model and its server."""
        ...

    @property
    def notice(self) -> str:
        """What is sent where."""
        ...

    async def open(self, source: Source, spent: Usage) -> Consultant: ...

    async def use(self, settings: Llm, *, ready: bool, key: str = "") -> None: ...

    async def models(self, settings: Llm, key: str = "") -> tuple[str, ...]:
        """TutorError when the server does not tell."""
        ...

    async def examine(self, settings: Llm, key: str = "") -> Probe: ...

    async def close(self) -> None: ...


def draw(scenario: Scenario, seen: Mapping[str, int], chance: random.Random) -> str:
    """A variant among those taken least often."""
    fewest = min(seen.get(v, 0) for v in scenario.variants)
    return chance.choice([v for v in scenario.variants if seen.get(v, 0) == fewest])


def _refuse_unsound(source: Source) -> None:
    """What comes with the program is sound, as its tests show; any other file may be anything."""
    if source.path.resolve().parent == content.scenarios_dir().resolve():
        return
    from tutor.scenario.checking import check  # a tenth of a second that the first screen need not wait for

    errors = [problem for problem in check(source) if problem.severity == "error"]
    if errors:
        raise ScenarioError(errors)


class Desk:
    """What a screen or a command needs to take, resume and play cases."""

    def __init__(
        self,
        *,
        library: Library,
        store: Store,
        engine: Engine,
        assessor: Callable[[Source], Awaitable[Assessor]],
        voice: Callable[[Source], Voice],
        online: Online | None = None,
    ) -> None:
        """`assessor` and `voice` need no network; `online` opens those that do, None where none may."""
        self.library = library
        self.store = store
        self.engine = engine
        self._assessor = assessor
        self._voice = voice
        self.online = online

    def take(self, scenario: str, *, variant: str | None = None, seed: int | None = None) -> Case:
        """A new session of a scenario. Without a variant, one is drawn, preferring those not yet seen;
        without a seed, one from the variant's list. DeskError for a variant the scenario does not have,
        ScenarioError for a file that `tutor check` would refuse: it would break in the middle."""
        source = self.library.get(scenario)
        _refuse_unsound(source)
        found = source.scenario
        chance = random.Random()  # noqa: S311
        if variant is None:
            variant = draw(found, self.store.variants_seen(found.id), chance)
        elif variant not in found.variants:
            known = ", ".join(found.variants)
            near = did_you_mean(variant, found.variants)
            raise DeskError(f"{found.id} has no variant {variant!r}{near}; it has: {known}")
        if seed is None:
            seed = chance.choice(found.variants[variant].seeds)
        identity = self.store.begin(Started(scenario=found.id, variant=variant, seed=seed))
        return Case(source, identity, start(Key(found, variant), seed))

    def resume(self, identity: str) -> Case:
        """A session as it was left. DeskError when its scenario has changed beyond it."""
        events = self.store.events(identity)
        first = events[0]
        if not isinstance(first, Started):
            raise StoreError(f"session {identity!r} does not begin with its start")
        source = self.library.get(first.scenario)
        if first.variant not in source.scenario.variants:
            raise DeskError(f"{first.scenario} no longer has the variant of this session")
        try:
            session = replay(Key(source.scenario, first.variant), events)
        except KeyError as error:
            raise DeskError(f"{first.scenario} has changed since this session: {error} is gone") from error
        return Case(source, identity, session)

    def estimates(self) -> tuple[Estimate, ...]:
        """How sure and how right the learner was, over all their sessions; unreadable ones are left out."""
        found: list[Estimate] = []
        for row in self.store.sessions():
            source = self.library.sources.get(row.scenario)
            if source is None or row.variant not in source.scenario.variants:
                continue
            with suppress(StoreError, KeyError):
                key = Key(source.scenario, row.variant)
                found += estimates_of(replay(key, self.store.events(row.id)))
        return tuple(found)

    def latest(self, scenario: str | None = None) -> SessionRow | None:
        """The last session that is not finished."""
        rows = self.store.sessions(scenario=scenario, unfinished=True)
        known = (r for r in rows if r.scenario in self.library.sources)
        return next(known, None)

    def evidence(self, case: Case) -> Messages:
        """Runs the case's evidence, or replays it from the cache. Whoever stops reading stops the run."""
        return evidence(self.engine, case.scenario, case.session.key.variant, case.session.seed)

    async def close(self) -> None:
        """Ends the engine's process, hangs up, and closes the store."""
        await self.engine.close()
        if self.online is not None:
            await self.online.close()
        self.store.close()

    @property
    def has_online(self) -> bool:
        """Whether there is another consultant than the offline one."""
        return self.online is not None and self.online.ready

    async def consultant(
        self, source: Source, *, offline: bool = False, spent: Usage | None = None
    ) -> Consultant:
        """The consultant for a case; `offline`: the one that needs no network, whatever is set up. `spent`:
        what the session has used already."""
        if self.online is not None and self.online.ready and not offline:
            return await self.online.open(source, spent or Usage())
        return Consultant(await self._assessor(source), self._voice(source))

    async def sit_down(self, case: Case, run: Run, *, offline: bool = False) -> Conversation:
        """The conversation of a case whose evidence is there."""
        return Conversation(
            store=self.store,
            identity=case.identity,
            session=case.session,
            run=run,
            consultant=await self.consultant(case.source, offline=offline, spent=case.session.spent),
        )
