"""Files as authors break them: from the message alone one can tell where the mistake is and how to mend it.

Each row changes one thing in the starter; the message must come at that line, name the culprit and say
what is wanted, and nothing else may be complained of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.starting import starters
from tutor.scenario.checking import check
from tutor.scenario.problems import ScenarioError
from tutor.scenario.reading import phrasings_beside, read
from tutor.scenario.second_look import look

STARTER = starters()["fraud"].read_text(encoding="utf-8")
BESIDE = phrasings_beside(starters()["fraud"]).read_text(encoding="utf-8")
TITLE = "title: The payments model that went wrong"
STYLE = 'style: "calm, exact, a little amused"'
UNDERFITTING = "underfitting: {from: underfitting}"
WRONG = "underfitting: {exhibit: curves}"
LR = "{{ run.config.learning_rate | significant }}, and"
QUOTES = "must stand in quotes"

# what is written -> (what stands there instead, the line on which the message must point, what it must say)
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "another format": ("format: 1", "format: 2", "format: 2", "this program reads format 1, not 2"),
    "an id with capitals": ("id: starter", "id: My-Case", "id: My", "small letters, digits and _"),
    "a missing key": (
        "engine: fraud\n",
        "",
        "format: 1",
        "the key 'engine' is missing",
    ),
    "a misspelt key": ("    open: at_start", "    opne: at_start", "opne", "'opne' (did you mean 'open'?)"),
    "words for a number": (
        "minutes: 10",
        "minutes: ten",
        "minutes",
        "a whole number is expected here, not 'ten'",
    ),
    "a number too small": (
        "minutes: 10",
        "minutes: 0",
        "minutes",
        "minutes: 1 or more is expected here, not 0",
    ),
    "half a minute": ("minutes: 10", "minutes: 10.5", "minutes", "a whole number is expected here, not 10.5"),
    "a number for words": (
        TITLE,
        "title: 1984",
        "title",
        "text is expected here, not 1984: put it in quotes",
    ),
    "a list for words": (TITLE, "title: [a, b]", "title", "text is expected here, not ['a', 'b']"),
    "nothing for words": (TITLE, "title:", "title", "text is expected here, not nothing"),
    "words for a list": (
        "[can I see the configuration, which settings were used, show me the hyperparameters]",
        "the settings",
        "the settings",
        "a list ([one, another]) is expected here, not 'the settings'",
    ),
    "a level that is none": ("beginner", "beginer", "level", "(did you mean 'beginner'?)"),
    "yes for a word": (
        "open: at_start",
        "open: yes",
        "open",
        "'yes' is not one of 'at_start' or 'on_request'",
    ),
    "a colon in plain text": (TITLE, "title: Fraud: the model", "title", "a second colon"),
    "a comma between braces": (STYLE, "style: calm, exact", "consultant", QUOTES),
    "typographic quotes": (
        STYLE,
        "style: \u201ccalm, a bit amused\u201d",
        "consultant",
        "typographic quotes do not",
    ),
    "a tab": ("    show: loss_curves", "\tshow: loss_curves", "show: loss_curves", "a tab"),
    "an invisible space": ("  lr_too_high: {", "\u00a0 lr_too_high: {", "exploding_gradients: {", "(U+00A0)"),
    "an id said twice": (
        "  config:\n    show",
        "  curves:\n    show",
        "  curves:\n    show: c",
        "a second time",
    ),
    "an unknown concept": (
        "{from: overfitting}",
        "{from: overfiting}",
        "overfiting",
        "no concept 'overfiting' (did you mean",
    ),
    "an idea of nothing": (
        UNDERFITTING,
        "underfitting:",
        "underfitting:\n",
        "a mapping such as {from: NAME}",
    ),
    "an idea without words": (
        UNDERFITTING,
        "underfitting: {}",
        "underfitting: {}",
        "the keys 'kind' and 'means' are missing",
    ),
    "a kind that is none": (
        UNDERFITTING,
        "underfitting: {from: underfitting, kind: diagnois}",
        "diagnois",
        "(did you mean 'diagnosis'?)",
    ),
    "a wrong idea that is not there": (
        WRONG,
        "underfiting: {exhibit: curves}",
        "underfiting",
        "no idea 'underfiting' (did you mean 'underfitting'?)",
    ),
    "a pushback without its exhibit": (WRONG, "underfitting: {}", WRONG[:12], "the key 'exhibit' is missing"),
    "an exhibit that is not there": (
        WRONG,
        "underfitting: {exhibit: curve}",
        "curve}",
        "no exhibit 'curve' (did you mean 'curves'?)",
    ),
    "an exhibit that the engine lacks": (
        "show: loss_curves",
        "show: loss_curve",
        "show: loss_curve",
        "no exhibit 'loss_curve' (did you mean 'loss_curves'?); it has: accuracy_curves",
    ),
    "words for expectations": (
        "expects: [overfitting]",
        "expects: overfitting",
        "expects: o",
        "a list ([one, another]) is expected",
    ),
    "no expectations": (
        "expects: [overfitting]",
        "expects: []",
        "expects: []",
        "at least one entry is needed here",
    ),
    "an unknown stage": (
        "    title: The configuration",
        "    title: The configuration\n    since: remdy",
        "since",
        "no stage 'remdy' (did you mean 'remedy'?)",
    ),
    "an unknown engine": (
        "engine: fraud",
        "engine: images",
        "engine",
        "there are: fraud, recommender, clients",
    ),
    "an unknown setting": (
        "{learning_rate: 3.0}",
        "{learningrate: 3.0}",
        "simulate",
        "did you mean 'learning_rate'?",
    ),
    "a setting out of bounds": (
        "{learning_rate: 3.0}",
        "{learning_rate: 3000}",
        "simulate",
        "it must be a number from 1e-09 to 1000",
    ),
    "a lever out of bounds": ("values: [0, 2, 4, 8]", "values: [0, -8]", "patience:", "-8 is not allowed"),
    "an unknown card": ("[loss_curves,", "[loss_curve,", "concepts", "(did you mean 'loss_curves'?)"),
    "a filter that is not there": (
        LR,
        "{{ run.x | signifcant }}, and",
        "because: >-",
        "(did you mean 'significant'?)",
    ),
    "a value not closed": (
        LR,
        "{{ run.x | significant }, and",
        "because: >-",
        "not closed: a value begins with {{",
    ),
    "a value from nowhere": (LR, "{{ config.learning_rate }}, and", "because: >-", "as in run.config"),
    "a value where none is filled in": (TITLE, 'title: "{{ run.examples }}"', "title", "shown as it stands"),
    "one sign to compare": (
        'run.stopped == "not_finite"',
        'run.stopped = "not_finite"',
        "run.stopped",
        "to compare, write ==",
    ),
    "a test of an unknown idea": (
        "overfitting, claims: [overfitting]",
        "overfitting, claims: [overfit]",
        "claims: [overfit]",
        "no idea 'overfit' (did you mean 'overfitting'?)",
    ),
    "a verdict that is none": (
        "verdict: wrong, move: push_back}\n-",
        "verdict: false}\n-",
        "verdict: false",
        "false is not",
    ),
    "the words of another question": (
        "which lr was used, how",
        "show me the loss curves, how",
        "asked_by: [show me the loss",
        "the fact 'learning_rate' is asked for in these words too",
    ),
}


def found_in(folder: Path, text: str, beside: str = BESIDE) -> list[str]:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    phrasings_beside(path).write_text(beside, encoding="utf-8")
    try:
        return [str(problem).removeprefix(f"{folder}/") for problem in check(read(path))]
    except ScenarioError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]


@pytest.mark.parametrize("name", BROKEN)
def test_one_mistake_is_one_message_that_mends_it(name: str, tmp_path: Path) -> None:
    was, becomes, at, said = BROKEN[name]
    assert was in STARTER
    text = STARTER.replace(was, becomes, 1)
    line = text[: text.index(at, text.index(becomes) if becomes and at in becomes else 0)].count("\n") + 1
    found = found_in(tmp_path, text)
    assert any(problem.startswith(f"case.yaml:{line}:") and said in problem for problem in found), found
    consequences = ("is missing", "confirmed here but", QUOTES, "fact 'learning_rate'")
    assert all(said in problem or any(c in problem for c in consequences) for problem in found), found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Those of shape do not hide the others: names that do not exist, settings, templates."""
    text, wanted = STARTER, {}
    for name in (
        "a misspelt key", "words for a number", "a level that is none", "an unknown engine",
        "an unknown setting",
        "an exhibit that is not there", "an unknown card", "a filter that is not there", "no expectations",
        "a test of an unknown idea", "words for a list",
    ):  # fmt: skip
        was, becomes, _, wanted[name] = BROKEN[name]
        text = text.replace(was, becomes, 1)
    text = text.replace("engine: images", "engine: fruad")
    wanted["an unknown engine"] = "did you mean 'fraud'"
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    _, found = look(path)
    missed = {name for name, said in wanted.items() if not any(said in str(p) for p in found)}
    assert missed == set()
    assert len(found) <= len(wanted) + 1


def test_windows_and_old_mac_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    for text in (STARTER.replace("\n", "\r\n"), STARTER.replace("\n", "\r"), "\ufeff" + STARTER):
        assert found_in(tmp_path, text) == []


def test_an_empty_file_is_told_how_to_begin(tmp_path: Path) -> None:
    for text in ("", "# nothing yet\n"):
        assert found_in(tmp_path, text) == [
            "case.yaml:1:1: the file is empty; `tutor new ID` writes a case to begin with"
        ]


def test_braces_that_fill_nothing_in_are_warned_of(tmp_path: Path) -> None:
    (problem,) = found_in(tmp_path, STARTER.replace(LR, "{ run.config.learning_rate }, and"))
    assert "warning: a value stands between two braces on each side" in problem


def test_a_measurement_that_is_typed_is_warned_of(tmp_path: Path) -> None:
    (problem,) = found_in(tmp_path, STARTER.replace(LR, "3.0, and"))
    assert "warning: the measurement '3.0' is typed" in problem
    assert found_in(tmp_path, STARTER.replace(LR, "{{ run.loss.train * 1.5 }} in 2 of 3 runs, and")) == []
