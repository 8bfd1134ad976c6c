"""What `tutor check` finds in a file of the right shape: each mistake at its place, in words that mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import CASES
from tests.test_chat import tutor
from tutor.authoring.confusable import confusable
from tutor.authoring.evidence import check_runs, runs
from tutor.cli.checking import clashes
from tutor.engine.runner import Runner
from tutor.scenario.checking import check
from tutor.scenario.reading import read

TINY = (CASES / "tiny.yaml").read_text(encoding="utf-8")


def place(text: str, needle: str) -> str:
    before = text[: text.index(needle)]
    return f":{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "


def found_in(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(p) for p in check(read(path)) if p.severity == "error"]


def test_the_tiny_case_is_sound(tmp_path: Path) -> None:
    assert found_in(tmp_path, TINY) == []


@pytest.mark.parametrize(
    ("was", "becomes", "at", "said"),
    [
        ("expects: [slower]", "expects: [slowr]", "slowr]", "no idea 'slowr' (did you mean 'slower'?)"),
        ("wrong: {longer: {exhibit: curves", "wrong: {longer: {exhibit: curve", "curve, error", "no exhibit"),
        ("engine: fraud", "engine: fruad", "fruad", "(did you mean 'fraud'?)"),
        ("config_card, title", "config_cart, title", "config_cart", "(did you mean 'config_card'?); it has:"),
        ("learning_rate: 3.0,", "learning_rat: 3.0,", "learning_rat: 3.0", "did you mean 'learning_rate'?"),
        ("epochs: 4", "epochs: 4000", "4000", "it must be a whole number from 1 to"),
        ("plausible: {labels", "plausible: {too_fast", "too_fast: {exhibit: curves, ask", "one role only"),
        ("confirms: {slower:", "confirms: {longer:", "longer: {exhibit: config", "confirmed here but not"),
        ("    hints: [What would you change?, One", "    hints: [One", "hints: [One", "needs 3 hints"),
        ("    assertion: Lower the learning rate.\n", "", "slower:\n    kind", "needs an assertion"),
        ("      remedy:\n", "      remdy:\n", "remdy:", "(did you mean 'remedy'?)"),
        (
            "title: The configuration,",
            "title: X, since: remedy,",
            "config, because",
            "before the stage 'remedy'",
        ),
        (
            "[what is the learning rate,",
            "[show me the configuration,",
            "show me the configuration, what",
            "too",
        ),
        ("about: the learning rate", "about: lr\n    stage: remdy", "remdy", "(did you mean 'remedy'?)"),
        ("{{ run.config.learning_rate }} is large", "{% set x = 1 %}", '"{% set', "'assign' is not allowed"),
    ],
)
def test_mistakes(tmp_path: Path, was: str, becomes: str, at: str, said: str) -> None:
    assert was in TINY
    text = TINY.replace(was, becomes, 1)
    found = found_in(tmp_path, text)
    assert any(place(text, at) in line and said in line for line in found), found


def test_the_same_words_for_right_and_wrong(tmp_path: Path) -> None:
    text = TINY.replace(
        "because: A tenth of it trains.", 'because: "It is gone already. What would more steps do?"'
    )
    assert any("word for word what confirms 'slower'" in line for line in found_in(tmp_path, text))


def test_phrasings_that_nobody_could_tell_apart(tmp_path: Path) -> None:
    (tmp_path / "case.phrasings.yaml").write_text(
        "format: 1\nphrasings:\n  overfit: [it is broken]\n  labels: [It is broken.]\n  labls: [x]\n",
        encoding="utf-8",
    )
    found = found_in(tmp_path, TINY)
    assert any("case.phrasings.yaml:4:12: this phrasing stands under 'overfit' too" in line for line in found)
    assert any(
        "case.phrasings.yaml:5:3: there is no idea 'labls' (did you mean 'labels'?)" in f for f in found
    )


async def test_what_only_a_run_can_tell(tmp_path: Path) -> None:
    text = (
        TINY.replace("learning_rate > 1", "learning_rate > 9")
        .replace("because: Each step is larger", 'because: "{{ run.confg.learning_rate }}"')
        .replace("than the last.", "", 1)
    )
    text = text.replace('"{{ run.confg.learning_rate }}" }', '"{{ run.confg.learning_rate }}"}')
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    source = read(path)
    assert not [p for p in check(source) if p.severity == "error"]
    async with Runner() as runner:
        found = [str(p) for p in check_runs(source, {n: run async for n, run in runs(source, runner)})]
    assert any("in exploding: " in line and "did you mean 'config'?" in line for line in found), found
    assert any("not true of seed 1 of exploding (run.config.learning_rate is 3.0)" in f for f in found), found
    sound = read(CASES / "tiny.yaml")
    async with Runner() as runner:
        assert [*check_runs(sound, {name: run async for name, run in runs(sound, runner)})] == []


CLOCK = "clock: {hours: 4, runs_in: [remedy], out_of_time: Over.}\n"


def test_a_stage_that_costs_more_hours_than_there_are(tmp_path: Path) -> None:
    text = TINY.replace("exhibits:\n", CLOCK + "exhibits:\n", 1)
    text = text.replace("  slower:\n    kind: remedy\n", "  slower:\n    kind: remedy\n    hours: 5\n")
    (problem,) = found_in(tmp_path, text)
    assert "the cheapest way through takes 5 hours, and the clock has 4" in problem
    assert place(text, "expects: [slower]") in problem
    assert found_in(tmp_path, text.replace("hours: 4", "hours: 6")) == []


def test_an_idea_without_a_role_says_that_it_is_meant(tmp_path: Path) -> None:
    idea = "  extra: {kind: remedy, means: x, phrasings: [a, b, c]}\n"
    marked = idea.replace("}", ", beside_the_point: true}")
    path = tmp_path / "case.yaml"

    def said(text: str) -> list[str]:
        path.write_text(text, encoding="utf-8")
        problems = [p for p in check(read(path)) if "role" in p.message]
        return [str(p) for p in problems if "'coffee'" not in p.message]

    assert (
        "warning: the idea 'extra' has no role" in said(TINY.replace("stages:\n", idea + "stages:\n", 1))[0]
    )
    assert said(TINY.replace("stages:\n", marked + "stages:\n", 1)) == []
    used = TINY.replace("  slower:\n", "  slower:\n    beside_the_point: true\n")
    assert "'slower' is said to be beside the point, and has a role" in said(used)[0]


def test_conversations_name_what_there_is(tmp_path: Path) -> None:
    text = TINY + (
        "conversations:\n- variant: explodin\n"
        "  turns: [{says: x, stage: diagnos, target: slowr, claims: [labls]}]\n"
    )
    found = found_in(tmp_path, text)
    for name, said in (
        ("explodin\n", "exploding"),
        ("diagnos,", "diagnose"),
        ("slowr", "slower"),
        ("labls", "labels"),
    ):
        assert any(place(text, name) in line and f"did you mean {said!r}" in line for line in found), found


def test_ideas_that_sound_alike_are_warned_of_with_both_places(tmp_path: Path) -> None:
    same = {
        "overfit": ["it learned the rows by heart", "it memorised every row", "the rows are stored inside"],
        "labels": [
            "it learned the rows by heart now",
            "it has memorised every row",
            "rows are stored inside it",
        ],
    }
    lines = [f"  {idea}: [{', '.join(texts)}]\n" for idea, texts in same.items()]
    (tmp_path / "case.phrasings.yaml").write_text(
        "format: 1\nphrasings:\n" + "".join(lines), encoding="utf-8"
    )
    path = tmp_path / "case.yaml"
    path.write_text(TINY, encoding="utf-8")
    found = [str(p) for p in confusable(read(path))]
    assert all("warning" in line for line in found)
    beside = f"{tmp_path}/case.phrasings.yaml"
    assert any(line.startswith(f"{beside}:4:") and f"{beside}:3" in line for line in found), found
    assert any("phrasings of 'labels' sound like 'overfit'" in line for line in found), found
    (tmp_path / "case.phrasings.yaml").unlink()
    assert list(confusable(read(path))) == []


def test_an_id_in_two_files_or_folders_names_both(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
        (folder / "case.yaml").write_text(TINY, encoding="utf-8")
    (problem,) = clashes([mine / "case.yaml"], [theirs, mine])
    assert str(problem).startswith(f"{mine}/case.yaml:3:5: the id 'tiny' is taken by {theirs}/case.yaml")
    assert clashes([mine / "case.yaml"], [theirs]) == []  # not where the program looks: nothing clashes there
    assert len(clashes([mine / "case.yaml", theirs / "case.yaml"], [])) == 1
    done = tutor("check", str(mine), str(theirs), "--quick")
    assert done.returncode == 1
    assert "is taken by" in done.stdout


def test_a_folder_is_checked_with_its_concepts_and_phrasings_stand_for_their_scenario(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(TINY.replace("minutes: 5", "minutes: five"), encoding="utf-8")
    (tmp_path / "case.phrasings.yaml").write_text("format: 1\n", encoding="utf-8")
    own = tmp_path / "concepts"
    own.mkdir()
    (own / "cramming.yaml").write_text(
        "format: 1\nkind: diagnosis\nmeans: It crams.\nphrasings: [a, b, c]\n"
        "pushback: {error: no, because: '{{ run.x | foo }}.'}\n",
        encoding="utf-8",
    )
    whole = tutor("check", "--quick", str(tmp_path)).stdout.splitlines()
    concept = [line for line in whole if "cramming.yaml:5:" in line]
    assert any("there is no filter 'foo'" in line for line in concept)
    assert any("warning: the pushback does not end in a question" in line for line in concept)
    assert any("case.yaml:6:10: minutes" in line for line in whole)
    beside = tutor("check", "--quick", str(tmp_path / "case.phrasings.yaml")).stdout
    assert beside.splitlines() == [line for line in whole if "case.yaml" in line]
    assert tutor("check", "--quick", str(own / "cramming.yaml")).stdout.splitlines() == concept


def test_a_case_that_would_break_in_the_middle_is_not_begun(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(TINY.replace("expects: [slower]", "expects: [slowr]"), encoding="utf-8")
    done = tutor("chat", str(path), lines=["the learning rate is too high"])
    assert done.returncode == 1
    assert f"{path}:" in done.stderr
    assert "no idea 'slowr' (did you mean 'slower'?)" in done.stderr
    assert "case" not in tutor("sessions").stdout
