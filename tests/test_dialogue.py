"""The policy: every rule by example, and its invariants over random walks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.dialogue.asides import Aside, aside
from tutor.dialogue.calibration import Estimate, bins, brier, estimates_of, reliability_diagram
from tutor.dialogue.debrief import debrief
from tutor.dialogue.document import page
from tutor.dialogue.events import (
    EVENT,
    Assessed,
    Disputed,
    Estimated,
    Event,
    Experimented,
    Replied,
    Said,
    Started,
)
from tutor.dialogue.invariants import INVARIANTS, Invariant, Step, broken
from tutor.dialogue.key import Key
from tutor.dialogue.model import Act, Assessment, Claim, Move, MoveKind, Reason, Stance, Verdict
from tutor.dialogue.policy import next_move
from tutor.dialogue.rule import LADDER
from tutor.dialogue.session import Challenge, Session, advance, replay, start
from tutor.scenario.reading import Source
from tutor.scenario.schema import Clock, Probe

IDEAS = (
    "saw_explosion", "saw_flat", "too_fast", "gradients", "overfit", "labels", "slower", "longer", "coffee",
)  # fmt: skip


READ_FROM_TEXT = [act for act in Act if act is not Act.DISPUTE]


def reading(
    *asserts: str, denies: tuple[str, ...] = (), act: Act = Act.CONTRIBUTION, asks: str | None = None
) -> Assessment:
    claims = [Claim(idea=i, quote="q") for i in asserts]
    claims += [Claim(idea=i, stance=Stance.DENIES, quote="q") for i in denies]
    return Assessment(act=act, claims=tuple(claims), asks=asks)


def turn(session: Session, assessment: Assessment, text: str = "...") -> tuple[Session, Move]:
    number = session.next_turn
    session = advance(session, Said(turn=number, text=text))
    session = advance(session, Assessed(turn=number, assessment=assessment))
    move = next_move(session)
    return advance(session, Replied(turn=number, move=move, text="...")), move


def walk(key: Key, *assessments: Assessment) -> tuple[Session, list[Move]]:
    session, moves = start(key, 1), []
    for assessment in assessments:
        session, move = turn(session, assessment)
        moves.append(move)
    return session, moves


def kinds(moves: list[Move]) -> list[MoveKind]:
    return [m.kind for m in moves]


def test_the_straight_way(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion"), reading("gradients"), reading("slower"))
    assert kinds(moves) == [MoveKind.ADVANCE, MoveKind.ADVANCE, MoveKind.DEBRIEF]
    assert session.finished
    assert debrief(session).missed == ()
    assert [t.verdict for t in session.turns] == [Verdict.CORRECT] * 3


def test_a_wrong_idea_is_pushed_back_and_insisting_escalates(key: Key) -> None:
    _, moves = walk(key, reading("saw_flat"), reading("saw_flat"), reading("saw_flat"))
    assert kinds(moves) == [MoveKind.PUSH_BACK] * 3
    assert [m.level for m in moves] == [0, 1, 2]
    assert [m.reason for m in moves] == [Reason.PLAIN, Reason.INSISTED, Reason.INSISTED]
    assert {m.exhibit for m in moves} == {"curves"}


def test_a_wrong_idea_beside_a_right_one_comes_first_and_must_be_dropped(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion"), reading("too_fast", "overfit"))
    assert moves[-1].kind is MoveKind.PUSH_BACK
    assert moves[-1].acknowledged == ("too_fast",)
    assert session.stage == "diagnose"
    whatever, move = turn(session, reading())
    assert (move.kind, move.reason) == (MoveKind.PROBE, Reason.STILL_OPEN)
    assert whatever.stage == "diagnose"
    denied, move = turn(session, reading(denies=("overfit",)))
    assert (move.kind, denied.stage) == (MoveKind.ADVANCE, "remedy")
    bare, move = turn(session, reading("gradients"))
    assert (move.kind, move.reason) == (MoveKind.PROBE, Reason.STILL_OPEN), (
        "a right guess takes nothing's place"
    )
    assert (move.target, move.acknowledged) == ("overfit", ("gradients",))
    assert bare.holds("gradients")
    shown, move = turn(session, reading("gradients", "saw_explosion"))
    assert (move.kind, shown.stage) == (MoveKind.ADVANCE, "remedy"), "with the evidence it does"


def test_a_wrong_diagnosis_said_early_is_challenged_at_once(key: Key) -> None:
    _, moves = walk(key, reading("overfit"))
    assert (moves[0].kind, moves[0].reason) == (MoveKind.PUSH_BACK, Reason.EARLY)


def test_a_right_one_said_early_without_evidence_is_banked_and_must_be_shown(key: Key) -> None:
    session, moves = walk(key, reading("too_fast"), reading("saw_explosion"))
    assert (moves[0].kind, moves[0].reason) == (MoveKind.PUMP, Reason.BANKED)
    assert (moves[1].kind, moves[1].reason) == (MoveKind.ADVANCE, Reason.EVIDENCE)
    assert session.stage == "diagnose"
    assert session.unproven() == ("too_fast",)
    _, move = turn(session, reading())
    assert (move.kind, move.reason) == (MoveKind.PROBE, Reason.EVIDENCE)
    shown, move = turn(session, reading("saw_explosion"))
    assert (move.kind, shown.stage) == (MoveKind.ADVANCE, "remedy")


def test_who_argues_it_all_at_once_finishes_fast(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion", "too_fast", "slower"))
    assert kinds(moves) == [MoveKind.DEBRIEF]
    assert session.finished


def test_naming_everything_earns_nothing(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion"), reading("too_fast", "overfit", "labels", "longer"))
    assert (moves[-1].kind, moves[-1].reason) == (MoveKind.PROBE, Reason.SHOTGUN)
    assert not session.holds("too_fast")
    assert session.stage == "diagnose"


@pytest.mark.parametrize(
    ("text", "commits"),
    [
        ("either too fast or overfit", False),
        ("too fast, or perhaps overfit", False),
        ("too fast and overfit", True),
        ("too fast, not overfit or anything", True),
    ],
)
def test_an_either_or_earns_nothing(key: Key, text: str, commits: bool) -> None:
    session, _ = walk(key, reading("saw_explosion"))
    claims = tuple(
        Claim(idea=i, quote=q) for i, q in (("too_fast", "too fast"), ("overfit", "overfit")) if q in text
    )
    session, move = turn(session, Assessment(act=Act.CONTRIBUTION, claims=claims), text)
    assert session.holds("too_fast") is commits
    assert (move.reason is Reason.EITHER_OR) is not commits
    both = (Claim(idea="too_fast", quote="too fast"), Claim(idea="gradients", quote="gradients"))
    session, move = turn(session, Assessment(act=Act.CONTRIBUTION, claims=both), "too fast or gradients")
    assert session.holds("gradients", "diagnose"), "either is right"


def test_questions_are_answered_and_never_an_attempt(key: Key) -> None:
    _, moves = walk(
        key,
        reading(act=Act.QUESTION, asks="fact:learning_rate"),
        reading(act=Act.QUESTION, asks="exhibit:config"),
        reading(act=Act.QUESTION),
        reading("saw_flat", act=Act.QUESTION),
    )
    assert kinds(moves) == [MoveKind.ANSWER, MoveKind.SHOW_EXHIBIT, MoveKind.ANSWER, MoveKind.ANSWER]
    assert moves[2].reason is Reason.UNANSWERABLE


def test_the_ladder_climbs_one_step_at_a_time_and_must_be_said_back(key: Key) -> None:
    session, moves = walk(key, *[reading(act=Act.HINT_REQUEST)] * 6)
    assert kinds(moves[:4]) == list(LADDER)
    assert [(m.kind, m.reason) for m in moves[4:]] == [(MoveKind.PROMPT, Reason.SAY_IT_BACK)] * 2
    assert session.stage == "observe"
    session, move = turn(session, reading("saw_explosion"))
    assert move.kind is MoveKind.ADVANCE
    assert debrief(session).stages[0].found[0].told


def test_manipulation_changes_nothing_even_with_the_right_words(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion", act=Act.MANIPULATION), reading(act=Act.MANIPULATION))
    assert kinds(moves) == [MoveKind.HOLD_FIRM] * 2
    assert [m.level for m in moves] == [0, 1]
    assert not session.credits


def test_plausible_is_probed_and_beside_the_point_redirected(key: Key) -> None:
    _, moves = walk(key, reading("saw_explosion"), reading("labels"), reading("coffee"))
    assert [(m.kind, m.target) for m in moves[1:]] == [
        (MoveKind.PROBE, "labels"),
        (MoveKind.REDIRECT, "coffee"),
    ]


def test_denials(key: Key) -> None:
    _, moves = walk(
        key, reading("saw_explosion"), reading(denies=("too_fast",)), reading(denies=("overfit",))
    )
    assert (moves[1].kind, moves[1].reason) == (MoveKind.PROBE, Reason.RULED_OUT)
    assert (moves[2].kind, moves[2].reason) == (MoveKind.PUMP, Reason.DENIED)


def test_stages_of_their_own_share_nothing_but_what_belongs_to_one(tiny: Source) -> None:
    """`slower` is expected in two stages; said in one it counts there. A diagnosis of one stage travels."""
    variant = tiny.scenario.variants["exploding"]
    observe = variant.stages["observe"].model_copy(update={"expects": ("saw_explosion", "slower")})
    variants = {"exploding": variant.model_copy(update={"stages": {**variant.stages, "observe": observe}})}
    update = {"separate_stages": True, "variants": variants}
    separate = Key(tiny.scenario.model_copy(update=update), "exploding")
    session, moves = walk(separate, reading("slower"), reading("longer"), reading("overfit"))
    assert (moves[1].kind, moves[1].reason) == (MoveKind.REDIRECT, Reason.BESIDE), "a remedy does not travel"
    assert (moves[2].kind, moves[2].reason) == (MoveKind.PUSH_BACK, Reason.EARLY), "a diagnosis does"
    session, _ = turn(session, reading("saw_explosion", denies=("overfit",)))
    session, _ = turn(session, reading("too_fast"))
    assert session.stage == "remedy"
    assert session.open_groups() == (("slower",),), "it was said for another stage"
    assert session.credit("slower") is None


def test_an_exhibit_asked_for_in_passing_is_handed_over(key: Key) -> None:
    session, moves = walk(key, reading("saw_explosion", asks="exhibit:config"))
    assert (moves[0].kind, moves[0].shows) == (MoveKind.ADVANCE, "config")
    assert "config" in session.opened


def test_an_unsure_assessor_asks(key: Key) -> None:
    unsure = Assessment(
        act=Act.CONTRIBUTION, abstained=True, candidates=("saw_flat", "saw_explosion", "labels")
    )
    session, moves = walk(key, unsure)
    assert moves == [Move(kind=MoveKind.CLARIFY, candidates=("saw_flat", "saw_explosion"))]
    assert not session.challenges


def test_the_page_about_the_policy_is_the_policy() -> None:
    """Mend with: python -m tutor.dialogue.document > docs/dialogue.md"""
    assert (Path(__file__).parents[1] / "docs" / "dialogue.md").read_text(encoding="utf-8") == page()


TEXTS = (
    "...", "hello, what do I do?", "thanks", "ok, whatever you say", "no, I disagree", "my professor says so",
    "just tell me the answer", "what was the question?", "sorry, I am new to this", "goodbye",
)  # fmt: skip

assessments = st.builds(
    lambda act, said, denied, unsure, asks: Assessment(
        act=act,
        claims=()
        if unsure
        else tuple(
            [Claim(idea=i, quote="q") for i in sorted(said)]
            + [Claim(idea=i, stance=Stance.DENIES, quote="q") for i in sorted(denied - said)]
        ),
        abstained=unsure,
        candidates=tuple(sorted(said)) if unsure else (),
        asks=asks if act in (Act.QUESTION, Act.CONTRIBUTION) else None,
    ),
    st.sampled_from(READ_FROM_TEXT),
    st.frozensets(st.sampled_from(IDEAS), max_size=5),
    st.frozensets(st.sampled_from(IDEAS), max_size=2),
    st.integers(0, 7).map(lambda n: n == 0),
    st.sampled_from([None, None, "fact:learning_rate", "exhibit:config", "exhibit:curves"]),
)
walks = st.lists(st.tuples(assessments, st.sampled_from(TEXTS)), max_size=25)


def every_step_holds(key: Key, steps: list[tuple[Assessment, str]]) -> tuple[Session, list[Event]]:
    """Walks through a session, and checks every invariant at every step."""
    session = start(key, 1)
    events: list[Event] = [Started(scenario="tiny", variant="exploding", seed=1)]
    for assessment, text in steps:
        if session.finished:
            break
        before, number = session, session.next_turn
        events += [Said(turn=number, text=text), Assessed(turn=number, assessment=assessment)]
        session = advance(advance(session, events[-2]), events[-1])
        move = next_move(session)
        events.append(Replied(turn=number, move=move, text="..."))
        session = advance(session, events[-1])
        assert not list(broken(Step(before, assessment, move, session))), (assessment, text, move)
    return session, events


@given(walks)
def test_invariants_hold_on_every_walk(key: Key, steps: list[tuple[Assessment, str]]) -> None:
    session, events = every_step_holds(key, steps)
    stored = [EVENT.validate_json(EVENT.dump_json(e)) for e in events]
    assert replay(key, stored) == session
    for idea in ("saw_explosion", "too_fast", "slower", "too_fast", "saw_explosion"):
        if not session.finished:
            session, _ = turn(session, reading(idea, denies=("overfit", "longer", "saw_flat")))
    assert session.finished, "the session can always end"


@given(walks)
def test_invariants_hold_where_stages_are_cases_of_their_own_and_hours_run_out(
    key: Key, timed: Key, steps: list[tuple[Assessment, str]]
) -> None:
    every_step_holds(Key(key.scenario.model_copy(update={"separate_stages": True}), key.variant), steps)
    every_step_holds(timed, steps)


BREAKS: dict[str, Callable[[Step], Step]] = {
    "never taken back": lambda s: replace(s, after=replace(s.after, credits={})),
    "puts forward in that message": lambda s: replace(s, read=reading("labels")),
    "Only an attempt": lambda s: replace(s, read=reading(act=Act.QUESTION)),
    "earn nothing": lambda s: replace(s, read=reading("too_fast", act=Act.MANIPULATION)),
    "dropped only": lambda s: replace(
        s,
        before=replace(s.before, challenges={("diagnose", "overfit"): Challenge(1, "q")}),
        after=replace(s.after, challenges={("diagnose", "overfit"): Challenge(1, "q", dropped=2)}),
    ),
    "one rung": lambda s: replace(s, after=replace(s.after, ladder={("observe", "saw_explosion"): 2})),
    "names an idea": lambda s: replace(s, move=Move(kind=MoveKind.PROBE, target="labels")),
    "No stage ends": lambda s: replace(s, after=replace(s.after, stage="remedy")),
    "nothing else": lambda s: replace(s, after=replace(s.after, finished=True)),
    "pushed back first": lambda s: replace(s, move=Move(kind=MoveKind.CONFIRM, target="too_fast")),
    "acknowledges": lambda s: replace(s, move=s.move.model_copy(update={"acknowledged": ()})),
    "harder": lambda s: replace(s, move=s.move.model_copy(update={"level": 3})),
    "is shown, unless": lambda s: replace(s, read=reading(act=Act.QUESTION, asks="exhibit:config")),
    "tables": lambda s: replace(s, move=Move(kind=MoveKind.CLARIFY)),
}


@pytest.mark.parametrize("row", INVARIANTS, ids=lambda row: row.says[:40])
def test_every_invariant_can_fail(key: Key, row: Invariant) -> None:
    before, _ = walk(key, reading("saw_explosion"))
    after, move = turn(before, reading("too_fast", "overfit"))
    step = Step(before, reading("too_fast", "overfit"), move, after)
    assert row.holds(step)
    (change,) = (change for name, change in BREAKS.items() if name in row.says)
    assert not row.holds(change(step))


# ---------------------------------------------------------------- what is said beside the point of the case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello, what do I do?", Aside.HOW),
        ("Good day sir, please can you explain me what I must do?", Aside.HOW),
        ("who are you?", Aside.HOW),
        ("what was the question again?", Aside.AGAIN),
        ("Sorry, I don't understand the question.", Aside.AGAIN),
        ("what else can I see?", Aside.OFFER),
        ("How am I doing?", Aside.STANDING),
        ("Which of my statements so far was wrong?", Aside.STANDING),
        ("How many points am I missing?", Aside.STANDING),
        ("is it overfitting?", Aside.GUESS),
        ("Could it be that the labels are wrong?", Aside.GUESS),
        ("hi!", Aside.GREETING),
        ("hello, how are you?", Aside.GREETING),
        ("Thank you very much sir", Aside.THANKS),
        ("thanks, that was helpful", Aside.THANKS),
        ("ok fine, whatever you say", Aside.NOD),
        ("that makes sense", Aside.NOD),
        ("No, you are wrong!", Aside.DISAGREEMENT),
        ("I’m a bit tired today", Aside.UNSETTLED),
        ("I need a break", Aside.LEAVING),
        ("Just tell me the answer.", Aside.DEMAND),
        ("my professor says it is overfitting", Aside.RANK),
        ("I have a PhD in statistics", Aside.RANK),
        ("ok, the loss explodes", None),
        ("no, the labels are fine", None),
        ("thanks to the learning rate it diverges", None),
        ("the learning rate is too high", None),
        ("what is the learning rate?", None),
    ],
)
def test_what_a_message_does_besides_claiming(text: str, expected: Aside | None) -> None:
    assert aside(text) is expected


@pytest.mark.parametrize(
    ("text", "act", "kind", "reason"),
    [
        ("hello, what do I do?", Act.OFF_TOPIC, MoveKind.REDIRECT, Reason.GREETED),
        ("can you repeat the question?", Act.HINT_REQUEST, MoveKind.ANSWER, Reason.ASKED_AGAIN),
        ("is it overfitting?", Act.QUESTION, MoveKind.ANSWER, Reason.YOURS_TO_SAY),
        ("thanks", Act.OFF_TOPIC, MoveKind.REDIRECT, Reason.THANKED),
        ("hi", Act.VAGUE, MoveKind.REDIRECT, Reason.GREETED),
        ("I need a break", Act.HINT_REQUEST, MoveKind.REDIRECT, Reason.LEAVING),
        ("goodbye", Act.VAGUE, MoveKind.REDIRECT, Reason.LEAVING),
        ("sorry, I am new to this", Act.OFF_TOPIC, MoveKind.REDIRECT, Reason.UNSETTLED),
        ("I disagree.", Act.HINT_REQUEST, MoveKind.PUMP, Reason.DISAGREED),
        ("my professor says so", Act.OFF_TOPIC, MoveKind.HOLD_FIRM, Reason.RANK),
        ("my professor says so", Act.CONTRIBUTION, MoveKind.HOLD_FIRM, Reason.RANK),
        ("just tell me the answer", Act.MANIPULATION, MoveKind.HOLD_FIRM, Reason.DEMANDED),
        ("ok, whatever you say", Act.CONTRIBUTION, MoveKind.PUMP, Reason.AGREED),
    ],
)
def test_asides_are_answered_as_what_they_are(
    key: Key, text: str, act: Act, kind: MoveKind, reason: Reason
) -> None:
    session, move = turn(start(key, 1), reading(act=act), text)
    assert (move.kind, move.reason) == (kind, reason)
    assert not session.ladder, "no rung of the ladder is spent on it"


def test_an_aside_beside_a_claim_changes_nothing(key: Key) -> None:
    plain, _ = walk(key, reading("saw_explosion"), reading("overfit"))
    for text in TEXTS:
        _, move = turn(plain, reading("too_fast"), text)
        assert (move.kind, move.target) == (MoveKind.PROBE, "overfit")


def test_a_nod_names_what_is_still_open_and_never_drops_it(key: Key) -> None:
    session, _ = walk(key, reading("saw_explosion"), reading("overfit"))
    session, move = turn(session, reading(act=Act.VAGUE), "ok, whatever you say")
    assert (move.reason, move.target) == (Reason.AGREED, "overfit")
    assert session.open_challenges() == ("overfit",)
    session, move = turn(session, reading(act=Act.OFF_TOPIC), "my boss says so")
    assert (move.kind, move.target, move.exhibit) == (MoveKind.HOLD_FIRM, "overfit", "curves")


def test_what_was_told_is_asked_back_of_who_nods_or_demands(key: Key) -> None:
    session, _ = walk(key, *[reading(act=Act.HINT_REQUEST)] * 4)
    for text in ("that makes sense", "just tell me"):
        session, move = turn(session, reading(act=Act.VAGUE), text)
        assert (move.kind, move.reason) == (MoveKind.PROMPT, Reason.SAY_IT_BACK)
    assert not session.credits


def test_a_copy_of_what_was_told_is_not_said_back(key: Key) -> None:
    session, _ = walk(key, *[reading(act=Act.HINT_REQUEST)] * 3)
    number = session.next_turn
    session = advance(session, Said(turn=number, text="no idea"))
    session = advance(session, Assessed(turn=number, assessment=reading(act=Act.GIVE_UP)))
    told = "Very well. The loss runs off to infinity within the first epoch. How would you put it?"
    session = advance(session, Replied(turn=number, move=next_move(session), text=told))
    copied, move = turn(
        session, reading("saw_explosion"), "the loss runs off to infinity within the first epoch!"
    )
    assert (move.kind, move.reason) == (MoveKind.PROMPT, Reason.SAY_IT_BACK)
    assert not copied.credits
    own, move = turn(
        copied, reading("saw_explosion"), "it explodes before the epoch is over, all the way to nan"
    )
    assert (move.kind, own.stage) == (MoveKind.ADVANCE, "diagnose")


def test_who_has_said_it_all_in_questions_goes_on_when_asking_for_a_hint(key: Key) -> None:
    session, _ = walk(key, reading("saw_explosion", act=Act.QUESTION))
    assert session.stage == "observe"
    session, move = turn(session, reading(act=Act.HINT_REQUEST))
    assert (move.kind, session.stage) == (MoveKind.ADVANCE, "diagnose")


# ---------------------------------------------------------------- a case against time


@pytest.fixture(scope="session")
def timed(tiny: Source) -> Key:
    """The tiny case with six hours for its last stage: slower takes one, longer (wrong) ten, coffee seven."""
    ideas = {
        name: idea.model_copy(update={"hours": {"slower": 1.0, "longer": 10.0, "coffee": 7.0}.get(name, 0.0)})
        for name, idea in tiny.scenario.ideas.items()
    }
    variant = tiny.scenario.variants["exploding"]
    remedy = variant.stages["remedy"]
    remedy = remedy.model_copy(
        update={"expects": ("slower", "too_fast"), "plausible": {"coffee": Probe(exhibit="curves", ask="?")}}
    )
    stages = {**variant.stages, "remedy": remedy}
    clock = Clock(hours=6, runs_in=("remedy",), out_of_time="The demo has begun.")
    variants = {"exploding": variant.model_copy(update={"stages": stages})}
    exhibits = {**tiny.scenario.exhibits}
    exhibits["config"] = exhibits["config"].model_copy(update={"since": "diagnose"})
    update = {"ideas": ideas, "clock": clock, "variants": variants, "exhibits": exhibits}
    return Key(tiny.scenario.model_copy(update=update), "exploding")


def test_remedies_and_experiments_cost_hours_and_wrong_ones_are_stopped_before_they_do(timed: Key) -> None:
    session, _ = walk(timed, reading("saw_explosion"), reading("gradients"))
    assert session.hours_left() == 6
    session, _ = turn(session, reading("longer"))
    assert session.hours_left() == 6
    session, _ = turn(session, reading("slower"))
    assert session.hours_left() == 5
    session = advance(session, Experimented(changes={}, summary="", hours=2.5))
    assert session.hours_left() == 2.5
    assert not session.out_of_time()


def test_running_out_of_hours_ends_the_stage(timed: Key) -> None:
    session, _ = walk(timed, reading("saw_explosion"), reading("gradients"))
    session, move = turn(session, reading("coffee"))
    assert (move.kind, move.reason) == (MoveKind.DEBRIEF, Reason.OUT_OF_TIME)
    assert session.finished
    assert debrief(session).missed == (("slower",), ("too_fast",))


def test_a_remedy_taken_back_gives_its_hours_back(timed: Key) -> None:
    session, _ = walk(timed, reading("saw_explosion"), reading("gradients"), reading("slower"))
    session, _ = turn(session, reading(denies=("slower",)))
    assert session.hours_left() == 6


def test_an_exhibit_of_a_later_stage_is_not_to_be_had_yet(timed: Key) -> None:
    ask = reading(act=Act.QUESTION, asks="exhibit:config")
    session, moves = walk(timed, ask, reading("saw_explosion"), ask)
    assert (moves[0].kind, moves[0].reason) == (MoveKind.ANSWER, Reason.NOT_YET)
    assert moves[2].kind is MoveKind.SHOW_EXHIBIT
    assert session.opened == ("curves", "config"), "what the consultant argued with is on the table too"


def test_calibration_of_the_learner() -> None:
    estimates = [
        Estimate(1, 0.9, True),
        Estimate(2, 0.85, False),
        Estimate(3, 0.1, False),
        Estimate(4, 1.0, True),
    ]
    assert brier(estimates) == pytest.approx((0.01 + 0.7225 + 0.01 + 0) / 4)
    assert [(b.count, round(b.sure, 3), round(b.right, 3)) for b in bins(estimates)] == [
        (1, 0.1, 0.0),
        (3, 0.917, 0.667),
    ]
    diagram = reliability_diagram(estimates)
    assert diagram is not None
    assert "71% sure on average, and 50% were right" in diagram.summary
    assert brier([]) is None
    assert reliability_diagram(estimates[:1]) is None


def test_a_disputed_pushback_says_nothing_of_how_well_a_learner_knows_themselves(key: Key) -> None:
    session = start(key, 1)
    for number, ideas in enumerate((["saw_flat"], ["saw_flat"], ["saw_explosion"]), start=1):
        session = advance(session, Estimated(turn=number, probability=0.9))
        session, _ = turn(session, reading(*ideas))
    assert [(e.turn, e.right) for e in estimates_of(session)] == [(1, False), (2, False), (3, True)]
    session = advance(session, Disputed(turn=2, reason="I said flat in the end"))
    assert [(e.turn, e.right) for e in estimates_of(session)] == [(1, False), (3, True)]
