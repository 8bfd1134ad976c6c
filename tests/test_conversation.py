"""A turn, on a real store and a real run: stored first, answered once, and nothing lost when a part fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import CASES
from tutor.consultant.protocols import AssessorError, Context
from tutor.conversation import Answered, Conversation, Failed, Heard, Moving, Words
from tutor.conversation.conversation import MAX_MESSAGE, clean, ground, stated_confidence
from tutor.conversation.desk import Case, Desk, DeskError
from tutor.dialogue.calibration import brier
from tutor.dialogue.debrief import debrief
from tutor.dialogue.events import Event, Replied
from tutor.dialogue.model import Act, Assessment, Claim, Move, MoveKind, Reason
from tutor.engine.cache import Cache
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.scenario.library import find
from tutor.store.database import Store


class ByWord:
    """An assessor for tests: a message that contains an idea's id asserts it."""

    name = "by word"

    def __init__(self) -> None:
        self.broken = False

    async def assess(self, text: str, context: Context) -> Assessment:
        if self.broken:
            raise AssessorError("the assessor is out for lunch")
        ideas = [i for i in context.session.key.scenario.ideas if i in text]
        claims = (*(Claim(idea=i, quote=i) for i in ideas), Claim(idea="made_up", quote="never said"))
        return Assessment(act=Act.CONTRIBUTION, claims=claims, asks="fact:made_up")


class Slow:
    """A voice that names its move, a word at a time."""

    name = "slow"

    async def speak(self, move: Move, context: Context) -> AsyncIterator[str]:
        for word in (move.kind, " on", f" {move.target}"):
            await asyncio.sleep(0.01)
            yield word


class Room:
    def __init__(self, tmp_path: Path, cache: Path) -> None:
        self.assessor = ByWord()
        self.store = Store(tmp_path / "sessions.db")

        async def assessor(source: object) -> ByWord:
            return self.assessor

        self.desk = Desk(
            library=find([CASES]),
            store=self.store,
            engine=Runner(Cache(cache, 10**8)),
            assessor=assessor,
            voice=lambda source: Slow(),
        )

    async def run(self, case: Case) -> Run:
        messages = [m async for m in self.desk.evidence(case)]
        assert isinstance(messages[-1], Finished)
        return messages[-1].run

    async def sit_down(self, case: Case) -> Conversation:
        return await self.desk.sit_down(case, await self.run(case))


@pytest.fixture
async def room(tmp_path: Path, run_cache: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path, run_cache)
    yield room
    await room.desk.close()


async def test_a_whole_session_and_its_resume(room: Room) -> None:
    case = room.desk.take("tiny", seed=2)
    talk = await room.sit_down(case)
    assert "2,000 payments" in talk.brief()
    updates = [u async for u in talk.say("  saw_explosion \x1b[31m\u202e ")]
    assert [type(u) for u in updates] == [Heard, Moving, Words, Words, Words, Answered]
    assert talk.session.turns[0].text == "saw_explosion"
    assert talk.session.stage == "diagnose"
    claims = talk.session.turns[0].assessment
    assert claims is not None
    assert claims.asserted() == ("saw_explosion",), "what was made up is dropped"
    again = await room.sit_down(room.desk.resume(talk.identity))
    assert again.session == talk.session
    assert again.run == talk.run
    for text in ("too_fast", "slower"):
        _ = [u async for u in again.say(text)]
    assert again.session.finished
    assert room.desk.latest() is None
    (update,) = [u async for u in again.say("more")]
    assert isinstance(update, Failed)


