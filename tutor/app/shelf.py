"""The cases as the home screen lists them: what each is, and how far the learner is with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tutor.conversation.desk import Desk
from tutor.dialogue.mastery import opportunities
from tutor.errors import TutorError
from tutor.reports.progress import concepts_of
from tutor.reports.review import count
from tutor.reports.standing import Standing, standing
from tutor.scenario.schema import Scenario
from tutor.store.database import SessionRow


@dataclass(frozen=True)
class Open:
    """A session that waits to be gone on with."""

    session: str
    at: Standing
    left_at: datetime


@dataclass(frozen=True)
class CaseCard:
    """One case. `found`: hidden causes found, of `variants`; `told`: known only from a case ended early;
    `learned`: concepts shown without being told, in any case."""

    scenario: str
    title: str
    level: str
    minutes: int
    summary: str
    variants: int
    found: int
    told: int
    last_over: str | None
    concepts: tuple[str, ...]
    learned: frozenset[str]
    open: Open | None


@dataclass(frozen=True)
class Shelf:
    """All cases, in order, and what is wrong with those that could not be read."""

    cards: tuple[CaseCard, ...]
    problems: tuple[str, ...]
    first_time: bool

    @property
    def next_step(self) -> int:
        """The card to take up first: what was left last, else the first case with causes not yet seen."""
        waiting = [(c.open.left_at, i) for i, c in enumerate(self.cards) if c.open]
        if waiting:
            return max(waiting)[1]
        return next((i for i, c in enumerate(self.cards) if c.found < c.variants), 0)


def shelf(desk: Desk, known: dict[str, frozenset[str]]) -> Shelf:
    """Reads the desk: for a thread, since it opens every session that is in progress, and every one that is
    over and not yet in `known`, where what was learned in a session is kept."""
    rows = desk.store.sessions()
    for row in rows:
        if row.finished and row.id not in known:
            known[row.id] = learned(desk, row.id)
    shown = frozenset[str]().union(*(known[row.id] for row in rows if row.finished))
    cards = tuple(_card(desk, s.scenario, rows, shown) for s in desk.library.sources.values())
    return Shelf(cards, tuple(map(str, desk.library.problems)), first_time=not rows)


def learned(desk: Desk, identity: str) -> frozenset[str]:
    """The concepts whose points were made in a session without being told."""
    try:
        session = desk.resume(identity).session
    except TutorError:
        return frozenset()
    return frozenset(o.concept for o in opportunities(session, concepts_of(session.key.scenario)) if o.right)


def _card(desk: Desk, scenario: Scenario, rows: Iterable[SessionRow], shown: frozenset[str]) -> CaseCard:
    mine = [row for row in rows if row.scenario == scenario.id]
    over = [row for row in mine if row.finished and row.variant in scenario.variants]
    found = {row.variant for row in over if not row.ended_early}
    return CaseCard(
        scenario=scenario.id,
        title=scenario.title,
        level=scenario.level,
        minutes=scenario.minutes,
        summary=scenario.summary,
        variants=len(scenario.variants),
        found=len(found),
        told=len({row.variant for row in over} - found),
        last_over=over[0].id if over else None,
        concepts=scenario.concepts,
        learned=shown & set(scenario.concepts),
        open=_open(desk, next((row for row in mine if not row.finished), None)),
    )


def _open(desk: Desk, row: SessionRow | None) -> Open | None:
    if row is None:
        return None
    try:
        session = desk.resume(row.id).session
    except TutorError:
        return None  # a session of an older scenario file; it stays in the store
    return Open(row.id, standing(session), row.updated_at)


_SPANS: Mapping[str, int] = {"day": 86_400, "hour": 3_600, "minute": 60}


def ago(then: datetime, now: datetime | None = None) -> str:
    """'3 hours ago'."""
    seconds = int(((now or datetime.now(UTC)) - then).total_seconds())
    for name, span in _SPANS.items():
        if seconds >= span:
            count = seconds // span
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def causes(found: int, told: int, variants: int) -> str:
    """Hidden causes as dots: found, only told, not met."""
    return "●" * found + "◐" * told + "○" * (variants - found - told)


def progress(card: CaseCard) -> str:
    """How far the learner is, in words that need no colour."""
    if card.last_over is None:
        return "not taken yet" if card.open is None else "in progress"
    told = f", {card.told} told" if card.told else ""
    dots = causes(card.found, card.told, card.variants)
    return f"{dots} {card.found} of {card.variants} hidden causes found{told}"


def learned_words(card: CaseCard) -> str:
    """The concepts of the case that were learned, in its order."""
    names = [name.replace("_", " ") for name in card.concepts if name in card.learned]
    return f"✓ {', '.join(names)}" if names else ""


def waiting(card: CaseCard, now: datetime | None = None) -> str:
    """Where the unfinished session stands."""
    if card.open is None:
        return ""
    at = card.open.at
    where = f"stage {at.stage} of {at.stages}, {at.title}"
    return f"Continue: {where} · {count(at.messages, 'message')} · {ago(card.open.left_at, now)}"
