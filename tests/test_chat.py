"""`tutor chat` as a learner, a pipe or a screen reader uses it: the real program, from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CASES
from tutor.consultant.reader import load_reader
from tutor.dialogue.events import Said
from tutor.dialogue.key import Key
from tutor.dialogue.session import at_stage, replay
from tutor.scenario.library import Library, find
from tutor.scenario.reading import Source
from tutor.store.database import Store

SCENARIOS = Path(__file__).parents[1] / "scenarios"
LIBRARY: Library = find([SCENARIOS])


def tutor(*arguments: str, lines: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        input="".join(f"{line}\n" for line in lines or []),
        capture_output=True,
        text=True,
        timeout=120,
    )


def events(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert "Traceback" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def right_answers(source: Source, variant: str) -> Iterator[str]:
    """One message for everything the variant expects: the first of the scenario's own phrasings that is read
    as meant. How many are is measured elsewhere; here the way to the debrief is."""
    key = Key(source.scenario, variant)
    reader = load_reader(source, Path(os.environ["TUTOR_CACHE_DIR"]) / "assessor")
    for stage in key.stages:
        session = at_stage(key, stage)
        for idea in (group[0] for group in key.groups(stage)):
            sayings = source.phrasings.phrasings[idea][:5]
            yield next(text for text in sayings if reader.read(text, session).asserted() == (idea,))


CASES_AND_VARIANTS = [
    (name, variant) for name, s in LIBRARY.sources.items() for variant in s.scenario.variants
]


@pytest.mark.parametrize(("scenario", "variant"), CASES_AND_VARIANTS)
def test_every_variant_plays_to_its_debrief(scenario: str, variant: str) -> None:
    lines = list(right_answers(LIBRARY.get(scenario), variant))
    told = events(tutor("chat", scenario, "--variant", variant, "--json", lines=lines))
    kinds = [e["event"] for e in told]
    assert kinds[0] == "case"
    assert "progress" in kinds
    assert kinds[-1] == "debrief", [
        (e["kind"], e["reason"], e["target"]) for e in told if e["event"] == "move"
    ]
    assert told[-1]["variant"] == variant
    assert "Missed" not in told[-1]["text"]


def test_the_same_seed_gives_the_same_session() -> None:
    lines = ["What is the learning rate?", "It is overfitting.", "I want a hint", "/end"]

    def play() -> str:
        done = tutor("chat", "fraud_training", "--variant", "frozen_loss", "--seed", "1", lines=lines)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert play() == play()


def test_plain_text_draws_no_boxes_and_shows_every_exhibit_as_a_table() -> None:
    lines = [
        "/evidence",
        *(f"/evidence {e}" for e in LIBRARY.get("fraud_training").scenario.exhibits),
        "/quit",
    ]
    done = tutor("chat", "fraud_training", "--variant", "accuracy_trap", lines=lines)
    assert done.returncode == 0
    assert not set("─│┌┐└┘├┤┬┴┼━┃█▀▄\x1b") & set(done.stdout)
    assert "go on with: tutor chat --resume" in done.stdout.lower()


def test_leaving_and_coming_back() -> None:
    first = events(tutor("chat", "fraud_training", "--json", lines=["It is overfitting."]))
    identity = first[0]["session"]
    assert first[-1] == {**first[-1], "event": "left", "session": identity}
    for name in (identity, "last"):
        told = events(tutor("chat", "--resume", name, "--json", lines=["/quit"]))
        assert told[0]["session"] == identity
        assert [e["text"] for e in told if e["event"] == "said"] == ["You: It is overfitting."]
        assert [e["turn"] for e in told if e["event"] == "reply"] == [1]


def test_who_comes_back_gets_a_recap_and_the_rest_for_the_asking() -> None:
    saying = [
        *("It is overfitting.", "What is the learning rate?"),
        *("Neither loss moves at all.", "Perhaps the labels are scrambled."),
    ]
    first = tutor("chat", "fraud_training", "--variant", "frozen_loss", "--seed", "1", lines=saying)
    back = tutor("chat", "--resume", "last", lines=["/quit"])
    shown = " ".join(back.stdout.split())
    assert "So far: stage 2 of 4" in shown
    assert re.search(r"Established, in your words: - “Neither loss moves at all\.?” \(message 3\)", shown)
    assert re.search(r"Challenged, and not settled: - “[^”]*overfitting\.?” \(message 1\)", shown)
    assert "Found out: - the learning rate: " in shown
    assert "On the table: curves" in shown
    assert re.search(r"All that was said: tutor chat --resume [0-9a-f]{12} --all", shown)
    assert [line for line in back.stdout.splitlines() if line.startswith("You: ")] == [f"You: {saying[-1]}"]
    assert "Exhibit curves" not in back.stdout
    assert "scrambled_labels" not in shown.replace("Perhaps", "")
    assert first.stdout.count("\n") > 2 * back.stdout.count("\n")
    whole = tutor("chat", "--resume", "last", "--all", lines=["/quit"]).stdout
    assert [line for line in whole.splitlines() if line.startswith("You: ")] == [f"You: {s}" for s in saying]
    assert "Exhibit curves" in whole
    assert "So far" not in whole


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["chat"], 2, "SCENARIO"),
        (["chat", "fraud_trainin"], 1, "did you mean 'fraud_training'"),
        (["chat", "fraud_training", "--variant", "frozen_los"], 1, "did you mean 'frozen_loss'"),
        (["chat", "fraud_training", "--seed", "-1"], 2, "--seed"),
        (["chat", "--resume", "nosuchsession"], 1, "no session"),
        (["chat", "--resume", "last"], 1, "no session to go on with"),
        (["chat", "--resume", "x", "--seed", "1"], 2, "as it was"),
        (["chat", "fraud_training", "--all"], 2, "belongs to --resume"),
        (["assess", "/nowhere/file"], 2, "No such file"),
        (["lst"], 2, "Did you mean 'list'"),
        (["seeds", "fraud_training", "--variant", "x"], 1, "no variant"),
    ],
)
def test_mistakes_end_in_one_line_and_the_right_code(arguments: list[str], code: int, said: str) -> None:
    done = tutor(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_commands_in_the_chat() -> None:
    lines = [
        *("/help", "/nonsense", "/unfair", "/sure 200", "/sure 80", "It is overfitting."),
        *("/unfair too harsh", "/hint", "/evidence nothing", "/brief", "", "/sure 60"),
        *("Neither loss moves at all.", "/end"),
    ]
    done = tutor("chat", "fraud_training", "--variant", "frozen_loss", lines=lines)
    assert done.returncode == 0
    for part in ("no command /nonsense", "no reply to mark", "from 0 to 100", "no exhibit 'nothing'"):
        assert part in done.stderr
    for part in ("80% sure", "Noted for the instructor", "Debrief", "Brier score"):
        assert part in done.stdout


KILLED = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from tutor.cli.wiring import open_desk
    from tutor.consultant.voice import OfflineVoice
    from tutor.conversation import Words
    from tutor.engine.records import Finished
    from tutor.scenario.library import find

    class Slow(OfflineVoice):
        async def speak(self, move, context):
            async for piece in super().speak(move, context):
                yield piece
                await asyncio.sleep(0.05)

    async def main():
        desk = open_desk(library=find([Path(sys.argv[1])]))
        desk._voice = lambda source: Slow()
        case = desk.take("tiny", seed=1)
        async for message in desk.evidence(case):
            run = message
        talk = await desk.sit_down(case, run.run)
        print(case.identity, flush=True)
        async for update in talk.say("The loss does not move."):
            if isinstance(update, Words):
                print("words", flush=True)

    asyncio.run(main())
""")