async def test_a_message_is_kept_when_the_assessor_fails(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    room.assessor.broken = True
    updates = [u async for u in talk.say("saw_flat")]
    assert updates[-1] == Failed("the assessor is out for lunch", heard=True)
    room.assessor.broken = False
    again = await room.sit_down(room.desk.resume(talk.identity))
    assert again.session.awaiting is not None
    updates = [u async for u in again.answer()]
    assert isinstance(updates[-1], Answered)
    assert again.session.turns[0].move is not None
    assert again.session.turns[0].move.kind is MoveKind.PUSH_BACK


async def test_a_reply_that_is_stopped_keeps_what_was_said(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    started = asyncio.Event()

    async def listen() -> None:
        async for update in talk.say("saw_flat"):
            if isinstance(update, Words):
                started.set()

    task = asyncio.create_task(listen())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (turn,) = talk.session.turns
    assert turn.reply == "push_back"
    assert turn.note == "stopped"
    assert room.desk.resume(talk.identity).session == talk.session
    assert [type(u) for u in [u async for u in talk.say("saw_explosion")]][-1] is Answered


async def test_turns_do_not_overlap(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))

    async def play(text: str) -> None:
        async for _ in talk.say(text):
            pass

    await asyncio.gather(play("saw_flat"), play("saw_explosion"), play("too_fast"))
    assert [t.number for t in talk.session.turns] == [1, 2, 3]
    assert all(t.reply for t in talk.session.turns)
    assert room.desk.resume(talk.identity).session == talk.session


async def test_a_full_disk_gives_the_message_back(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    room.store._db.execute("PRAGMA max_page_count = 1")
    (update,) = [u async for u in talk.say("saw_flat " + "x" * MAX_MESSAGE)][:1]
    assert update == Failed("That is 20,009 characters; 20,000 is the limit.", heard=False)
    (update,) = [u async for u in talk.say("saw_flat " + "x" * 15_000)]
    assert isinstance(update, Failed)
    assert "disk is full" in update.message
    assert not update.heard
    assert talk.session.turns == ()


async def test_unseen_variants_come_first_and_wrong_names_are_told(room: Room) -> None:
    assert room.desk.take("tiny").session.seed in (1, 2)
    with pytest.raises(DeskError, match="did you mean 'exploding'"):
        room.desk.take("tiny", variant="explodin")


def test_clean_and_ground() -> None:
    assert clean("a\r\nb\tc\x1b]0;title\x07\x9b!\udcff") == "a\nb\tc!"
    scenario = find([CASES]).get("tiny").scenario
    read = Assessment(
        act=Act.CONTRIBUTION,
        claims=(
            Claim(idea="overfit", quote="It  OVERFITS"),
            Claim(idea="overfit", quote="it underfits"),
            Claim(idea="nothing", quote="it"),
        ),
        candidates=("labels", "nope"),
        asks="exhibit:curves",
    )
    kept = ground(read, "I think it overfits", scenario)
    assert [c.quote for c in kept.claims] == ["It  OVERFITS"]
    assert (kept.candidates, kept.asks) == (("labels",), "exhibit:curves")


async def test_a_dispute_is_kept_answered_and_changes_no_verdict(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    _ = [u async for u in talk.say("saw_flat, 90% sure")]
    before = talk.session.challenges
    updates = [u async for u in talk.dispute(1, "that was not fair")]
    assert isinstance(updates[-1], Answered)
    first, second = talk.session.turns
    assert first.disputed == "that was not fair"
    assert second.move == Move(
        kind=MoveKind.HOLD_FIRM, reason=Reason.DISPUTED, target="saw_flat", exhibit="curves"
    )
    assert talk.session.challenges == before
    await talk.estimate(0.6)
    _ = [u async for u in talk.say("saw_explosion")]
    report = debrief(talk.session)
    assert report.disputes == 1
    assert [(e.probability, e.right) for e in report.estimates] == [(0.6, True)], (
        "the disputed one is left out"
    )
    assert brier(report.estimates) == pytest.approx(0.16)
    assert room.desk.resume(talk.identity).session == talk.session


@pytest.mark.parametrize(
    ("message", "sure"),
    [
        ("overfitting, 80% sure", 0.8),
        ("I'm 100 percent certain it leaks", 1.0),
        ("confidence: 35%", 0.35),
        ("accuracy is 96% and I'm sure", None),
        ("I'm 300% sure", None),
        ("sure, validation is at 58% now", None),
    ],
)
def test_how_sure_a_message_says_it_is(message: str, sure: float | None) -> None:
    assert stated_confidence(message) == sure


async def test_a_case_may_show_exhibits_of_another_engine(room: Room, tmp_path: Path) -> None:
    text = (CASES / "tiny.yaml").read_text(encoding="utf-8")
    guest = "  trade_off: {show: bias_variance, engine: concepts, title: Bias and variance}\nfacts:\n"
    (tmp_path / "guest.yaml").write_text(text.replace("facts:\n", guest, 1), encoding="utf-8")
    room.desk.library = find([tmp_path])
    talk = await room.sit_down(room.desk.take("tiny", seed=1))
    assert (await talk.look_at("trade_off")).title == "Bias and variance"
    assert talk.run.facts["concepts"]["bias_variance"]["best_degree"] >= 1
    assert talk.run.facts["config"]["learning_rate"] == 3.0


async def test_stopped_while_the_reply_goes_to_the_disk(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    writing, go_on = threading.Event(), threading.Event()
    append = room.store.append

    def slowly(session: str, event: Event, **more: bool) -> None:
        if isinstance(event, Replied):
            writing.set()
            go_on.wait()
        append(session, event, **more)

    monkeypatch.setattr(room.store, "append", slowly)

    async def play() -> None:
        async for _ in talk.say("saw_explosion"):
            pass

    task = asyncio.create_task(play())
    await asyncio.to_thread(writing.wait)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert talk.session.awaiting is None
    assert room.desk.resume(talk.identity).session.turns == talk.session.turns


async def test_stopped_before_a_word_was_said(room: Room) -> None:
    talk = await room.sit_down(room.desk.take("tiny"))
    turn = talk.say("saw_explosion")
    async for update in turn:
        if isinstance(update, Moving):
            break
    await turn.aclose()
    assert talk.session.awaiting is not None, "the reply can still be asked for"
    updates = [u async for u in talk.answer()]
    assert isinstance(updates[-1], Answered)
    assert talk.session.awaiting is None
