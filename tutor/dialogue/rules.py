"""The rules of the policy: each sees the message that awaits a reply and gives a move, or passes. Pure."""

from __future__ import annotations

from tutor.dialogue.asides import Aside, aside
from tutor.dialogue.model import Assessment, Move, MoveKind, Reason, Role
from tutor.dialogue.rule import LADDER, exhibit_of, held, held_firm, rule
from tutor.dialogue.session import Session

# ---------------------------------------------------------------- rules for single acts


@rule("the assessor is not sure what was meant", MoveKind.CLARIFY)
def clarify(session: Session, assessment: Assessment) -> Move:
    """Beside an idea in dispute nothing else is offered: what is not clear is whether it still stands."""
    offered, turn = assessment.candidates[:2], session.awaiting
    disputed = [i for i in offered[:1] if i in session.open_challenges() or i == held(session)]
    if disputed:
        exhibit = exhibit_of(session, disputed[0])
        return Move(kind=MoveKind.CLARIFY, reason=Reason.HELD, target=disputed[0], exhibit=exhibit)
    before = session.turns[-2].move if len(session.turns) > 1 else None
    chose = before is None or before.kind is not MoveKind.CLARIFY or before.candidates != offered
    nods = turn is not None and aside(turn.text) is Aside.NOD
    reason = Reason.WHICH if nods and not chose and len(offered) == 2 else Reason.PLAIN
    return Move(kind=MoveKind.CLARIFY, reason=reason, candidates=offered)


@rule("always", MoveKind.HOLD_FIRM)
def hold_firm(session: Session, assessment: Assessment) -> Move:
    return held_firm(session, Reason.PLAIN)


@rule("an experiment is put forward, and nothing is said of it", MoveKind.PUMP)
def tried(session: Session, assessment: Assessment) -> Move | None:
    turn = session.awaiting
    put = turn is not None and any(e.summary in turn.text for e in session.experiments)
    return Move(kind=MoveKind.PUMP, reason=Reason.TRIED) if put else None


@rule("always", MoveKind.HOLD_FIRM)
def restate(session: Session, assessment: Assessment) -> Move:
    """Says again what the disputed reply was about, and what evidence would change it."""
    disputed = [t.move for t in session.turns if t.disputed is not None and t.move is not None]
    target = disputed[-1].target if disputed else None
    exhibit = disputed[-1].exhibit if disputed else None
    level = len(disputed) - 1
    return Move(kind=MoveKind.HOLD_FIRM, reason=Reason.DISPUTED, target=target, exhibit=exhibit, level=level)


@rule("always", MoveKind.REDIRECT)
def off_topic(session: Session, assessment: Assessment) -> Move:
    return Move(kind=MoveKind.REDIRECT, reason=Reason.OFF_TOPIC)


@rule("always", MoveKind.PUMP)
def vague(session: Session, assessment: Assessment) -> Move:
    return Move(kind=MoveKind.PUMP, reason=Reason.VAGUE)


@rule(
    "always",
    MoveKind.PUMP,
    MoveKind.HINT,
    MoveKind.PROMPT,
    MoveKind.ASSERTION,
    MoveKind.PROBE,
    MoveKind.ADVANCE,
    MoveKind.DEBRIEF,
)
def next_hint(session: Session, assessment: Assessment) -> Move:
    """One step up the ladder of the first expectation that is still open."""
    groups = session.open_groups()
    if session.stage_done():
        return done.choose(session, assessment) or Move(kind=MoveKind.PUMP, reason=Reason.UNREAD)
    if not groups:
        return still_open.choose(session, assessment) or Move(kind=MoveKind.PUMP, reason=Reason.UNREAD)
    unproven = session.unproven()
    if unproven:
        return _probe_evidence(session, unproven[0])
    target = groups[0][0]
    step = session.ladder.get(session.slot(target), 0)
    if step >= len(LADDER):
        return Move(kind=MoveKind.PROMPT, reason=Reason.SAY_IT_BACK, target=target)
    return Move(kind=LADDER[step], target=target, level=step, exhibit=exhibit_of(session, target))


# ---------------------------------------------------------------- rules for contributions


