"""`tutor new`: what it writes passes the strictest check at once, plays, and overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_chat import events, tutor
from tutor import settings
from tutor.authoring.starting import StartError, Wish, create, starters
from tutor.engine.catalogue import ENGINES
from tutor.scenario import json_schema
from tutor.scenario.reading import read


@pytest.fixture(scope="module")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.mark.parametrize("engine", starters())
def test_what_is_written_passes_the_strict_check_and_plays(
    engine: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_CACHE_DIR", str(cache))
    monkeypatch.chdir(tmp_path)
    made = tutor("new", "my_case", "--engine", engine, "--title", 'A "new": \\ case', "--level", "advanced")
    assert made.returncode == 0, made.stderr
    path = settings.load().data_dir / "scenarios" / "my_case.yaml"
    assert str(path) in made.stdout
    source = read(path)
    assert (source.scenario.id, source.scenario.title) == ("my_case", 'A "new": \\ case')
    assert (source.scenario.level, source.scenario.engine) == ("advanced", engine)
    checked = tutor("check", str(path), "--strict")
    assert checked.returncode == 0, checked.stdout
    assert 'A "new": \\ case' in tutor("list").stdout
    talk = source.scenario.conversations[0]
    told = events(
        tutor("chat", "my_case", "--variant", talk.variant, "--json", lines=[t.says for t in talk.turns])
    )
    assert told[-1]["event"] == "debrief"
    again = tutor("new", "my_case")
    assert again.returncode == 1
    assert f"taken by {path}" in again.stderr


def test_there_is_a_starter_for_every_case_that_can_be_simulated() -> None:
    assert [*starters(), "concepts"] == sorted(ENGINES, key=lambda name: (name == "concepts", name))
    *others, last = starters()
    assert f"{', '.join(others)} or {last}" in " ".join(tutor("new", "--help").stdout.split())


def test_into_the_folder_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    assert tutor("new", "here").returncode == 0
    assert (tmp_path / "scenarios" / "here.yaml").is_file()
    assert (tmp_path / "scenarios" / "here.phrasings.yaml").is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.phrasings.yaml").write_text("precious", encoding="utf-8")
    with pytest.raises(StartError, match="is there already; nothing was written"):
        create(Wish("mine"), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.phrasings.yaml"]
    assert (tmp_path / "mine.phrasings.yaml").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("My Case"), "not an id"),
        (Wish("../escape"), "not an id"),
        (Wish("fine", engine="fruad"), "did you mean 'fraud'"),
    ],
)
def test_wishes_that_cannot_be_met(wish: Wish, said: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=said):
        create(wish, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_line_for_editors_names_a_file_that_is_there(tmp_path: Path) -> None:
    beside = json_schema.path("scenario").parents[1] / "never_written"
    for folder in (tmp_path, tmp_path / "deeper"):
        for path, kind in zip(create(Wish("mine"), folder), ("scenario", "phrasings"), strict=True):
            first = path.read_text(encoding="utf-8").splitlines()[0]
            named = Path(first.removeprefix("# yaml-language-server: $schema="))
            assert (folder / named).resolve() == json_schema.path(kind).resolve()
    assert not beside.exists()


@pytest.mark.parametrize("kind", json_schema.MODELS)
def test_the_shipped_schemas_are_those_of_the_code(kind: str) -> None:
    """If this fails: python -m tutor.scenario.json_schema"""
    assert json_schema.path(kind).read_text(encoding="utf-8") == json_schema.text(kind)
    assert tutor("schema", kind).stdout == json_schema.text(kind)
    assert Path(tutor("schema", kind, "--path").stdout.strip()) == json_schema.path(kind)


def test_the_schema_describes_every_key() -> None:
    schema = json_schema.json_schema("scenario")
    assert {"from"} <= schema["$defs"]["Idea"]["properties"].keys()
    bare = [
        f"{name}.{key}"
        for name, part in {"Scenario": schema, **schema["$defs"]}.items()
        for key, entry in part.get("properties", {}).items()
        if not (entry.get("description") or "$ref" in entry)
    ]
    assert bare == []
    json.dumps(schema)
