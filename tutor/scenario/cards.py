"""Concept cards: what a learner should take home, one short page each, to open at any time.

A card is a Markdown file `concepts/cards/NAME.md`: between two lines of dashes the ids of the ideas it is
about and the words it explains, then a title and the text. A word stands with its other names, separated by
commas, before a sentence or two that say what it means, and nothing of any case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tutor import content
from tutor.errors import TutorError
from tutor.scenario.concepts import FOLDER
from tutor.scenario.problems import did_you_mean
from tutor.scenario.schema import Scenario
from tutor.scenario.yaml_reader import parse, read_text

MOST = 4  # cards recommended at once: more would be read by nobody


class UnknownCardError(TutorError):
    """No card goes by that name; the message says which do."""


@dataclass(frozen=True)
class Term:
    """A word of the field: all its names, the usual one first, and what it means."""

    names: tuple[str, ...]
    means: str

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True)
class Card:
    """One page. `text` is Markdown without the title; `ideas` are ids of ideas in scenarios."""

    name: str
    title: str
    text: str
    ideas: tuple[str, ...]
    terms: tuple[Term, ...] = ()


@lru_cache(maxsize=1)
def cards() -> dict[str, Card]:
    """All cards by name."""
    folder = content.scenarios_dir() / FOLDER / "cards"
    return {path.stem: _card(path.stem, read_text(path)) for path in sorted(folder.glob("*.md"))}


def _card(name: str, text: str) -> Card:
    _, head, body = text.split("---\n", 2)
    title, _, rest = body.strip().partition("\n")
    data = parse(head).data
    terms = (Term(tuple(names.split(", ")), means) for names, means in data.get("terms", {}).items())
    return Card(name, title.removeprefix("# "), rest.strip(), tuple(data["ideas"]), tuple(terms))


@lru_cache(maxsize=1)
def glossary() -> dict[str, Term]:
    """The words that the cards explain, by each of their names in lower case."""
    terms = (term for found in cards().values() for term in found.terms)
    return {name.casefold(): term for term in terms for name in term.names}


def card(name: str) -> Card:
    """The card with that name, also as people write it: 'Bias variance'. UnknownCardError."""
    found, wanted = cards(), "_".join(name.casefold().replace("-", " ").split())
    if wanted not in found:
        raise UnknownCardError(
            f"there is no card {name[:60]!r}{did_you_mean(wanted, found)}; there are: {', '.join(found)}"
        )
    return found[wanted]


def of_scenario(scenario: Scenario) -> tuple[Card, ...]:
    """The cards that go with a case, in its order."""
    return tuple(cards()[name] for name in scenario.concepts if name in cards())


def about(ideas: Iterable[str], scenario: Scenario) -> tuple[Card, ...]:
    """The cards to read for some ideas of a case (those missed or held on to): those about the first idea
    first, the case's own before others, a few at most."""
    own = {c.name: c for c in of_scenario(scenario)}
    ordered = {**own, **cards()}.values()
    found: dict[str, Card] = {}
    for idea in ideas:
        names = {idea, scenario.ideas[idea].taken_from}
        found |= {c.name: c for c in ordered if names & set(c.ideas)}
    return tuple(found.values())[:MOST]