def test_kill_9_in_the_middle_of_a_reply_loses_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(CASES)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert child.stdout is not None
    identity = child.stdout.readline().strip()
    for _ in range(3):
        assert child.stdout.readline() == "words\n"
    os.kill(child.pid, signal.SIGKILL)
    child.stdout.close()
    child.wait()
    store = Store(Path(os.environ["TUTOR_DATA_DIR"]) / "sessions.db")
    kept = store.events(identity)
    store.close()
    assert Said(turn=1, text="The loss does not move.") in kept
    source = find([CASES]).get("tiny")
    session = replay(Key(source.scenario, "exploding"), kept)
    assert session.awaiting is not None, "it was killed before the reply was whole"


def test_assess_answers_in_order_and_names_bad_lines(tmp_path: Path) -> None:
    good = {"scenario": "fraud_training", "variant": "exploding_loss", "stage": "diagnose"}
    rows = [
        {"id": "a", **good, "answer": "The learning rate is too high."},
        {"id": "b", **good, "answer": "It is overfitting."},
        {"id": "c", **good, "variant": "nope", "answer": "x"},
        {"id": "d", **good, "answer": ""},
        {"id": "e", **good},
    ]
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join([*map(json.dumps, rows), "not json", "[]"]) + "\n", encoding="utf-8")
    done = tutor("assess", str(file))
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [r["id"] for r in read] == ["a", "b", "c", "d", "e", None, None]
    assert [("error" in r) for r in read] == [False, False, True, False, True, True, True]
    assert (read[0]["verdict"], read[0]["claims"][0]["idea"]) == ("correct", "lr_too_high")
    assert (read[1]["verdict"], read[1]["move"]) == ("wrong", {"kind": "push_back", "target": "overfitting"})
    assert read[3]["verdict"] == "none"
    assert done.stderr.startswith("Error: 4 of 7 lines")


