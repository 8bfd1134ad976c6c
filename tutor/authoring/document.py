"""Writes `docs/evidence.md` from the engines themselves: what each can be set to, and what it gives back.

`python -m tutor.authoring.document` prints the page; a test compares it with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tutor.engine.catalogue import ENGINES, evidence
from tutor.engine.levers import Lever, levers
from tutor.scenario.cards import cards
from tutor.scenario.concepts import library

_HEAD = """# What the engines offer

This page is generated: `python -m tutor.authoring.document > docs/evidence.md`.

A scenario names one engine. `simulate:` of a variant sets its *settings* (those left out keep their
defaults), a text fills in its *facts* (`{{ run.loss.train | significant }}`), and `exhibits:` shows its
*exhibits* (`show: loss_curves`). A capital word in the path of a fact stands for several, `*` for what may
stand there. An exhibit of another engine can be shown too (`engine: concepts`); the facts of that engine then
stand under its name: `{{ run.concepts.bias_variance.best_degree }}`.

Filters: `percent` (0.041 -> 4%; `percent(1)` -> 4.1%), `number(2)`, `significant(3)`, `count` (24000 ->
24,000), and `abs`, `round`, `length`, `first`, `last`, `min`, `max`, `lower`, `upper`, `int`, `float`. A text
may depend on a fact: `{% if run.stopped == "not_finite" %}...{% else %}...{% endif %}`. That is all there is.
"""

_ABOUT = {
    "fraud": "A small network learns to tell fraudulent payments; the settings plant faults in its training.",
    "recommender": "A transformer learns to name the department of a customer's next purchase.",
    "clients": "Three classifiers in use (loans, spam, a rare disease), each judged by its accuracy alone.",
    "credit": "A credit score in use for eighteen months, while the world or the feed changes.",
    "concepts": "Small runs that show ideas of the field: bias and variance, learning curves, uncertainty.",
}


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join([_HEAD, *(line for name in ENGINES for line in _engine(name)), *_concepts(), *_cards()])


def _engine(name: str) -> Iterator[str]:
    given = evidence(name)
    yield f"## {name}\n"
    yield f"{_ABOUT[name]}\n"
    yield "### settings\n"
    yield from _table(("setting", "allowed", "default", "what it is"), map(_setting, levers(name).values()))
    yield "### facts\n"
    yield from _pairs(("fact (after `run.`)", "what it is"), given.facts)
    yield "### exhibits\n"
    yield from _pairs(("exhibit", "what it shows"), given.exhibits)


def _setting(lever: Lever) -> tuple[str, ...]:
    default = str(lever.default).lower() if isinstance(lever.default, bool) else str(lever.default)
    return f"`{lever.name}`", lever.allowed, default, lever.description


def _concepts() -> Iterator[str]:
    yield "## The concept library\n"
    yield "Ideas that a scenario takes with `from:`.\n"
    rows = ((f"`{name}`", concept.kind, concept.means) for name, concept in library())
    yield from _table(("concept", "kind", "means"), rows)


def _cards() -> Iterator[str]:
    yield "## The concept cards\n"
    yield (
        "What `concepts:` of a scenario may name. The `terms:` at the head of a card are the words that the\n"
        "consultant explains when a learner asks what they mean.\n"
    )
    yield from _table(("card", "title"), ((f"`{card.name}`", card.title) for card in cards().values()))


def _pairs(head: tuple[str, str], entries: Mapping[str, str]) -> Iterator[str]:
    yield from _table(head, ((f"`{name}`", text) for name, text in entries.items()))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        cells = [cell.replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
