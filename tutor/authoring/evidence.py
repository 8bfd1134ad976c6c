"""Checks that need the evidence: does every variant show its signature, and does every text render on it?"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing

from tutor.conversation.evidence import Engine, evidence
from tutor.engine.records import Failed, Finished, Run
from tutor.scenario.problems import Problem, did_you_mean
from tutor.scenario.reading import Source
from tutor.scenario.report import Report, texts
from tutor.scenario.signature import broken
from tutor.scenario.templates import RenderError, render
from tutor.scenario.yaml_reader import PathKey

_VALUE = re.compile(r"""run(?:\.\w+|\[(?:"[^"]*"|'[^']*'|\d+)\])+""")


async def runs(
    source: Source, engine: Engine, say: Callable[[str], object] = str
) -> AsyncIterator[tuple[str, Run | Failed]]:
    """Each variant with the run of its first seed, or with why there is none. `say` hears what is being
    done."""
    scenario = source.scenario
    for name, variant in scenario.variants.items():
        say(f"running {name}")
        async with aclosing(evidence(engine, scenario, name, variant.seeds[0])) as messages:
            async for message in messages:
                if isinstance(message, Finished):
                    yield name, message.run
                elif isinstance(message, Failed):
                    yield name, message


def check_runs(source: Source, played: Mapping[str, Run | Failed]) -> Iterator[Problem]:
    """What is wrong with a scenario in the light of its variants' runs. What is wrong in several of them is
    told once."""
    report = Report(source)
    sound: dict[str, Run] = {}
    for variant, run in played.items():
        if isinstance(run, Run):
            sound[variant] = run
        else:
            yield report.error(("variants", variant, "simulate"), f"{variant} cannot be run: {run.message}")
    told: dict[tuple[PathKey, str], list[str]] = {}
    for variant, run in sound.items():
        for loc, message in (*_exhibits(source, run), *_texts(source, variant, run)):
            told.setdefault((loc, message), []).append(variant)
    for (loc, message), variants in told.items():
        yield report.error(loc, f"in {' and '.join(variants)}: {message}")
    yield from _signatures(source, report, sound)


def _exhibits(source: Source, run: Run) -> Iterator[tuple[PathKey, str]]:
    given = {exhibit.name for exhibit in run.exhibits}
    for name, entry in source.scenario.exhibits.items():
        if entry.show not in given:
            message = f"the run has no exhibit {entry.show!r}{did_you_mean(entry.show, given)}"
            yield ("exhibits", name, "show"), message


def _texts(source: Source, variant: str, run: Run) -> Iterator[tuple[PathKey, str]]:
    for loc, text, only in texts(source.scenario):
        if only not in (None, variant):
            continue
        absent = [name for name in _names(text) if _shown(name, run) == "None"]
        try:
            said = render(text, run.facts)
        except RenderError as error:
            message = str(error).replace("it is none", f"{', '.join(absent) or 'it'} is none")
            yield loc, f"{message} (seed {run.request.seed})"
            continue
        if "signature" in loc:
            continue
        if not said.strip():
            yield loc, "nothing is left of this text when its values are filled in"
        if absent and re.search(r"\bNone\b", said):
            yield loc, f"{', '.join(absent)} is none in this run, and 'None' is what a learner would read"


def _signatures(source: Source, report: Report, sound: Mapping[str, Run]) -> Iterator[Problem]:
    """A signature is true of its own run, which shows what the variant claims, and of no other's."""
    for name, variant in source.scenario.variants.items():
        for other, run in sound.items():
            try:
                missing = broken(variant, run.facts)
            except RenderError:
                continue  # told of at the expression, if it is its own run
            seed = run.request.seed
            if name == other:
                for expression in missing:
                    message = f"not true of seed {seed} of {name}{_values(expression, run)}"
                    loc = ("variants", name, "signature", variant.signature.index(expression))
                    yield report.error(loc, f"{message}; mend it, or find other seeds with: tutor seeds")
            elif not missing:
                message = f"true of {other} (seed {seed}), too: nothing measurable tells {name} from it"
                yield report.warning(("variants", name, "signature"), message, key=True)


def _values(expression: str, run: Run) -> str:
    """' (run.loss.drop is 0.31)' for the values that an expression names."""
    found = ((name, _shown(name, run)) for name in _names(expression))
    told = [f"{name} is {value[:40]}" for name, value in found if value is not None]
    return f" ({', '.join(told)})" if told else ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_VALUE.findall(text)))


def _shown(name: str, run: Run) -> str | None:
    try:
        return render("{{ " + name + " }}", run.facts)
    except RenderError:
        return None
