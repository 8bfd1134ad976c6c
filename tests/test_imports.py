"""Nothing heavy on the way to the first screen, and a core that stays pure."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "sklearn", "scipy", "openai", "matplotlib")


def modules_after(statement: str) -> set[str]:
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import tutor", (*HEAVY, "numpy", "textual", "pydantic", "jinja2", "yaml", "click")),
        ("import tutor.cli", (*HEAVY, "numpy", "textual", "pydantic", "jinja2", "yaml")),
        ("import tutor.dialogue.policy, tutor.dialogue.debrief", (*HEAVY, "numpy", "textual", "asyncio")),
        ("import tutor.conversation.desk, tutor.engine.runner, tutor.store.database", (*HEAVY, "numpy")),
        ("import tutor.app.app", HEAVY),
        ("import tutor.cli.wiring, tutor.consultant.llm.consultant, tutor.cli.mocking", (*HEAVY, "httpx2")),
    ],
)
def test_what_an_import_brings_along(statement: str, forbidden: tuple[str, ...]) -> None:
    assert modules_after(statement).isdisjoint(forbidden)


def test_help_is_light() -> None:
    run = [sys.executable, "-X", "importtime", "-m", "tutor", "--help"]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert imported.isdisjoint({*HEAVY, "numpy", "textual", "pydantic"})
    for command in ("list", "chat", "lab", "assess", "seeds", "doctor"):
        assert f"  {command} " in done.stdout