@rule(
    "so many ideas are named that the message commits to none, or a right one *or* a wrong one",
    MoveKind.PROBE,
)
def commit(session: Session, assessment: Assessment) -> Move | None:
    turn = session.awaiting
    if session.is_shotgun(assessment):
        return Move(kind=MoveKind.PROBE, reason=Reason.SHOTGUN, candidates=assessment.asserted())
    if turn is not None and session.is_either_or(assessment, turn.text):
        return Move(kind=MoveKind.PROBE, reason=Reason.EITHER_OR, candidates=assessment.asserted())
    return None


@rule("the hours of the case are used up", MoveKind.ADVANCE, MoveKind.DEBRIEF)
def out_of_time(session: Session, assessment: Assessment) -> Move | None:
    """The stage ends as it stands; its consequences are the author's."""
    if not session.out_of_time() or session.stage_done():
        return None
    stage = session.next_stage()
    kind = MoveKind.DEBRIEF if stage is None else MoveKind.ADVANCE
    return Move(kind=kind, reason=Reason.OUT_OF_TIME, stage=stage)


@rule("a misconception is put forward (this stage's first)", MoveKind.PUSH_BACK)
def push_back(session: Session, assessment: Assessment) -> Move | None:
    """The wrong idea of this stage first, then one of another; what is right beside it is acknowledged."""
    asserted = assessment.asserted()
    wrong = [i for i in asserted if _role(session, i) is Role.MISCONCEPTION]
    if not wrong:
        return None
    target = min(wrong, key=lambda i: session.key.role(i, session.stage) is not Role.MISCONCEPTION)
    times = session.challenges[session.slot(target)].times
    right = tuple(i for i in asserted if _role(session, i) is Role.EXPECTATION)
    reason = Reason.INSISTED if times > 1 else Reason.ACKNOWLEDGED if right else _timing(session, target)
    return Move(
        kind=MoveKind.PUSH_BACK,
        reason=reason,
        target=target,
        exhibit=exhibit_of(session, target),
        level=times - 1,
        acknowledged=right,
    )


@rule("all the stage expects is said, and no misconception is open", MoveKind.ADVANCE, MoveKind.DEBRIEF)
def done(session: Session, assessment: Assessment) -> Move | None:
    """The stage is done: on to the next that is not, or to the debrief."""
    if not session.stage_done():
        return None
    here = [i for i in assessment.asserted() if session.key.role(i, session.stage) is Role.EXPECTATION]
    right = here or [i for group in session.key.groups(session.stage) for i in group if session.holds(i)][-1:]
    stage = session.next_stage()
    target, exhibit = right[0], exhibit_of(session, right[0])
    if stage is None:
        return Move(kind=MoveKind.DEBRIEF, target=target, exhibit=exhibit, acknowledged=tuple(right))
    waiting = session.unproven(stage)
    return Move(
        kind=MoveKind.ADVANCE,
        reason=Reason.EVIDENCE if waiting else Reason.PLAIN,
        target=target,
        exhibit=exhibit,
        stage=stage,
        acknowledged=tuple(right),
        candidates=waiting[:1],
    )


@rule("an expectation of the stage is crossed off", MoveKind.PROBE)
def ruled_out(session: Session, assessment: Assessment) -> Move | None:
    """Crossing off what is in fact expected here needs evidence."""
    for idea in assessment.denied():
        if session.key.role(idea, session.stage) is Role.EXPECTATION and idea not in session.said():
            exhibit = exhibit_of(session, idea)
            return Move(kind=MoveKind.PROBE, reason=Reason.RULED_OUT, target=idea, exhibit=exhibit)
    return None


@rule("something the stage expects is said for the first time", MoveKind.CONFIRM, MoveKind.PROBE)
def confirm(session: Session, assessment: Assessment) -> Move | None:
    """Something right and new for this stage, and more to come."""
    turn = session.awaiting
    number = turn.number if turn else 0
    here = [
        i
        for i in assessment.asserted()
        if session.key.role(i, session.stage) is Role.EXPECTATION and _credited_in(session, i) == number
    ]
    if not here:
        return None
    held = session.open_challenges()
    if held and not session.open_groups():
        return _probe_open(session, held[0], tuple(here))
    exhibit = exhibit_of(session, here[0])
    return Move(kind=MoveKind.CONFIRM, target=here[0], exhibit=exhibit, acknowledged=tuple(here))


@rule("all is said, but a misconception was never dropped", MoveKind.PROBE)
def still_open(session: Session, assessment: Assessment) -> Move | None:
    """All is said, but a misconception was never dropped."""
    held = session.open_challenges()
    if not held or session.open_groups():
        return None
    return _probe_open(session, held[0])


