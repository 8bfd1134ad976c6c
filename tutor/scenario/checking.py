"""Everything that can be wrong in a scenario that has the right shape, found without running anything.

What passes here and in `authoring.evidence` (which runs the engine) plays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tutor.engine import levers as engine_levers
from tutor.engine.catalogue import ENGINES, evidence
from tutor.scenario.cards import cards
from tutor.scenario.problems import Problem, did_you_mean, nearest
from tutor.scenario.reach import REACH
from tutor.scenario.reading import Source
from tutor.scenario.report import Check, Report, labels, places, texts
from tutor.scenario.schema import Taken
from tutor.scenario.templates import RenderError, compile_template
from tutor.scenario.yaml_reader import PathKey

LADDER_STEPS = 3
_FILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TYPED = re.compile(r"\b\d+[.,]\d+\b|\b\d+ ?%")
_SINGLE = re.compile(r"(?<!\{)\{\s*run\.")


def check(source: Source) -> tuple[Problem, ...]:
    """All problems of a scenario, by place."""
    report = Report(source)
    return tuple(sorted({p for one in CHECKS for p in one(source, report)}))


def _stages(source: Source, report: Report) -> Iterator[Problem]:
    scenario = source.scenario
    for name, entry in scenario.exhibits.items():
        if entry.since is not None and entry.since not in scenario.stages:
            message = f"there is no stage {entry.since!r}{did_you_mean(entry.since, scenario.stages)}"
            yield report.error(("exhibits", name, "since"), message)
    for name, fact in scenario.facts.items():
        if fact.stage is not None and fact.stage not in scenario.stages:
            message = f"there is no stage {fact.stage!r}{did_you_mean(fact.stage, scenario.stages)}"
            yield report.error(("facts", name, "stage"), message)
    for number, stage in enumerate(scenario.clock.runs_in if scenario.clock else ()):
        if stage not in scenario.stages:
            message = f"there is no stage {stage!r}{did_you_mean(stage, scenario.stages)}"
            yield report.error(("clock", "runs_in", number), message)
    for name, variant in scenario.variants.items():
        for stage in variant.stages:
            if stage not in scenario.stages:
                message = f"there is no stage {stage!r}{did_you_mean(stage, scenario.stages)}"
                yield report.error(("variants", name, "stages", stage), message, key=True)
        for stage, shared in scenario.stages.items():
            if stage not in variant.stages and shared.roles is None:
                message = f"{name} says nothing of the stage {stage!r}: it could not be finished"
                yield report.error(("variants", name), message, key=True)


def _ids(source: Source, report: Report) -> Iterator[Problem]:
    """Ideas and exhibits that roles name must exist."""
    scenario = source.scenario

    def idea(loc: PathKey, name: str, key: bool) -> Iterator[Problem]:
        if name not in scenario.ideas:
            message = f"there is no idea {name!r}{did_you_mean(name, scenario.ideas)}"
            yield report.error(loc, message, key=key)

    def exhibit(loc: PathKey, name: str) -> Iterator[Problem]:
        if name not in scenario.exhibits:
            message = f"there is no exhibit {name!r}{did_you_mean(name, scenario.exhibits)}"
            yield report.error(loc, message)

    for path, roles in places(scenario):
        for number, item in enumerate(roles.expects):
            if isinstance(item, str):
                yield from idea((*path, "expects", number), item, False)
                continue
            for inner, name in enumerate(item):
                yield from idea((*path, "expects", number, inner), name, False)
        for part in ("confirms", "wrong", "plausible"):
            for name, entry in getattr(roles, part).items():
                yield from idea((*path, part, name), name, True)
                yield from exhibit((*path, part, name, "exhibit"), entry.exhibit)


def _roles(source: Source, report: Report) -> Iterator[Problem]:
    """One role for an idea in a stage, and words for each."""
    scenario = source.scenario
    for path, roles in places(scenario):
        expected = [i for group in roles.expected() for i in group]
        for name in dict.fromkeys(expected):
            if expected.count(name) > 1:
                yield report.error((*path, "expects"), f"{name!r} is expected twice in one stage", key=True)
            for part in ("wrong", "plausible"):
                if name in getattr(roles, part):
                    message = f"{name!r} is expected and {part} in one stage; it can have one role only"
                    yield report.error((*path, part, name), message, key=True)
            if name not in roles.confirms and name in scenario.ideas:
                message = f"{name!r} is expected here, but `confirms` does not say what shows it"
                yield report.error((*path, "expects"), message, key=True)
        for name in roles.wrong:
            if name in roles.plausible:
                message = f"{name!r} is wrong and plausible in one stage; it can have one role only"
                yield report.error((*path, "plausible", name), message, key=True)
        for name in roles.confirms:
            if name in scenario.ideas and name not in expected:
                message = f"{name!r} is confirmed here but not expected"
                yield report.error((*path, "confirms", name), message, key=True)


def _ladders(source: Source, report: Report) -> Iterator[Problem]:
    """Hints climb the ladder of the first idea of each group of alternatives."""
    scenario = source.scenario
    leads = {group[0] for _, roles in places(scenario) for group in roles.expected()}
    for name, idea in scenario.ideas.items():
        if name not in leads:
            continue
        if len(idea.hints) != LADDER_STEPS:
            message = (
                f"{name!r} is expected somewhere and needs {LADDER_STEPS} hints (a pump, a hint, a prompt); "
                f"it has {len(idea.hints)}"
            )
            yield report.error(("ideas", name, "hints"), message, key=True)
        if idea.assertion is None:
            message = f"{name!r} is expected somewhere and needs an assertion: what the consultant says last"
            yield report.error(("ideas", name), message, key=True)


def _feedback(source: Source, report: Report) -> Iterator[Problem]:
    """Right and wrong must not be answered in the same words; a pushback ends in a question."""
    for path, roles in places(source.scenario):
        right = {" ".join(c.because.split()): name for name, c in roles.confirms.items()}
        for name, entry in roles.wrong.items():
            same = right.get(" ".join(entry.because.split()))
            if same is not None:
                message = f"the pushback of {name!r} is word for word what confirms {same!r}"
                yield report.error((*path, "wrong", name, "because"), message)
            if not entry.because.rstrip("\"'”’ ").endswith("?"):
                message = f"the pushback of {name!r} does not end in a question"
                yield report.warning((*path, "wrong", name, "because"), message)


def _unused(source: Source, report: Report) -> Iterator[Problem]:
    scenario = source.scenario
    used: set[str] = set()
    for _, roles in places(scenario):
        used |= {i for group in roles.expected() for i in group} | set(roles.wrong) | set(roles.plausible)
    for name, idea in scenario.ideas.items():
        if name not in used and idea.kind != "observation" and not idea.beside_the_point:
            message = (
                f"the idea {name!r} has no role in any variant; if that is meant, say so: "
                "`beside_the_point: true`"
            )
            yield report.warning(("ideas", name), message, key=True)
        if name in used and idea.beside_the_point:
            message = f"the idea {name!r} is said to be beside the point, and has a role"
            yield report.error(("ideas", name, "beside_the_point"), message, key=True)
        if len(idea.phrasings) + len(source.phrasings.phrasings.get(name, ())) < 3:
            message = f"the idea {name!r} has fewer than 3 phrasings: it will hardly be recognised"
            yield report.warning(("ideas", name), message, key=True)
    for name, entry in scenario.exhibits.items():
        if entry.open == "on_request" and not entry.asked_by:
            message = f"the exhibit {name!r} has no `asked_by`: nobody can ask for it in words"
            yield report.warning(("exhibits", name), message, key=True)


def _concepts(source: Source, report: Report) -> Iterator[Problem]:
    for number, name in enumerate(source.scenario.concepts):
        if name not in cards():
            message = f"there is no concept card {name!r}{did_you_mean(name, cards())}"
            yield report.error(("concepts", number), message)


def _engine(source: Source, report: Report) -> Iterator[Problem]:
    """What the engine would refuse: settings, levers, their values."""
    scenario = source.scenario
    if scenario.engine not in ENGINES:
        message = f"there is no engine {scenario.engine!r}{did_you_mean(scenario.engine, ENGINES)}"
        yield report.error(("engine",), f"{message}; there are: {', '.join(ENGINES)}")
    engine = scenario.engine if scenario.engine in ENGINES else nearest(scenario.engine, ENGINES)
    if engine is None:
        return
    for name, entry in scenario.exhibits.items():
        if entry.engine is not None and entry.engine not in ENGINES:
            message = f"there is no engine {entry.engine!r}{did_you_mean(entry.engine, ENGINES)}"
            yield report.error(("exhibits", name, "engine"), message)
            continue
        given = evidence(entry.engine or engine).exhibits
        if entry.show not in given:
            message = f"the engine has no exhibit {entry.show!r}{did_you_mean(entry.show, given)}"
            yield report.error(("exhibits", name, "show"), f"{message}; it has: {', '.join(sorted(given))}")
    known = engine_levers.levers(engine)
    for name, variant in scenario.variants.items():
        for problem in engine_levers.validate(engine, dict(variant.simulate)):
            loc: PathKey = ("variants", name, "simulate", problem.setting or "")
            yield report.error(loc, problem.message, key=problem.setting not in known)
    for name, lever in scenario.levers.items():
        if name not in known:
            message = f"the engine has no setting {name!r}{did_you_mean(name, known)}"
            yield report.error(("levers", name), message, key=True)
            continue
        for number, value in enumerate(lever.values):
            alone = [p for p in engine_levers.validate(engine, {name: value}) if p.setting == name]
            for problem in alone:
                if "is not allowed" in problem.message:
                    yield report.error(("levers", name, "values", number), problem.message)


def _phrasings(source: Source, report: Report) -> Iterator[Problem]:
    """The file beside: known ideas only, and no phrasing under two ideas."""
    ideas = source.scenario.ideas
    owner: dict[str, str] = {}
    for name, idea in ideas.items():
        for number, text in enumerate(idea.phrasings):
            other = owner.setdefault(_folded(text), name)
            if other != name:
                message = f"this phrasing stands under {other!r} too: nobody could tell the two apart"
                yield report.error(("ideas", name, "phrasings", number), message)
    for name, sayings in source.phrasings.phrasings.items():
        if name not in ideas:
            message = f"there is no idea {name!r}{did_you_mean(name, ideas)}"
            yield report.beside(("phrasings", name), message, key=True)
        for number, text in enumerate(sayings):
            other = owner.setdefault(_folded(text), name)
            if other != name:
                message = f"this phrasing stands under {other!r} too: nobody could tell the two apart"
                yield report.beside(("phrasings", name, number), message)
    for number, saying in enumerate(source.phrasings.stances):
        for part in ("asserts", "denies"):
            for inner, name in enumerate(getattr(saying, part)):
                if name not in ideas:
                    message = f"there is no idea {name!r}{did_you_mean(name, ideas)}"
                    yield report.beside(("stances", number, part, inner), message)
        for name, words in saying.words.items():
            if name not in (*saying.asserts, *saying.denies):
                message = f"the message neither asserts nor denies {name!r}"
                yield report.beside(("stances", number, "words", name), message, key=True)
            elif words not in saying.text:
                yield report.beside(("stances", number, "words", name), "these words are not in the message")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")


def _tests(source: Source, report: Report) -> Iterator[Problem]:
    """Tests and conversations name variants, stages and ideas that there are."""
    scenario = source.scenario

    def known(loc: PathKey, kind: str, name: str | None, names: Collection[str]) -> Iterator[Problem]:
        if name is not None and name not in names:
            yield report.error(loc, f"there is no {kind} {name!r}{did_you_mean(name, names)}")

    def taken(loc: PathKey, test: Taken) -> Iterator[Problem]:
        for part in ("claims", "denies"):
            for inner, name in enumerate(getattr(test, part) or ()):
                yield from known((*loc, part, inner), "idea", name, scenario.ideas)

    for number, test in enumerate(scenario.tests):
        yield from known(("tests", number, "variant"), "variant", test.variant, scenario.variants)
        yield from known(("tests", number, "stage"), "stage", test.stage, scenario.stages)
        yield from taken(("tests", number), test)
    for number, script in enumerate(scenario.conversations):
        here: PathKey = ("conversations", number)
        yield from known((*here, "variant"), "variant", script.variant, scenario.variants)
        for inner, turn in enumerate(script.turns):
            yield from known((*here, "turns", inner, "stage"), "stage", turn.stage, scenario.stages)
            yield from known((*here, "turns", inner, "target"), "idea", turn.target, scenario.ideas)
            yield from taken((*here, "turns", inner), turn)


def _templates(source: Source, report: Report) -> Iterator[Problem]:
    for loc, text, _ in texts(source.scenario):
        try:
            compile_template(text)
        except RenderError as error:
            yield report.error(loc, f"the template is wrong: {error}")
        if _SINGLE.search(text):
            yield report.warning(loc, "a value stands between two braces on each side: {{ run.x }}")
        typed = _TYPED.search(_FILLED.sub(" ", text)) if loc[-1] in ("because", "again") else None
        if typed:
            message = (
                f"the measurement {typed[0]!r} is typed; filled in from the run, as in {{{{ run.x }}}}, it "
                "could not contradict the evidence"
            )
            yield report.warning(loc, message)
    for loc, text in labels(source.scenario):
        if "{{" in text or "{%" in text:
            yield report.error(loc, "no values are filled in here; it would be shown as it stands")


CHECKS: tuple[Check, ...] = (
    _stages,
    _ids,
    _roles,
    _ladders,
    _feedback,
    _unused,
    _concepts,
    _engine,
    _phrasings,
    _tests,
    _templates,
    *REACH,
)
