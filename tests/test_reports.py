"""Reports: one review for chat, app and exports; sealed until the end; nothing in them can do anything."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app_kit import CASES, RUN, Room
from tests.test_app_drawing import BODIES
from tutor.app.drafts import Drafts
from tutor.app.writing_down import write_down
from tutor.dialogue.events import Ended, Event, Experimented
from tutor.dialogue.key import Key
from tutor.dialogue.mastery import PARAMETERS, Opportunity, mastery, opportunities, trace
from tutor.dialogue.session import Session, replay
from tutor.engine.records import Exhibit
from tutor.reports.collect import collect
from tutor.reports.formats import FORMATS
from tutor.reports.markdown import report_text, review_text
from tutor.reports.progress import concepts_of, progress, streak
from tutor.reports.report import Report, report
from tutor.reports.review import FLAWLESS, review
from tutor.reports.svg import picture
from tutor.scenario.reading import read

EVIL = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=y> | *bold* &amp;"


async def played(room: Room, *messages: str, end: bool = True) -> tuple[str, tuple[Event, ...], Session]:
    """A session in the store: these messages, and the end."""
    desk = room.open_desk()
    case = desk.take("tiny", seed=1)
    talk = await desk.sit_down(case, RUN)
    for message in messages:
        await talk.estimate(0.9)
        async for _ in talk.say(message):
            pass
    await talk.note_experiment(
        Experimented(changes={"learning_rate": 0.1}, summary="learning rate 0.1: fine")
    )
    if end:
        await talk.end()
    return case.identity, desk.store.events(case.identity), talk.session


def told(identity: str, session: Session, events: tuple[Event, ...]) -> Report:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    return report(identity, session, events, RUN, now, now)


async def test_a_finished_session_in_every_format(tmp_path: Path) -> None:
    identity, events, session = await played(Room(tmp_path), f"saw_flat {EVIL}", "saw_explosion")
    found = told(identity, session, events)
    for form, write in FORMATS.items():
        text = write(found)
        for part in ("thirty times too high", "saw_explosion", "learning rate 0.1: fine", "Loss by epoch"):
            assert part in text, (form, part)
    data = json.loads(FORMATS["json"](found))
    assert data["variant"] == "exploding"
    key = Key(read(CASES / "tiny.yaml").scenario, "exploding")
    assert replay(key, found.events).credits == session.credits, "the events in it replay to the same session"
    text = report_text(found)
    assert "· Challenge" in text
    assert "> saw_flat" in text
    assert "## Debrief: The model" in text


async def test_an_open_session_keeps_its_seal(tmp_path: Path) -> None:
    identity, events, session = await played(Room(tmp_path), "saw_flat", end=False)
    found = told(identity, session, events)
    for form, write in FORMATS.items():
        text = write(found)
        assert "exploding" not in text, form
        assert "thirty times" not in text, form
        assert "saw_flat" in text, form
    assert found.events == ()
    assert json.loads(FORMATS["json"](found))["seed"] is None


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


async def test_the_page_stands_alone_and_can_do_nothing(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.voice.says = EVIL
    identity, events, session = await played(room, f"saw_flat {EVIL}", "saw_explosion")
    text = FORMATS["html"](told(identity, session, events))
    page = Page()
    page.feed(text)
    assert not {"script", "img", "a", "link", "iframe", "object", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert "<em>bold</em>" in text, "the consultant's Markdown is rendered"
    assert "&lt;script&gt;" in text
    assert "svg" in page.tags
    addresses = set(re.findall(r"https?://[^\s\"'<]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "nothing is fetched"
    assert "default-src 'none'" in text


@pytest.mark.parametrize("name", BODIES)
def test_charts_are_well_formed_and_keep_their_values(name: str) -> None:
    evil = 'a "quoted" <title> & more'
    svg = picture(Exhibit(name=name, title=evil, summary=evil, body=BODIES[name]))
    drawn = name in ("exploding", "smooth", "reliability", "sweep", "bars")
    assert bool(svg) is drawn
    if not drawn:
        return
    root = ElementTree.fromstring(svg)
    assert root.attrib["aria-label"].startswith(evil)
    texts = "".join(root.itertext())
    body = BODIES[name]
    labels = [line.name for line in body.lines] if hasattr(body, "lines") else []
    labels += [bar.label for bar in body.bars] if hasattr(body, "bars") else []
    for label in labels:
        assert label in texts
    assert "nan" not in svg
    assert "None" not in svg


async def test_the_review_is_the_same_everywhere(tmp_path: Path) -> None:
    _, _, session = await played(Room(tmp_path), "saw_flat", "saw_explosion")
    shown = review(session, RUN.facts)
    text = review_text("The title", shown)
    assert "✓ You said it in message 2: “saw_explosion”" in text
    assert "▲ Challenged, and dropped in message 2: “saw_flat”" in text
    assert "✗ Missed" in text
    assert "2 messages, 90% sure on average, 1 of them right; Brier score 0.41" in text
    assert "You answered: “saw_explosion" in text
    assert "You ended this case early, with 1 of 3 stages done." in text
    assert shown.tally[0] == "1 of 3 points made"


async def test_every_accepted_idea_is_told_where_one_would_have_done(tmp_path: Path) -> None:
    _, _, session = await played(Room(tmp_path), "saw_explosion", "gradients too_fast", "slower", end=False)
    (_, stage, _) = review(session, RUN.facts).stages
    told = [(line.sort, line.quote) for line in stage.lines]
    assert told == [("found", "too_fast"), ("found", "gradients")]
    assert review(session, RUN.facts).tally[0] == "3 of 3 points made", "they are one point"


async def test_cards_go_by_what_was_missed_or_hinted_at(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    text = (CASES / "tiny.yaml").read_text().replace("too_fast", "lr_too_high")
    cards = "minutes: 5\nconcepts: [overfitting, learning_rate]"
    (cases / "tiny.yaml").write_text(text.replace("minutes: 5", cards))
    room = Room(tmp_path, cases)
    _, _, session = await played(room, "saw_explosion", "lr_too_high", "slower", end=False)
    clean = review(session, RUN.facts)
    assert session.finished
    assert (clean.flawless, clean.read, [name for name, _ in clean.further]) == (
        True,
        (),
        ["overfitting", "learning_rate"],
    )
    assert FLAWLESS in review_text("", clean)
    said = ("saw_explosion", "hint", "hint", "lr_too_high", "slower")
    hinted = review((await played(room, *said, end=False))[2], RUN.facts)
    missed = review((await played(room, "saw_explosion"))[2], RUN.facts)
    for shown in (hinted, missed):
        assert not shown.flawless
        assert [name for name, _ in shown.read] == ["learning_rate"]
        assert [name for name, _ in shown.further] == ["overfitting"]
        assert "Cards to read: " in review_text("", shown)


async def test_notes_and_facts_go_into_every_format(tmp_path: Path) -> None:
    room = Room(tmp_path)
    identity, _, _ = await played(room, "saw_explosion", end=False)
    assert room.desk is not None
    notes = Drafts(room.folder / "notes")
    notes.write(identity, f"turns at epoch 5\nask Ada | {EVIL}")
    page = await write_down(room.desk, identity, tmp_path / "reports", notes)
    for form in FORMATS:
        assert "turns at epoch 5" in page.with_suffix(f".{form}").read_text(), form
    assert "<script" not in page.read_text()
    assert "> ask Ada" in page.with_suffix(".md").read_text()
    assert json.loads(page.with_suffix(".json").read_text())["notes"].startswith("turns at epoch 5\n")


async def test_collect_takes_the_session_from_the_store(tmp_path: Path) -> None:
    room = Room(tmp_path)
    identity, _, _ = await played(room, "saw_explosion")
    assert room.desk is not None
    found = await collect(room.desk, identity)
    assert found.session == identity
    assert [p.who for p in found.passages][:4] == ["case", "consultant", "learner", "consultant"]


# ---------------------------------------------------------------- mastery and progress


def test_one_step_of_knowledge_tracing_by_hand() -> None:
    # P(known | right) = .15 x .92 / (.15 x .92 + .85 x .15) = .5198; then .5198 + .4802 x .2
    assert trace(0.15, True) == pytest.approx(0.6158, abs=1e-4)
    # P(known | wrong) = .15 x .08 / (.15 x .08 + .85 x .85) = .01634; then .01634 + .98366 x .2
    assert trace(0.15, False) == pytest.approx(0.2131, abs=1e-4)
    assert PARAMETERS.guess < 0.3
    assert PARAMETERS.slip < 0.1


@given(st.floats(0.001, 0.999), st.lists(st.booleans(), max_size=30))
def test_right_never_says_less_than_wrong(known: float, past: list[bool]) -> None:
    for right in past:
        known = trace(known, right)
        assert 0 < known <= 1
    assert trace(known, True) >= trace(known, False)


def test_four_right_in_a_row_sit() -> None:
    found = mastery([Opportunity("a", True)] * 4 + [Opportunity("b", False)])
    assert found["a"].mastered
    assert not found["b"].mastered
    assert (found["a"].opportunities, found["b"].opportunities) == (4, 1)


async def test_what_a_session_shows_of_its_concepts(tmp_path: Path) -> None:
    _, _, session = await played(Room(tmp_path), "saw_flat", "saw_explosion", "overfit")
    about = {
        "saw_explosion": ("curves",),
        "saw_flat": ("curves",),
        "overfit": ("overfitting",),
        "slower": ("rate",),
    }
    shown = opportunities(session, about)
    assert shown == (
        Opportunity("curves", True),
        Opportunity("curves", False),
        Opportunity("overfitting", False),
    ), "the stage that was not reached tells nothing"


def test_concepts_of_a_real_case_come_from_the_cards() -> None:
    scenario = read(Path(__file__).parents[1] / "scenarios" / "fraud_training.yaml").scenario
    about = concepts_of(scenario)
    assert set(about) == set(scenario.ideas)
    assert "overfitting" in about["overfitting"]
    assert sum(bool(names) for names in about.values()) > len(about) / 3


async def test_progress_over_sessions(tmp_path: Path) -> None:
    room = Room(tmp_path)
    await played(room, "saw_flat", "saw_explosion")
    await played(room, "saw_explosion", end=False)
    assert room.desk is not None
    now = datetime.now().astimezone().date()
    found = await asyncio.to_thread(progress, room.desk, now)
    assert (found.sessions, found.finished, found.ended_early, found.messages) == (2, 0, 1, 3)
    assert (found.challenges, found.dropped, found.experiments) == (1, 1, 2)
    assert [(c.found, c.told, c.variants) for c in found.cases] == [((), ("exploding",), 1)]
    assert len(found.estimates) == 3
    assert found.streak == 1


def test_a_streak_forgives_a_day_that_is_not_over() -> None:
    days = {date(2026, 5, d) for d in (1, 3, 4, 5)}
    assert streak(days, date(2026, 5, 5)) == 3
    assert streak(days, date(2026, 5, 6)) == 3
    assert streak(days, date(2026, 5, 7)) == 0
    assert streak(set(), date(2026, 5, 7)) == 0


# ---------------------------------------------------------------- the commands


def tutor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tutor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_sessions_and_export_from_outside(tmp_path: Path) -> None:
    chat = ("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1")
    command = [sys.executable, "-m", "tutor", *chat]
    done = subprocess.run(
        command,
        input="It is overfitting.\nWhat is the learning rate?\n/notes look at the start\n/end\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    (row,) = (json.loads(line) for line in tutor("sessions", "--json").stdout.splitlines())
    assert row["variant"] == "exploding_loss"
    target = tmp_path / "out.html"
    exported = tutor("export", "last", "--output", str(target))
    assert exported.returncode == 0, exported.stderr
    assert "<svg" in target.read_text()
    written = tutor("export", row["id"]).stdout
    assert "## Debrief" in written
    assert "UTC, session" in written
    assert re.search(
        r"## The notebook\n\nFound out:\n\n- the learning rate: .*3.*\n\nNotes:\n\n> look at the start\n",
        written,
    )
    assert "ended early." in written.partition("\n\nYou were")[0]
    assert json.loads(tutor("export", row["id"], "--format", "json").stdout)["events"]
    removed = tutor("sessions", "--delete", row["id"])
    assert f"--restore {row['id']}" in removed.stdout
    assert tutor("sessions").stdout == ""
    back = tutor("sessions", "--restore", row["id"])
    assert "Brought back" in back.stdout
    (again,) = (json.loads(line) for line in tutor("sessions", "--json").stdout.splitlines())
    assert again == row
    assert (row["finished"], row["ended_early"]) == (True, True)
    missing = tutor("export", "nonsense")
    assert missing.returncode == 1
    assert "no session 'nonsense'" in missing.stderr


def test_a_report_is_a_value(tmp_path: Path) -> None:
    identity, events, session = asyncio.run(played(Room(tmp_path), "saw_explosion"))
    one, other = told(identity, session, events), told(identity, session, events)
    assert one == other
    assert replace(one, title="x") != other
    assert isinstance(events[-1], Ended)
