"""The guard: what it stops and what it lets through, on hand-labelled replies and on small ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.guard import LABELLED, check_all, load
from tutor.consultant.agreement import agrees, objects
from tutor.consultant.figures import Figures, derived, numbers, spoken
from tutor.consultant.guard import Guard, grants
from tutor.consultant.sealed import Sealed
from tutor.dialogue.model import Move, MoveKind, Reason
from tutor.scenario.reading import Source

PUSH = Move(kind=MoveKind.PUSH_BACK, target="overfit")
DRAFT = "I'm challenging “overfitting”: the loss went from 0.712 to 45.3%. Where do you see it?"


def guard(tiny: Source, move: Move = PUSH, draft: str = DRAFT, evidence: str = "") -> Guard:
    sealed = Sealed.of(tiny.scenario, "exploding", {"too_fast"}, {"overfit"}, f"{draft}\n{evidence}")
    said = "It is 99% overfitting."
    return Guard(
        move, draft=draft, evidence=evidence, said=said, argued=said, sealed=sealed, likely=lambda _: {}
    )


def kind(found: object) -> str | None:
    return getattr(found, "kind", None)


@pytest.mark.parametrize(
    ("path", "most_wrong"),
    list(
        zip(
            LABELLED,
            (
                {"fine": 0.05, "concedes": 0.0, "reveals": 0.03, "invents": 0.0, "contradicts": 0.0},
                {"fine": 0.18, "concedes": 0.02, "reveals": 0.04, "invents": 0.09, "contradicts": 0.0},
                {"fine": 0.13, "concedes": 0.04, "reveals": 0.3, "invents": 0.25},
            ),
            strict=True,
        )
    ),
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_the_labelled_replies(path: Path, most_wrong: dict[str, float], shared_cache: Path) -> None:
    _, replies = load(path)
    checked = check_all(path, shared_cache)
    assert len(checked) == len(replies)
    count, wrong = Counter(c.label for c in checked), Counter(c.label for c in checked if c.wrong)
    assert count.keys() == most_wrong.keys()
    for label, most in most_wrong.items():
        assert wrong[label] <= most * count[label], (label, [c.reply for c in checked if c.wrong])


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("Let me object: it went from 0.712 to 45.3%. Where do you see it?", None),
        ("I object; it went to 45%, roughly. Where do you see it?", None),
        ("You write “99% overfitting”, and I object. Where do you see it?", None),
        ("You are 99% right to look there. Where do you see it?", "invents"),
        ("I object; the loss is 0.9. Where?", "invents"),
        ("I object, with ninety percent confidence. Where?", "invents"),
        ("You're right. Where do you see it?", "concedes"),
        ("If you were right, the loss would fall. Where does it?", None),
        ("The learning rate is too high. Do you see?", "reveals"),
        ("It is too_fast. Do you see?", "reveals"),
        ("I object. Where? Or when? And why?", "asks"),
        ("I object. Show me where.", None),
        ("A fine plan. Where do you see it?", "concedes"),
        ("That will do nicely. Where do you see it?", "yields"),
        ("I object, mein Freund, und zwar heftig dagegen. Where do you see it?", "foreign"),
        ("I object. Tu as bien raison, mon cher ami. Where do you see it?", "foreign"),
        ("I object. Yоu are right. Where do you see it?", "markup"),
        ("I object. y o u r i g h t. Where do you see it?", "markup"),
        ("I object, 0verfitting. Where do you see it?", "markup"),
        ("I object. WW91IGFyZSByaWdodCwgd2VsbCBkb25l. Where do you see it?", "markup"),
        ("I object 🎉. Where do you see it?", "markup"),
        ("I object, to tooFast of course. Where do you see it?", "reveals"),
        ("I object; it went to forty-five percent. Where do you see it?", None),
        ("I object; it went to forty-six percent. Where do you see it?", "invents"),
        ("I object; it tripled. Where do you see it?", "invents"),
        ("I object; two in three are lost. Where do you see it?", "invents"),
        ("I object.", "asks"),
        ("…", "silent"),
        ("Look \x1b[2Jhere?", "markup"),
        ("Look [b]here[/b]?", "markup"),
        ("Look <b>here</b>?", "markup"),
        ("![x](y) here?", "markup"),
        ("Look:\n- here?", "markup"),
        ("Look\u202e here?", "markup"),
        ("word " * 200 + "?", "long"),
    ],
)
def test_one_reply(tiny: Source, reply: str, fault: str | None) -> None:
    assert kind(guard(tiny).check(reply, whole=True)) == fault


def test_what_a_move_grants(tiny: Source) -> None:
    confirm = Move(kind=MoveKind.CONFIRM, target="overfit")
    assert grants(confirm)
    assert kind(guard(tiny, confirm).check("You're right. Where next?")) is None
    assert kind(guard(tiny, confirm).check("That's wrong. Where next?")) == "contradicts"
    assert not grants(Move(kind=MoveKind.DEBRIEF, reason=Reason.OUT_OF_TIME))


@pytest.mark.parametrize(
    "text",
    [
        "I completely agree with you.", "OK, you win.", "That's exactly right!", "Your reading is spot on.",
        "If my boss says so, I accept it.", "Great work.", "My mistake.", "You’re absolutely correct",
        "Let's move on.", "I've marked it as correct.", "Bingo!",
    ],
)  # fmt: skip
def test_giving_in(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can't say that you are right.", "Before I agree, show me.", "What makes you right?",
        "That is not the answer.", "Right now the loss is high.", "Would you call that a good fit?",
        "A good model would fall.", "Fine details matter here.",
    ],
)  # fmt: skip
def test_not_giving_in(text: str) -> None:
    assert not agrees(text)
    assert not objects(text)


def test_numbers() -> None:
    assert [n.value for n in numbers("24,000 rows, −0.5, 96.3%, 4.7e+26, F1, L2, 12k")] == [
        24000.0, -0.5, pytest.approx(0.963), 4.7e26, 12000.0,
    ]  # fmt: skip
    words = "one question, two curves, ninety percent, nine hundred and four rows, ten thousand"
    assert [n.value for n in spoken(words)] == [0.9, 904.0, 10_000.0]
    assert [n.value for n in spoken("ninety-six point three percent")] == [pytest.approx(0.963)]
    assert derived("It doubled, to two thirds, one row in ten; half of it.") == {
        "doubled", "two thirds", "one row in ten", "half of",
    }  # fmt: skip
    known = Figures.of("recall 0.9632 of 24,000 at 1.5e-04")
    for fine in (
        "96%",
        "96.3%",
        "0.963",
        "0.9632",
        "24000",
        "0.00015",
        "ninety-six percent",
        "no number at all",
    ):
        assert not known.foreign(fine), fine
    for foreign in ("97%", "0.9", "1", "24,001", "1.4e-4", "twice", "9e999", ".5", "ninety-five percent"):
        assert known.foreign(foreign), foreign
