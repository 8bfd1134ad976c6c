"""A robot learner: plays each variant many times, in the file's own phrasings, and notes what came up.

It says right, wrong and plausible things, rejects what was challenged, asks for facts, exhibits and hints, by
lot from one seed. Some plays hurry to the end, others try whatever has not come up yet. The real reader and
the real policy answer. What no play ever reaches, hardly a learner will.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tutor.authoring.content_tests import Hearing, hear, reply
from tutor.consultant.reader import asked_in
from tutor.dialogue.events import Experimented
from tutor.dialogue.key import Key
from tutor.dialogue.model import Assessment, Move, MoveKind, Reason, Verdict
from tutor.dialogue.session import Session, advance, start
from tutor.scenario.library import common_phrasings
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source
from tutor.scenario.report import Report, texts
from tutor.scenario.yaml_reader import PathKey

MAX_TURNS = 150
TRIES = 12  # how often a line is hoped for before it is given up
_ALWAYS = {"brief", "cause", "debrief", "signature"}  # shown in every session, whatever is said
_RUNGS = {MoveKind.PUMP: 0, MoveKind.HINT: 1, MoveKind.PROMPT: 2}


@dataclass
class Log:
    """What came up in all plays: lines of the file, finished stages, and how the phrasings were taken."""

    reached: set[PathKey] = field(default_factory=set)
    finished: Counter[tuple[str, str]] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    understood: Counter[str] = field(default_factory=Counter)
    tried: Counter[PathKey] = field(default_factory=Counter)
    plays: int = 0
    turns: int = 0


class Remembering:
    """A reader that reads the same message in the same place only once."""

    def __init__(self, reader: Hearing) -> None:
        self._reader = reader
        self._known: dict[tuple[str, str, object], Assessment] = {}

    def read(self, text: str, session: Session) -> Assessment:
        place = (text, session.stage, asked_in(session))
        if place not in self._known:
            self._known[place] = self._reader.read(text, session)
        return self._known[place]


PLAIN = 4
"""Of the ways to drop an idea the robot takes one of so many, the shortest: whether rhetoric is read as
meant is for the tests of the reader."""
PATIENCE = 4


@dataclass(frozen=True)
class Line:
    """Something the robot may say: words to choose from, the line it hopes to hear, the idea it means."""

    words: Sequence[str]
    hopes: PathKey | None = None
    idea: str | None = None


def play_all(source: Source, reader: Hearing, *, plays: int, seed: int) -> Log:
    """Plays each variant `plays` times, and on, within patience, while a stage of it was never finished: a
    few plays may all waste their hours. The same seed gives the same plays."""
    log, remembering = Log(), Remembering(reader)
    for number, variant in enumerate(source.scenario.variants):
        key = Key(source.scenario, variant)
        for play in range(plays * PATIENCE):
            if play >= plays and all(log.finished[variant, stage] for stage in key.stages):
                break
            chance = random.Random(f"{seed} {number} {play}")  # noqa: S311
            Robot(source, remembering, key, chance, log).play()
    return log


class Robot:
    """One play of one variant."""

    def __init__(self, source: Source, reader: Hearing, key: Key, chance: random.Random, log: Log) -> None:
        self.source, self.reader, self.key, self.chance, self.log = source, reader, key, chance, log
        self.curious = chance.random() < 0.6  # whether it lingers for what has not come up yet
        self.spends = chance.random() < 0.3  # whether it wastes the hours of a clock
        self.session = start(key, seed=0)

    def play(self) -> None:
        self.log.plays += 1
        self._note(("stages", self.session.stage, "ask"))
        while not self.session.finished and len(self.session.turns) < MAX_TURNS:
            self._experiment()
            self._turn(self._choose())

    def _experiment(self) -> None:
        """Against a clock, some plays spend their hours in the lab."""
        scenario = self.source.scenario
        costly = [name for name, lever in scenario.levers.items() if lever.hours]
        if scenario.clock is None or self.session.stage not in scenario.clock.runs_in:
            return
        while costly and self.spends and self.chance.random() < 0.7:
            name = self.chance.choice(costly)
            lever = scenario.levers[name]
            changes = {name: self.chance.choice(lever.values)}
            run = Experimented(changes=changes, summary="", hours=lever.hours)
            self.session = advance(self.session, run)

    def _choose(self) -> Line:
        right = list(self._right())
        lines = [*right, *self._other()]
        new = [line for line in lines if self._is_open(line.hopes)]
        if self.curious and new and self.chance.random() < 0.85:
            return self.chance.choice(new)
        return self.chance.choice(right if right and self.chance.random() < 0.5 else lines)

    def _is_open(self, hopes: PathKey | None) -> bool:
        """Whether a line of the file is still to be heard, and not given up."""
        return (
            hopes in self.source.document.values
            and hopes not in self.log.reached
            and self.log.tried[hopes] < TRIES
        )

    def _turn(self, line: Line) -> None:
        before = self.session.stage
        words = self.chance.choice(line.words)
        session, read, move = hear(self.reader, self.session, words)
        self.log.turns += 1
        if line.hopes is not None:
            self.log.tried[line.hopes] += 1
        if line.idea is not None:
            self.log.said[line.idea] += 1
            self.log.understood[line.idea] += line.idea in read.asserted()
        for loc in self._lines_of(move, session.turns[-1].verdict):
            self._note(loc)
        self.session = reply(session, move)
        ended = move.kind in (MoveKind.ADVANCE, MoveKind.DEBRIEF) and move.reason is not Reason.OUT_OF_TIME
        if ended:
            self.log.finished[self.key.variant, before] += 1
        if move.stage is not None:
            self._note(("stages", move.stage, "ask"))

    def _note(self, loc: PathKey) -> None:
        self.log.reached.add(loc)

    # ------------------------------------------------------------ what may be said

    def _right(self) -> Iterator[Line]:
        for group in self.session.open_groups():
            for idea in group:
                yield Line(self._phrasings(idea), self._loc(idea, "confirms", "because"), idea)
        for idea in self.session.open_challenges():
            denials = [s.text for s in self.source.phrasings.stances if s.denies == (idea,) and not s.asserts]
            if denials:
                yield Line(sorted(denials, key=len)[:PLAIN])
        if not self.session.open_groups():  # only what is challenged is left: say a right thing again
            for group in self.key.groups(self.session.stage):
                yield Line(self._phrasings(group[0]), None, group[0])

    def _other(self) -> Iterator[Line]:
        roles = self.key.roles(self.session.stage)
        for idea in roles.wrong:
            again = "again" if self._loc(idea, "wrong", "because") in self.log.reached else "because"
            yield Line(self._phrasings(idea), self._loc(idea, "wrong", again), idea)
        for idea in roles.plausible:
            yield Line(self._phrasings(idea), self._loc(idea, "plausible", "ask"), idea)
        for name, fact in self.source.scenario.facts.items():
            yield Line(fact.asked_by, ("facts", name, "answer"))
        for name, exhibit in self.source.scenario.exhibits.items():
            if exhibit.asked_by:
                yield Line(exhibit.asked_by, ("exhibits", name, "say"))
        groups = self.session.open_groups()
        hopes: PathKey | None = ("ideas", groups[0][0], "assertion") if groups else None
        for _ in range(3):  # a ladder has four rungs, and they come up one at a time
            yield Line(common_phrasings().acts["hint_request"], hopes)

    def _phrasings(self, idea: str) -> Sequence[str]:
        known = self.source.scenario.ideas[idea]
        return (*known.phrasings, *self.source.phrasings.phrasings.get(idea, ())) or (known.means,)

    # ------------------------------------------------------------ which line of the file a move speaks

    def _lines_of(self, move: Move, verdict: Verdict) -> Iterator[PathKey]:
        target = move.target
        if move.fact is not None:
            yield ("facts", move.fact, "answer")
        if move.kind is MoveKind.SHOW_EXHIBIT and move.exhibit is not None:
            yield ("exhibits", move.exhibit, "say")
        if move.reason is Reason.OUT_OF_TIME:
            yield ("clock", "out_of_time")
        if target is None:
            return
        if move.kind is MoveKind.PUSH_BACK:
            yield self._loc(target, "wrong", "error")
            yield self._loc(target, "wrong", "again" if move.level else "because")
        elif move.kind is MoveKind.PROBE:
            yield self._loc(target, "plausible", "ask")
        elif move.kind in (MoveKind.CONFIRM, MoveKind.ADVANCE, MoveKind.DEBRIEF):
            yield self._loc(target, "confirms", "because")
        elif move.reason is Reason.PLAIN and move.kind in _RUNGS:
            yield ("ideas", target, "hints", _RUNGS[move.kind])
        elif move.kind is MoveKind.ASSERTION:
            yield ("ideas", target, "assertion")

    def _loc(self, idea: str, part: str, key: str) -> PathKey:
        placed = self.key.place(idea, self.session.stage)
        stage = placed.stage if placed else self.session.stage
        if stage in self.source.scenario.variants[self.key.variant].stages:
            return ("variants", self.key.variant, "stages", stage, part, idea, key)
        return ("stages", stage, "roles", part, idea, key)


def findings(source: Source, log: Log) -> Iterator[Problem]:
    """Stages that no play finished (errors), and lines of the file that no play reached (warnings)."""
    report, scenario = Report(source), source.scenario
    for variant, played in scenario.variants.items():
        for stage in scenario.stages:
            if not log.finished[variant, stage]:
                own: PathKey = ("variants", variant, "stages", stage)
                message = f"none of {log.plays} plays finished the stage {stage!r} of {variant}"
                place = own if stage in played.stages else ("stages", stage)
                yield report.error(place, message, key=True)
    silent = [
        loc
        for loc, _, _ in texts(scenario)
        if loc in source.document.values
        and loc not in log.reached
        and not _ALWAYS.intersection(map(str, loc))
    ]
    climbed = {loc[1] for loc in log.reached if loc[0] == "ideas"}
    for name in dict.fromkeys(loc[1] for loc in silent if loc[0] == "ideas" and loc[1] not in climbed):
        message = (
            f"nobody is led up the hints of {name!r}: only the first of several alternatives is hinted at"
        )
        yield report.warning(("ideas", name, "hints"), message, key=True)
    for loc in silent:
        if loc[0] != "ideas" or loc[1] in climbed:
            where = " of ".join(str(part) for part in reversed(loc[-2:]) if not isinstance(part, int))
            yield report.warning(loc, f"no play reached this line ({where})")