@rule("a right idea was said early and nothing was shown for it", MoveKind.PROBE)
def show_evidence(session: Session, assessment: Assessment) -> Move | None:
    """What was said early, and now shown by nothing: ask for the evidence."""
    unproven = session.unproven()
    return _probe_evidence(session, unproven[0]) if unproven else None


@rule("a plausible idea is put forward", MoveKind.PROBE)
def probe_plausible(session: Session, assessment: Assessment) -> Move | None:
    for idea in assessment.asserted():
        if _role(session, idea) is Role.PLAUSIBLE:
            return Move(
                kind=MoveKind.PROBE,
                reason=_timing(session, idea),
                target=idea,
                exhibit=exhibit_of(session, idea),
                level=session.probed.get(session.slot(idea), 0),
            )
    return None


@rule("a right idea of a later stage is put forward", MoveKind.PUMP)
def banked(session: Session, assessment: Assessment) -> Move | None:
    for idea in assessment.asserted():
        placed = session.key.place(idea, session.stage)
        if placed and placed.role is Role.EXPECTATION and session.key.is_later(placed.stage, session.stage):
            return Move(kind=MoveKind.PUMP, reason=Reason.BANKED, target=idea)
    return None


@rule("something is crossed off", MoveKind.PUMP)
def dropped(session: Session, assessment: Assessment) -> Move | None:
    """The learner crossed something off."""
    turn = session.awaiting
    for idea in assessment.denied():
        challenge = session.challenge(idea)
        if challenge is not None and turn is not None and challenge.dropped == turn.number:
            return Move(kind=MoveKind.PUMP, reason=Reason.DROPPED, target=idea)
    denied = assessment.denied()
    return Move(kind=MoveKind.PUMP, reason=Reason.DENIED, target=denied[0]) if denied else None


@rule("what is said was said before, fits a closed stage, or is a fitting observation", MoveKind.PUMP)
def known(session: Session, assessment: Assessment) -> Move | None:
    turn = session.awaiting
    for idea in assessment.asserted():
        credited = _credited_in(session, idea)
        if credited is not None:
            fresh = turn is not None and credited == turn.number and _timing(session, idea) is Reason.LATE
            return Move(kind=MoveKind.PUMP, reason=Reason.LATE if fresh else Reason.KNOWN, target=idea)
        if session.key.is_evidence(idea):
            return Move(kind=MoveKind.PUMP, reason=Reason.FITS, target=idea)
    return None


@rule("the idea has no bearing on this stage", MoveKind.REDIRECT)
def beside(session: Session, assessment: Assessment) -> Move | None:
    asserted = assessment.asserted()
    return Move(kind=MoveKind.REDIRECT, reason=Reason.BESIDE, target=asserted[0]) if asserted else None


@rule("no idea was recognised", MoveKind.PUMP)
def unread(session: Session, assessment: Assessment) -> Move:
    return Move(kind=MoveKind.PUMP, reason=Reason.UNREAD)


# ---------------------------------------------------------------- shared


def _role(session: Session, idea: str) -> Role | None:
    placed = session.key.place(idea, session.stage)
    return placed.role if placed else None


def _timing(session: Session, idea: str) -> Reason:
    """Whether an idea belongs to a stage to come, or to one that is closed."""
    placed = session.key.place(idea, session.stage)
    if placed is None or placed.stage == session.stage:
        return Reason.PLAIN
    return Reason.EARLY if session.key.is_later(placed.stage, session.stage) else Reason.LATE


def _credited_in(session: Session, idea: str) -> int | None:
    credit = session.credit(idea)
    return credit.turn if credit else None


def _probe_open(session: Session, idea: str, acknowledged: tuple[str, ...] = ()) -> Move:
    return Move(
        kind=MoveKind.PROBE,
        reason=Reason.STILL_OPEN,
        target=idea,
        exhibit=exhibit_of(session, idea),
        level=session.probed.get(session.slot(idea), 0),
        acknowledged=acknowledged,
    )


def _probe_evidence(session: Session, idea: str) -> Move:
    level = session.probed.get(session.slot(idea), 0)
    return Move(kind=MoveKind.PROBE, reason=Reason.EVIDENCE, target=idea, level=level)
