"""The commands around the language model, from outside: config, doctor, mock-llm, chat, --offline."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_chat import events, right_answers
from tutor import settings
from tutor.scenario.library import Library, find
from tutor.settings import Llm, SettingsError

LIBRARY: Library = find([Path(__file__).parents[1] / "scenarios"])
KEY = "sk-test-0123456789abcdef"


def tutor(*arguments: str, lines: list[str] | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        input="".join(f"{line}\n" for line in lines or []),
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, **more},
    )


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*settings.KEYS, *(v for names in settings.VARIABLES.values() for v in names)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TUTOR_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config" / "config.toml"


@pytest.fixture
def mock(run_cache: Path) -> Iterator[str]:
    """The address of a running `tutor mock-llm`."""
    run = [sys.executable, "-m", "tutor", "mock-llm", "--port", "0", "--pause", "0"]
    environment = {**os.environ, "TUTOR_CACHE_DIR": str(run_cache), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.strip().removeprefix("TUTOR_BASE_URL=")
        process.terminate()


def test_settings_come_from_the_file_and_the_environment(
    own_config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not settings.load().online
    settings.write(own_config, "model", "mine")
    settings.write(own_config, "retries", "4")
    own_config.write_text("# my server\n" + own_config.read_text())
    settings.write(own_config, "model", 'a "quoted" \\ one')
    assert own_config.read_text() == '# my server\nmodel = "a \\"quoted\\" \\\\ one"\nretries = 4\n'
    assert settings.load_llm() == Llm(model='a "quoted" \\ one', retries=4)
    monkeypatch.setenv("TUTOR_MODEL", "theirs")
    assert settings.load_llm().model == "theirs"
    assert not settings.load().online
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert settings.load().online
    settings.write(own_config, "consultant", "offline")
    assert not settings.load().online
    settings.write(own_config, "consultant", None)
    settings.write(own_config, "retries", None)
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1/")
    assert settings.load().online
    assert settings.load_llm().base_url == "http://localhost:1/v1"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("base_url", "localhost:11434", "base_url: write it like http"),
        ("base_url", "http://me:secret@host/v1", "no key or password"),
        ("base_url", "https://host/v1?api_key=x", "no key or password"),
        ("retries", "many", "retries: Input should be a valid integer"),
        ("consultant", "robot", "consultant: Input should be 'auto', 'offline' or 'llm'"),
        ("modle", "x", "there are: consultant, base_url, model"),
    ],
)
def test_what_is_not_allowed_is_told(own_config: Path, name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings.write(own_config, name, value)
    assert message in str(caught.value)
    assert not own_config.exists()


def test_a_broken_file_is_named(own_config: Path) -> None:
    own_config.parent.mkdir()
    own_config.write_text("model = [")
    with pytest.raises(SettingsError, match=re.escape(str(own_config))):
        settings.load_llm()
    own_config.write_text("models = 'x'")
    done = tutor("config", "show")
    assert done.returncode == 1
    assert f"{own_config}: models:" in done.stderr


def test_a_key_is_never_written_or_shown(own_config: Path) -> None:
    done = tutor("config", "set", "OPENAI_API_KEY", KEY)
    assert done.returncode == 2
    assert "never written" in done.stderr
    assert not own_config.exists()
    shown = tutor("config", "show", OPENAI_API_KEY=KEY)
    assert "OPENAI_API_KEY" in shown.stdout
    assert KEY not in shown.stdout + shown.stderr + done.stderr
    assert tutor("config", "set", "model", "mine").returncode == 0
    assert json.loads(tutor("config", "show", "--json").stdout)["model"] == "mine"


def test_a_whole_case_through_the_mock(mock: str, run_cache: Path) -> None:
    lines = list(right_answers(LIBRARY.get("fraud_training"), "exploding_loss"))
    lines[1:1] = ["It is overfitting.", "What is the learning rate?", "Can I have a hint?"]
    told = events(
        tutor("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1", "--json", lines=lines,
              TUTOR_BASE_URL=mock, TUTOR_CACHE_DIR=str(run_cache))
    )  # fmt: skip
    (consultant,) = (e for e in told if e["event"] == "consultant")
    assert consultant["name"].endswith(mock.split("/")[2])
    assert "answer key is never sent" in consultant["text"]
    assert [e["event"] for e in told].index("consultant") < [e["event"] for e in told].index("reply")
    assert told[-1]["event"] == "debrief"
    assert any(e["event"] == "usage" and "calls" in e["text"] for e in told)
    alone = events(
        tutor("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1", "--json", lines=lines,
              TUTOR_CACHE_DIR=str(run_cache))
    )  # fmt: skip
    moves = [[e for e in events_ if e["event"] == "move"] for events_ in (told, alone)]
    assert moves[0] == moves[1], "offline and through a server: the same verdicts and moves"
    notes = [e["text"] for e in told if e["event"] == "note"]
    assert len(notes) <= 1, notes


def test_the_doctor_finds_the_mock(mock: str, run_cache: Path) -> None:
    done = tutor("doctor", "--json", TUTOR_BASE_URL=mock, TUTOR_CACHE_DIR=str(run_cache))
    found = {f["part"]: f for f in map(json.loads, done.stdout.splitlines())}
    assert found["model"]["state"] == "fine", found["model"]
    assert "JSON by schema" in found["model"]["found"]


NO_SOCKETS = """
import socket, sys

class Opened(BaseException):
    pass

def forbidden(*arguments, **more):
    raise Opened(f"a socket was opened: {arguments}")

class Socket(socket.socket):
    def __init__(self, family=-1, *rest, **more):
        if family in (socket.AF_INET, socket.AF_INET6):
            forbidden(family)
        super().__init__(family, *rest, **more)

    connect = connect_ex = bind = forbidden

socket.socket = Socket
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = forbidden
sys.argv[0] = "tutor"
from tutor.cli import main
try:
    main()
finally:
    heavy = [m for m in sys.modules if m.split(".")[0] in ("openai", "httpx2", "httpcore", "keyring")]
    print("loaded:", heavy, file=sys.stderr)
"""


@pytest.mark.parametrize("where", ["before", "after"])
def test_offline_opens_no_socket(where: str, mock: str, run_cache: Path) -> None:
    flag = ["--offline", "chat"] if where == "before" else ["chat", "--offline"]
    environment = {
        **os.environ, "TUTOR_BASE_URL": mock, "OPENAI_API_KEY": KEY, "TUTOR_CONSULTANT": "llm",
        "TUTOR_CACHE_DIR": str(run_cache),
    }  # fmt: skip

    def play(arguments: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(NO_SOCKETS), *arguments, "fraud_training"],
            input="It is overfitting.\n/online\nWhat is the learning rate?\n/quit\n",
            capture_output=True, text=True, timeout=240, env=environment,
        )  # fmt: skip

    done = play(flag)
    assert done.returncode == 0, done.stderr
    assert "loaded: []" in done.stderr
    assert "Nothing is sent anywhere" in done.stdout
    assert "no language model is set up" in done.stderr
    if where == "before":
        assert "a socket was opened" in play(["chat"]).stderr, "the trap itself works"