def test_bytes_that_are_no_text_lose_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tutor", "chat", "fraud_training"],
        input=b"\xff\xfe the loss \xc3\n/b\xffd\n/quit\n",
        capture_output=True,
        timeout=120,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"},
    )
    told = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert b"unforeseen" not in done.stderr
    assert "Go on with: tutor chat --resume" in told


def test_many_answers_are_shared_out_and_come_back_in_order(tmp_path: Path) -> None:
    good = {"scenario": "fraud_training", "variant": "exploding_loss", "stage": "diagnose"}
    said = ("The learning rate is too high.", "It is overfitting.", "how many rows are there?")
    rows = [{"id": n, **good, "answer": said[n % 3]} for n in range(600)]
    rows[300] = {"id": 300, **good, "stage": "nope", "answer": "x"}
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = tutor("assess", str(file))
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["id"] for r in read] == list(range(600))
    assert "no stage 'nope'" in read[300]["error"]
    verdicts = [r.get("verdict") for r in read if r["id"] != 300]
    assert verdicts == [("correct", "wrong", "none")[n % 3] for n in range(600) if n != 300]
    assert done.stderr.startswith("Error: 1 of 600 lines")


def test_doctor_finds_everything_in_order() -> None:
    done = tutor("doctor", "--json")
    found = {row["part"]: row["state"] for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout
    assert found["terminal"] == "limited", "there is no terminal here"
    assert all(found[part] == "fine" for part in ("cases", "store", "engine", "consultant")), done.stdout


def test_the_lab_compares_in_every_form(tmp_path: Path) -> None:
    base = ("lab", "fraud_training", "--variant", "exploding_loss", "--set", "learning_rate=0.3")
    text = tutor(*base)
    assert "Learning rate 3 → 0.3" in text.stdout
    told = json.loads(tutor(*base, "--json").stdout)
    assert told["experiment"]["facts"]["config"]["learning_rate"] == 0.3
    assert told["baseline"]["facts"]["config"]["learning_rate"] == 3.0
    assert told["comparison"]["sentence"] in text.stdout
    rows = tutor(*base, "--csv").stdout.splitlines()
    assert rows[0] == "run,series,step,loss"
    assert {row.split(",")[0] for row in rows[1:]} == {"baseline", "experiment"}
    for suffix, start in ((".svg", b"<?xml"), (".png", b"\x89PNG")):
        path = tmp_path / f"curve{suffix}"
        assert tutor(*base, "--plot", str(path)).returncode == 0
        assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("learning_rte=1", "did you mean 'learning_rate'?"),
        ("learning_rate=nan", "learning_rate: 'nan' is not allowed; allowed: 1e-07"),
        ("learning_rate=1e9", "or a number between"),
        ("optimizer=rmsprop", "allowed: sgd, adamw"),
        ("epochs=10.5", "epochs: '10.5' is not allowed"),
        ("epochs", "write LEVER=VALUE"),
    ],
)
def test_the_lab_refuses_by_name(change: str, said: str) -> None:
    done = tutor("lab", "fraud_training", "--variant", "exploding_loss", "--set", change)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_lab_and_the_notebook_in_lines() -> None:
    lines = [
        "/pin",
        "/lab dropout=9",
        "/lab dropout=0.5",
        "/pin",
        "/notes ask for rows",
        "/notes",
        "/lab",
        "/quit",
    ]
    done = tutor("chat", "fraud_training", "--variant", "overfitting", "--seed", "2", lines=lines)
    assert done.returncode == 0, done.stderr
    assert "there is no such experiment" in done.stderr
    assert "'9' is not allowed" in done.stderr
    flat = " ".join(done.stdout.split())
    assert "Experiment 1: dropout 0.5: training loss" in flat
    assert "You: I tried dropout 0.5: training loss" in flat
    assert "ask for rows" in flat
    assert "- 1: dropout 0.5" in flat, "what was tried is listed"
    drawn = [c for c in done.stdout if 0x2500 <= ord(c) < 0x2900 and c not in "▲"]
    assert not drawn, "no boxes, blocks or braille"
