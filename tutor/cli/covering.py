"""Prints the coverage of a case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tutor.authoring.coverage import Row, rows
from tutor.authoring.robot import Log, findings, play_all
from tutor.cli.printing import table_lines
from tutor.cli.status import status
from tutor.consultant.reader import open_reader
from tutor.engine.tabular import TextTable
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source


async def show(source: Source, cache_dir: Path, *, plays: int, seed: int, as_json: bool) -> bool:
    """Prints the table and what the robot found; whether it finished every stage."""
    found = list(rows(source))
    if as_json:
        for row in found:
            click.echo(json.dumps(asdict(row) | {"roles": _by_variant(source, row)}))
    else:
        click.echo("\n".join(_table(source, found)))
    if not plays:
        return True
    with status() as say:
        say("teaching the consultant to read the case")
        reader = await open_reader(source, cache_dir / "assessor")
        say(f"a robot learner plays each variant {plays} times")
        log = play_all(source, reader, plays=plays, seed=seed)
    problems = sorted(findings(source, log))
    for problem in problems:
        click.echo(_json(problem) if as_json else str(problem))
    if not as_json:
        click.echo(_summary(log, problems), err=True)
    return all(problem.severity == "warning" for problem in problems)


def _by_variant(source: Source, row: Row) -> dict[str, str]:
    return dict(zip(source.scenario.variants, row.roles, strict=True))


def _table(source: Source, found: list[Row]) -> list[str]:
    variants = list(source.scenario.variants)
    head = ("idea", "phrasings", *(str(n) for n, _ in enumerate(variants, 1)), "again", "hints", "tested")
    body = tuple(
        (r.idea, str(r.phrasings), *r.roles, f"{r.pushbacks}/{r.wrong}", str(r.hints), str(r.tested))
        for r in found
    )
    numeric = (False, True, *(False for _ in variants), True, True, True)
    stages = ", ".join(source.scenario.stages)
    return [
        f"A sign for each stage ({stages}): E expected, w wrong, p plausible, . beside the point.",
        "Variants: " + ", ".join(f"{n} {name}" for n, name in enumerate(variants, 1)) + ".",
        "again: pushbacks that have other words for a learner who insists, of all pushbacks.",
        "",
        *table_lines(TextTable(head, body, numeric)),
        "",
    ]


def _json(problem: Problem) -> str:
    where = {"line": problem.position.line, "column": problem.position.column}
    return json.dumps(
        {"file": problem.path, **where, "severity": problem.severity, "message": problem.message}
    )


def _summary(log: Log, problems: list[Problem]) -> str:
    said, understood = sum(log.said.values()), sum(log.understood.values())
    share = f"{understood / said:.0%}" if said else "none"
    never = sum(p.severity == "warning" for p in problems)
    return (
        f"{log.plays} plays, {log.turns} messages; {share} of the phrasings were understood in their place; "
        f"{never} line(s) never reached, {len(problems) - never} stage(s) never finished"
    )
