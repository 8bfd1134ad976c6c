"""What lies on the table, what else can be asked for, and what the stage still lacks, as noun phrases. Pure.

Where stages are cases of their own, only what belongs to the present one is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tutor.consultant.prose import cardinal, clause, joined
from tutor.dialogue.session import Session, Turn
from tutor.scenario.schema import ExhibitEntry, FactEntry

OFFERS = 3  # how many things are named at once
SORTS: Mapping[str, str] = {
    "observation": "observation", "diagnosis": "diagnosis", "remedy": "measure", "metric": "metric",
    "monitoring": "instrument", "safeguard": "safeguard", "stance_on_delivery": "statement",
}  # fmt: skip


def on_the_table(session: Session) -> str | None:
    """The exhibits put on the table last."""
    exhibits = session.key.scenario.exhibits
    at_start = [name for name, entry in exhibits.items() if entry.open == "at_start"]
    there = [n for n in unique([*at_start, *session.opened]) if session.available(n)]
    there = [n for n in there if _belongs(exhibits[n], session)] or there
    return joined([bold(exhibits[n].title) for n in there[-OFFERS:]], "and") or None


def to_ask_for(session: Session, before: tuple[Turn, ...], proper: frozenset[str]) -> str | None:
    """A few things the file does tell, those not asked for yet first, others each time."""
    scenario = session.key.scenario
    moves = [t.move for t in before if t.move]
    asked = {m.fact for m in moves} | {name for m in moves for name in m.also}
    here = {n: e for n, e in scenario.exhibits.items() if session.available(n) and _belongs(e, session)}
    facts = {n: f for n, f in scenario.facts.items() if n not in asked and _belongs(f, session)}
    closed = [e for n, e in here.items() if e.open == "on_request" and n not in session.opened]
    offers = [*(clause(f.about, proper) for f in facts.values()), *(bold(e.title) for e in closed)]
    offers = offers or [bold(e.title) for e in here.values()]
    if not offers:
        return None
    start = session.seed + OFFERS * len(before)
    turned = offers[start % len(offers) :] + offers[: start % len(offers)]
    return joined(unique(turned)[:OFFERS])


def still_lacking(session: Session) -> str | None:
    """What the stage still lacks, by sort: 'an observation and two more measures'."""
    ideas = session.key.scenario.ideas
    said = {ideas[i].kind for i in session.said()}
    lacking: dict[str, int] = {}
    more: set[str] = set()
    for group in session.open_groups():
        kinds = {ideas[i].kind for i in group}
        sort = SORTS[ideas[group[0]].kind]
        lacking[sort] = lacking.get(sort, 0) + 1
        more |= {sort} if kinds & said else set()
    return joined([_counted(n, sort, more=sort in more) for sort, n in lacking.items()], "and") or None


def _belongs(entry: ExhibitEntry | FactEntry, session: Session) -> bool:
    """Whether it is the present stage's own, or any stage's."""
    if isinstance(entry, FactEntry):
        return entry.stage in (None, session.stage)
    first = session.key.stages[0]
    return not session.key.scenario.separate_stages or (entry.since or first) == session.stage


def _counted(n: int, noun: str, *, more: bool) -> str:
    """'a measure', 'one more measure', 'two measures'."""
    if n == 1:
        return f"one more {noun}" if more else f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
    plural = f"{noun[:-2]}es" if noun.endswith("sis") else f"{noun}s"
    return f"{cardinal(n)} {'more ' * more}{plural}"


def unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def plain(title: str) -> str:
    """A title without emphasis and final mark."""
    return " ".join(title.replace("*", "").split()).rstrip(".?")


def bold(title: str) -> str:
    return f"**{plain(title)}**"
