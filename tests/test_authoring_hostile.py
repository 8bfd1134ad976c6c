"""Files from strangers: each attack ends in a clear line, in time, and reads, runs or prints nothing."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import CASES
from tests.test_chat import tutor
from tutor.scenario.checking import check
from tutor.scenario.problems import ScenarioError
from tutor.scenario.reading import read
from tutor.scenario.report import texts
from tutor.scenario.second_look import look
from tutor.scenario.templates import RenderError, render
from tutor.scenario.yaml_reader import parse

TINY = (CASES / "tiny.yaml").read_text(encoding="utf-8")
DEBRIEF = "It was the learning rate."
FACTS = {"config": {"learning_rate": 3.0}, "loss": [1.0, 2.0], "name": "a"}
SECONDS = 5.0  # far above what any of these takes; far below a hang


def problems(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "case.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    began = time.perf_counter()
    try:
        found = [str(p) for p in check(read(path)) if p.severity == "error"]
    except ScenarioError as error:
        found = [str(p) for p in error.problems]
    assert time.perf_counter() - began < SECONDS
    return [line.removeprefix(f"{tmp_path}/") for line in found]


def many(count: int, line: str) -> str:
    return "".join(line.format(n=n) for n in range(count))


FILES: dict[str, tuple[str | bytes, str]] = {
    "a hundred megabytes": (b"a" * 100_000_000, "larger than 2 MB"),
    "an alias bomb": ("a: &a [x, x]\n" + many(40, "b{n}: &b{n} [*a, *a]\n"), "1:4: anchors (&) and aliases"),
    "deep nesting": ("[" * 500_000, "1:25: nested deeper than 24 levels"),
    "deep mappings": ("".join(f"{' ' * n}a:\n" for n in range(200)), "nested deeper than 24 levels"),
    "very many values": ("a: [" + "x," * 150_000 + "]", "more than 100,000 values"),
    "very many ideas": (
        TINY.replace("  coffee:\n", many(8000, "  i{n}: {{kind: remedy, means: x}}\n") + "  coffee:\n"),
        "ideas: that is more than a scenario can have",
    ),
    "very many concepts": (
        TINY.replace("  coffee:\n", many(8000, "  i{n}: {{from: overfitting}}\n") + "  coffee:\n"),
        "ideas: that is more than a scenario can have",
    ),
    "very many expectations": (
        TINY.replace("expects: [slower]", f"expects: [{many(20_000, 'x{n},')}]"),
        "expects: that is more than a scenario can have",
    ),
    "very many unknown keys": (TINY + many(20_000, "zz{n}: 1\n"), "unknown key 'zz0'"),
    "the same key twice": (TINY + "id: other\n", "the key 'id' stands here a second time (first in line 3)"),
    "a number without end": (TINY.replace("minutes: 5", f"minutes: {'9' * 4000}"), "6:10: minutes: "),
    "a seed too large": (TINY.replace("seeds: [1, 2]", "seeds: [1, 99999999999]"), "seeds (entry 2): "),
    "a tag that would run code": (TINY.replace("A tenth of it", "!!python/object:os.system x"), "tags ("),
    "latin-1": ("title: café".encode("latin-1"), "1:11: not UTF-8 text (byte 0xe9)"),
    "UTF-16": (TINY.encode("utf-16"), "1:1: not UTF-8 text"),
    "a lone surrogate": (TINY.encode() + b'x: "\xed\xa0\x80"', "not UTF-8 text"),
    "an escape sequence": (
        TINY.replace("title: The", "title: \x1b[2JThe"),
        "4:8: a control character (U+001B)",
    ),
    "an escaped escape": (TINY.replace("title: The model", r'title: "\e[2J" #'), "control character"),
    "text that runs backwards": (TINY.replace("title: The", "title: \u202eThe"), "(U+202E)"),
    "a path for a concept": (
        TINY.replace("  coffee:\n", "  i: {from: ../../../etc/passwd}\n  coffee:\n"),
        "is not an id",
    ),
    "an engine as large as can be": (
        TINY.replace(
            "transactions: 2000", "transactions: 120000, width: 128, layers: 16, batch_size: 8"
        ).replace("epochs: 4", "epochs: 200"),
        "allowed",
    ),
    "an engine larger than that": (
        TINY.replace("transactions: 2000", "transactions: 9999999"),
        "from 400 to",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_hostile_files_end_in_a_line(tmp_path: Path, name: str) -> None:
    text, said = FILES[name]
    found = problems(tmp_path, text)
    assert any(said in line for line in found), found[:5]
    assert all(re.match(r"case\.yaml:\d+:\d+: ", line) for line in found)
    assert not any(re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", line) for line in found)
    assert max(map(len, found)) < 600


TEMPLATES = {
    "a class": ("{{ run.__class__ }}", "no value '__class__'"),
    "a subclass by subscript": ("{{ run['__class__']['__mro__'] }}", "no value '__class__'"),
    "a method": ("{{ run.config.items() }}", "'call' is not allowed"),
    "a loop": ("{% for x in run.loss %}{{ x }}{% endfor %}", "'for' is not allowed"),
    "a file": ("{% include '/etc/passwd' %}", "'include' is not allowed"),
    "an import": ("{% import 'os' as os %}", "'import' is not allowed"),
    "a macro": ("{% macro m() %}{% endmacro %}", "'macro' is not allowed"),
    "an assignment": ("{% set run = 1 %}", "'assign' is not allowed"),
    "a power": ("{{ 9 ** 9 ** 9 }}", "'pow' is not allowed"),
    "a repetition": ("{{ 'a' * 999999999 }}", "works on numbers only"),
    "a format": ("{{ '%999999999d' % 1 }}", "works on numbers only"),
    "a name from nowhere": ("{{ self }}", "'self' is not a value of the run"),
    "a filter that runs code": ("{{ run | attr('config') }}", "there is no filter 'attr'"),
    "a filter over everything": ("{{ run | map('upper') | list }}", "there is no filter"),
    "a division": ("{{ 1 / 0 }}", "zero"),
    "deep brackets": ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", ""),
    "a long sum": ("{{ " + "1+" * 3900 + "1 }}", ""),
    "a string of filters": ("{{ 1" + "|abs" * 1900 + " }}", ""),
    "an unknown value": ("{{ run.cfg }}", "no value 'cfg'"),
    "half a template": ("{{ run.", "a name is missing after the dot"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_hostile_templates_are_refused(name: str) -> None:
    source, said = TEMPLATES[name]
    began = time.perf_counter()
    with pytest.raises(RenderError) as caught:
        render(source, FACTS)
    assert said in str(caught.value)
    assert time.perf_counter() - began < SECONDS


def test_a_filter_cannot_be_asked_for_a_billion_digits() -> None:
    assert len(render("{{ 1 | number(999999999) }}{{ 1.5 | round(99999999) }}", FACTS)) < 100


def test_every_template_of_a_file_is_looked_at(tmp_path: Path) -> None:
    """An attack is found wherever a text may stand."""
    scenario = read(CASES / "tiny.yaml").scenario
    attack = "{% include 'x' %}?"
    seen = set()
    for loc, text, _ in texts(scenario):
        if "signature" in loc or text not in TINY:
            continue
        seen.add(loc[-1])
        found = problems(tmp_path, TINY.replace(text, attack.replace("'", "") if "'" in text else attack))
        assert any("not allowed" in line or "not valid YAML" in line or "key" in line for line in found), loc
    assert {"answer", "because", "assertion", "ask", "debrief", "cause"} <= seen


def test_nothing_of_a_hostile_file_reaches_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(TINY.replace("title: The", 'title: "\\e]0;owned\\a" #'), encoding="utf-8")
    for arguments in (("check", "--quick"), ("chat",), ("coverage",)):
        done = tutor(*arguments, str(path))
        assert done.returncode == 1
        assert "\x1b" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["overfit", "curves", "diagnose", "overfitting", "{{ run.x }}", "{% if %}", "../x", "[", DEBRIEF]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [here, *(p for key, child in children for p in paths(child, (*here, key)))][0 if here else 1 :]


ALL = parse(TINY).data
PLACES = paths(ALL)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), VALUES, st.booleans()), min_size=1, max_size=4))
def test_any_change_of_a_case_is_checked_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str | int, ...], Any, bool]]
) -> None:
    """Values anywhere replaced by anything, or keys added: reading and checking never break."""
    data = parse(TINY).data
    for place, value, add in changes:
        target = data
        with suppress(KeyError, IndexError, TypeError):
            for part in place[:-1]:
                target = target[part]
            if add and isinstance(target, dict):
                target[f"{place[-1]}x"] = value
            else:
                target[place[-1]] = value
    path = tmp_path_factory.mktemp("changed") / "case.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8", errors="replace")
    source, found = look(path)
    assert source is not None or found
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    assert all(1 <= p.position.line <= lines for p in found)
