"""Reading files that strangers wrote: every mistake has a place, nothing hangs, nothing runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CASES
from tutor.scenario.library import Library, UnknownScenarioError, find
from tutor.scenario.problems import ScenarioError
from tutor.scenario.reading import read
from tutor.scenario.yaml_reader import MAX_BYTES, YamlError, parse

TINY = (CASES / "tiny.yaml").read_text(encoding="utf-8")


def problems_of(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "case.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as caught:
        read(path)
    return [str(p).removeprefix(str(tmp_path) + "/") for p in caught.value.problems]


def test_the_tiny_case_reads(tmp_path: Path) -> None:
    assert read(CASES / "tiny.yaml").scenario.id == "tiny"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("minutes: 5", "minuts: 5", "case.yaml:6:1: unknown key 'minuts' (did you mean 'minutes'?)"),
        ("style: brief}", "style: brief, but kind}", "a text that holds a comma must stand in quotes"),
        (
            "minutes: 5",
            "minutes: soon",
            "case.yaml:6:10: minutes: a whole number is expected here",
        ),
        ("level: beginner", "level: begginer", "(did you mean 'beginner'?)"),
        ("id: tiny", "id: Tiny Case", "case.yaml:3:5: 'Tiny Case' is not an id"),
        ("title: The model that goes off the chart\n", "", "case.yaml:2:1: the key 'title' is missing"),
        ("format: 1", "format: 2", "case.yaml:2:9:"),
        ("  saw_flat:\n    kind: observation", "  saw_flat:\n    kind: observations", "'observation'?"),
        ("you: an engineer", "you: an engineer\nyou: an engineer", "a second time (first in line 7)"),
        ("level: beginner", "level: &a beginner", "anchors (&) and aliases (*) are not allowed"),
        ("level: beginner", "level: !!python/name:os.system beginner", "not allowed in a scenario"),
        ("level: beginner", "level: [beginner", "not valid YAML"),
        ("level: beginner", "level: \x1b[31mbeginner", "case.yaml:5:8: a control character (U+001B)"),
        ("level: beginner", "---\nlevel: beginner", "one file holds one scenario"),
    ],
)
def test_mistakes_are_shown_where_they_are(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in TINY
    found = problems_of(tmp_path, TINY.replace(was, becomes, 1))
    assert any(said in line for line in found), found


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = TINY.replace("minutes: 5", "minutes: x").replace("kind: observation", "kind: nothing")
    assert len(problems_of(tmp_path, text)) == 3


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 5_000,
        "- " * 5_000,
        "a: [" + "x," * 300_000 + "]",
        b"\xff\xfe\x00a",
        b"caf\xe9: 1",
        b"",
        b"- just\n- a list",
        b"x" * (MAX_BYTES + 1),
        "? [complex, key]\n: 1",
    ],
    ids=range(10),
)
def test_bombs_and_wrong_files_end_in_a_line(tmp_path: Path, bomb: str | bytes) -> None:
    found = problems_of(tmp_path, bomb)
    assert found
    assert all(line.startswith("case.yaml:") for line in found)


def test_scalars_are_those_of_yaml_1_2() -> None:
    data = parse("[no, on, 1:30, 0o17, 1e3, .5, '7', ~, true, 12, 1_000]").data
    assert data == ["no", "on", "1:30", "0o17", 1000.0, 0.5, "7", None, True, 12, "1_000"]


@given(st.text(max_size=200))
def test_any_text_parses_or_says_why(text: str) -> None:
    with suppress(YamlError):
        parse(text)


@given(st.data())
def test_a_damaged_case_never_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(TINY)))
    length = data.draw(st.integers(0, 40))
    extra = data.draw(st.text(max_size=10))
    path = tmp_path_factory.mktemp("damaged") / "case.yaml"
    path.write_text(TINY[:cut] + extra + TINY[cut + length :], encoding="utf-8", errors="replace")
    with suppress(ScenarioError):
        read(path)


def test_an_id_in_two_files_names_both(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(TINY, encoding="utf-8")
    library = find([tmp_path, tmp_path])
    assert list(library.sources) == ["tiny"]
    (problem,) = library.problems
    assert "b.yaml:3:5" in str(problem)
    assert "a.yaml" in problem.message


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("format: [", encoding="utf-8")
    library = find([tmp_path])
    assert list(library.sources) == ["tiny"]
    with pytest.raises(ScenarioError, match=r"bad\.yaml:2:1: not valid YAML"):
        library.get("bad")


def test_an_unknown_scenario_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownScenarioError, match="did you mean 'tiny'"):
        find([CASES]).get("tinny")
    with pytest.raises(UnknownScenarioError, match="there are: none"):
        Library({}).get("x")
