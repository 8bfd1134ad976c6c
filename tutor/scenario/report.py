"""Where things stand in a source: problems at their place, every set of roles, every text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tutor.scenario.problems import Problem, locate
from tutor.scenario.reading import Source
from tutor.scenario.schema import Scenario, StageRoles
from tutor.scenario.yaml_reader import Document, PathKey, Position

_SHARED = {"error", "because", "again", "assertion", "hints"}


@dataclass(frozen=True)
class Report:
    """Turns places in a source into problems."""

    source: Source

    def error(self, loc: PathKey, message: str, *, key: bool = False) -> Problem:
        return Problem(str(self.source.path), self._place(loc, key), message + self._origin(loc))

    def warning(self, loc: PathKey, message: str, *, key: bool = False) -> Problem:
        return Problem(str(self.source.path), self._place(loc, key), message + self._origin(loc), "warning")

    def beside(self, loc: PathKey, message: str, *, key: bool = False) -> Problem:
        """An error in the phrasings file."""
        document = self.source.phrasings_document or Document(None)
        path = str(self.source.phrasings_path)
        return Problem(path, locate(document, loc, key=key), message)

    def _origin(self, loc: PathKey) -> str:
        """Says so where the words in question come from the library and not from the file."""
        document, ideas = self.source.document, self.source.scenario.ideas
        if loc in document.values or loc[-1] not in _SHARED:
            return ""
        name = next((str(part) for part in loc if part in ideas), None)
        taken = ideas[name].taken_from if name is not None else None
        return f" (these words come from the concept {taken!r})" if taken else ""

    def _place(self, loc: PathKey, key: bool) -> Position:
        return locate(self.source.document, loc, key=key)


Check = Callable[[Source, Report], Iterable[Problem]]


def places(scenario: Scenario) -> Iterator[tuple[PathKey, StageRoles]]:
    """Every set of roles in the file with the path to it."""
    for name, stage in scenario.stages.items():
        if stage.roles is not None:
            yield ("stages", name, "roles"), stage.roles
    for name, variant in scenario.variants.items():
        for stage_name, roles in variant.stages.items():
            yield ("variants", name, "stages", stage_name), roles


def texts(scenario: Scenario) -> Iterator[tuple[PathKey, str, str | None]]:
    """Every template of the scenario: where it stands, its source, and the only variant it is shown in."""
    yield ("brief",), scenario.brief, None
    if scenario.clock is not None:
        yield ("clock", "out_of_time"), scenario.clock.out_of_time, None
    for name, fact in scenario.facts.items():
        yield ("facts", name, "answer"), fact.answer, None
    for name, exhibit in scenario.exhibits.items():
        if exhibit.say:
            yield ("exhibits", name, "say"), exhibit.say, None
    for name, idea in scenario.ideas.items():
        for number, hint in enumerate(idea.hints):
            yield ("ideas", name, "hints", number), hint, None
        if idea.assertion:
            yield ("ideas", name, "assertion"), idea.assertion, None
    for name, stage in scenario.stages.items():
        yield ("stages", name, "ask"), stage.ask, None
    for name, variant in scenario.variants.items():
        yield ("variants", name, "cause"), variant.cause, name
        yield ("variants", name, "debrief"), variant.debrief, name
        for number, expression in enumerate(variant.signature):
            yield ("variants", name, "signature", number), "{% if " + expression + " %}{% endif %}", name
    for path, roles in places(scenario):
        only = str(path[1]) if path[0] == "variants" else None
        for name, confirmation in roles.confirms.items():
            yield (*path, "confirms", name, "because"), confirmation.because, only
        for name, wrong in roles.wrong.items():
            yield (*path, "wrong", name, "error"), wrong.error, only
            yield (*path, "wrong", name, "because"), wrong.because, only
            if wrong.again:
                yield (*path, "wrong", name, "again"), wrong.again, only
        for name, plausible in roles.plausible.items():
            yield (*path, "plausible", name, "ask"), plausible.ask, only


def labels(scenario: Scenario) -> Iterator[tuple[PathKey, str]]:
    """Every text that is shown as it stands: names, titles and other short things."""
    for key in ("title", "summary", "you"):
        yield (key,), getattr(scenario, key)
    for name, exhibit in scenario.exhibits.items():
        yield ("exhibits", name, "title"), exhibit.title
    for name, fact in scenario.facts.items():
        yield ("facts", name, "about"), fact.about
    for name, lever in scenario.levers.items():
        yield ("levers", name, "label"), lever.label or ""
    for name, stage in scenario.stages.items():
        yield ("stages", name, "title"), stage.title
    for name, idea in scenario.ideas.items():
        yield ("ideas", name, "short"), idea.short or ""
        yield ("ideas", name, "means"), idea.means
