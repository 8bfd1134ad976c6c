"""What an editor makes of a file with the shipped JSON Schemas: nothing against ours, every typo found."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tutor import content
from tutor.authoring.starting import starters
from tutor.scenario import json_schema
from tutor.scenario.concepts import concept_files
from tutor.scenario.yaml_reader import parse, read_text

HERE = content.scenarios_dir()
FILES = [*HERE.glob("*.yaml"), *(HERE / "starters").glob("*.yaml"), *concept_files().values()]
STARTER = read_text(starters()["fraud"])


@cache
def editor(kind: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(json_schema.path(kind).read_text(encoding="utf-8")))


def kind_of(path: Path) -> str:
    if path.parent.name == "concepts":
        return "concept"
    return "phrasings" if path.name.endswith(".phrasings.yaml") else "scenario"


@pytest.mark.parametrize("kind", json_schema.MODELS)
def test_the_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(editor(kind).schema)


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_an_editor_has_nothing_against_what_is_shipped(path: Path) -> None:
    found = editor(kind_of(path)).iter_errors(parse(read_text(path)).data)
    assert [(list(error.absolute_path), error.message) for error in found] == []


def of_an_author(path: Path) -> bool:
    """Into a copy of a starter, `tutor new` writes the line."""
    return kind_of(path) != "phrasings" and path.parent.name != "starters"


@pytest.mark.parametrize("path", [*filter(of_an_author, FILES)], ids=lambda p: p.name)
def test_the_first_line_leads_an_editor_to_the_schema(path: Path) -> None:
    first = read_text(path).splitlines()[0]
    named = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    assert named.resolve() == json_schema.path(kind_of(path)).resolve()


@pytest.mark.parametrize(
    ("was", "becomes", "at"),
    [
        ("open: at_start", "opne: at_start", "exhibits"),
        ("level: beginner", "level: beginer", "level"),
        ("minutes: 10", "minutes: ten", "minutes"),
        ("expects: [overfitting]", "expects: overfitting", "variants"),
        ("underfitting: {from: underfitting}", "underfitting: {}", "ideas"),
        ("underfitting: {exhibit: curves}", "underfitting: {exhibit: curves, becuase: x}", "variants"),
        ("verdict: wrong, move: push_back}\n-", "verdict: wrnog}\n-", "tests"),
    ],
)
def test_an_editor_underlines_a_typo_where_it_stands(was: str, becomes: str, at: str) -> None:
    assert was in STARTER
    found = editor("scenario").iter_errors(parse(STARTER.replace(was, becomes, 1)).data)
    assert [error.absolute_path[0] for error in found] == [at]
