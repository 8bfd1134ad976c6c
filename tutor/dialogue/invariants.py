"""What holds in every turn of every session, as a table: the tests walk at random and check each row, the
pressure pack checks them under attack, and the page about the policy is printed from it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tutor.dialogue.model import Act, Assessment, Move, MoveKind, Reason, Role, Verdict
from tutor.dialogue.policy import RULES, UNSURE
from tutor.dialogue.rule import LADDER
from tutor.dialogue.session import Session

ENDS = frozenset({MoveKind.ADVANCE, MoveKind.DEBRIEF})
ASKS_FOR_HELP = frozenset({Act.HINT_REQUEST, Act.GIVE_UP})


@dataclass(frozen=True)
class Step:
    """One turn: the session before it, how its message was read, the move, the session after the reply."""

    before: Session
    read: Assessment
    move: Move
    after: Session

    @property
    def judged(self) -> bool:
        """Whether the message is an attempt at all."""
        return self.read.act is Act.CONTRIBUTION and not self.read.abstained

    @property
    def committed(self) -> bool:
        return self.judged and self.before.commits(self.read, self.after.turns[-1].text)

    def wrong(self) -> tuple[str, ...]:
        """The misconceptions put forward, wherever they count."""
        placed = ((i, self.before.key.place(i, self.before.stage)) for i in self.read.asserted())
        return tuple(i for i, p in placed if p is not None and p.role is Role.MISCONCEPTION)


@dataclass(frozen=True)
class Invariant:
    says: str
    holds: Callable[[Step], bool]


def _never_taken_back(step: Step) -> bool:
    after = step.after.credits
    return all(
        slot in after and (after[slot].grounded or not c.grounded) for slot, c in step.before.credits.items()
    )


def _own_words(step: Step) -> bool:
    new = {idea for _, idea in step.after.credits.keys() - step.before.credits.keys()}
    return new <= set(step.read.asserted())


def _only_attempts_are_wrong(step: Step) -> bool:
    if step.judged:
        return True
    last = step.after.turns[-1]
    return step.after.challenges == step.before.challenges and last.verdict is Verdict.NONE


def _nothing_earned(step: Step) -> bool:
    if step.committed or (step.read.act is Act.QUESTION and not step.read.abstained):
        return True
    return step.after.credits == step.before.credits and step.after.challenges == step.before.challenges


def _dropped_by_argument(step: Step) -> bool:
    denied, asserted = set(step.read.denied()), set(step.read.asserted())
    for (stage, idea), after in step.after.challenges.items():
        before = step.before.challenges.get((stage, idea))
        if after.dropped is None or (before is not None and before.dropped is not None):
            continue
        right = {i for group in step.before.key.groups(stage) for i in group}
        replaced = asserted & right and step.after.observed_since(after.turn)
        if idea not in denied and not replaced:
            return False
    return True


def _one_rung(step: Step) -> bool:
    before, after = step.before.ladder, step.after.ladder
    climbed = [rung - before.get(slot, 0) for slot, rung in after.items() if rung != before.get(slot, 0)]
    return set(before) <= set(after) and (not climbed or (climbed == [1] and step.read.act in ASKS_FOR_HELP))


def _sealed(step: Step) -> bool:
    heard = {c.idea for t in step.after.turns if t.assessment for c in t.assessment.claims}
    told = {idea for (_, idea), rung in step.after.ladder.items() if rung == len(LADDER)}
    move = step.move
    if move.kind in LADDER and move.reason in (Reason.PLAIN, Reason.SAY_IT_BACK):
        return True  # its words are the hints of the idea, never its name
    own_reading = move.candidates if move.kind is MoveKind.CLARIFY else ()
    named = {move.target, *move.acknowledged, *move.candidates} - {None, *own_reading}
    return named <= heard | told


def _ends_when_said(step: Step) -> bool:
    stages = step.before.key.stages
    here = stages.index(step.before.stage)
    past = stages[here : None if step.after.finished else stages.index(step.after.stage)]
    return step.move.reason is Reason.OUT_OF_TIME or all(step.after.stage_done(s) for s in past)


def _ends_by_a_move(step: Step) -> bool:
    moved = step.after.stage != step.before.stage or step.after.finished
    return moved == (step.move.kind in ENDS)


def _wrong_first(step: Step) -> bool:
    if not step.committed or not step.wrong() or step.move.reason is Reason.OUT_OF_TIME:
        return True
    return step.move.kind is MoveKind.PUSH_BACK and step.move.target in step.wrong()


def _right_part_kept(step: Step) -> bool:
    if step.move.kind is not MoveKind.PUSH_BACK:
        return True
    key, stage = step.before.key, step.before.stage
    placed = {i: key.place(i, stage) for i in step.read.asserted()}
    right = {i for i, p in placed.items() if p is not None and p.role is Role.EXPECTATION}
    return set(step.move.acknowledged) == right


def _escalates(step: Step) -> bool:
    if step.move.kind is not MoveKind.PUSH_BACK or step.move.target is None:
        return True
    before = step.before.challenge(step.move.target)
    return step.move.level == (before.times if before else 0)


def _in_the_tables(step: Step) -> bool:
    rules = UNSURE if step.read.abstained else RULES[step.read.act]
    return step.move.kind in {kind for rule in rules for kind in rule.gives}


def _questions_are_answered(step: Step) -> bool:
    """Whatever the stage: what is there is shown, and what is due later is not given away."""
    kind, _, name = (step.read.asks or "").partition(":")
    if step.read.act is not Act.QUESTION or step.read.abstained or kind != "exhibit":
        return True
    if name not in step.before.key.scenario.exhibits:
        return True
    return (step.move.kind is MoveKind.SHOW_EXHIBIT) == step.before.available(name)


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("What is credited is never taken back.", _never_taken_back),
    Invariant("Credit goes only to ideas that the learner puts forward in that message.", _own_words),
    Invariant("Only an attempt can be wrong; a question is none.", _only_attempts_are_wrong),
    Invariant(
        "Pressure, chat, nods, hints, disputes, lists of everything, either-ors, copies of what was told and "
        "messages that were not understood earn nothing and drop nothing.",
        _nothing_earned,
    ),
    Invariant(
        "A misconception is dropped only when it is denied, or when a right idea of its stage takes its "
        "place and the learner has said, since the challenge, what the evidence shows.",
        _dropped_by_argument,
    ),
    Invariant("The ladder of hints climbs one rung at a time, and only when help is asked for.", _one_rung),
    Invariant("No move names an idea that neither the learner nor the ladder has said.", _sealed),
    Invariant(
        "No stage ends before all it expects is said and no misconception is open, unless its hours "
        "are used up.",
        _ends_when_said,
    ),
    Invariant("A stage ends by an advance or the debrief, and by nothing else.", _ends_by_a_move),
    Invariant("What is wrong is pushed back first, whatever is right beside it.", _wrong_first),
    Invariant("A pushback acknowledges every right idea of the same message.", _right_part_kept),
    Invariant("The same claim again is pushed back harder each time.", _escalates),
    Invariant("An exhibit asked for is shown, unless its stage has not come.", _questions_are_answered),
    Invariant("Every move is one that the tables below can give.", _in_the_tables),
)


def broken(step: Step) -> Iterator[str]:
    """The invariants that a turn breaks."""
    yield from (row.says for row in INVARIANTS if not row.holds(step))
