"""The commands around the language model, from outside: config, doctor, mock-llm, chat, --offline."""

from __future__ import annotations

import json
import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
def mock(shared_cache: Path) -> Iterator[str]:
    """The address of a running `tutor mock-llm`."""
    run = [sys.executable, "-m", "tutor", "mock-llm", "--port", "0", "--pause", "0"]
    environment = {**os.environ, "TUTOR_CACHE_DIR": str(shared_cache), "PYTHONUNBUFFERED": "1"}
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


def test_a_whole_case_through_the_mock(mock: str, shared_cache: Path) -> None:
    lines = list(right_answers(LIBRARY.get("fraud_training"), "exploding_loss"))
    lines[1:1] = [
        "It is overfitting.",
        "What is the learning rate?",
        "Can I have a hint?",
        "No, it is not overfitting.",
    ]
    told = events(
        tutor("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1", "--json", lines=lines,
              TUTOR_BASE_URL=mock, TUTOR_CACHE_DIR=str(shared_cache))
    )  # fmt: skip
    (consultant,) = (e for e in told if e["event"] == "consultant")
    assert consultant["name"].endswith(mock.split("/")[2])
    assert "answer key is never sent" in consultant["text"]
    assert [e["event"] for e in told].index("consultant") < [e["event"] for e in told].index("reply")
    assert told[-1]["event"] == "debrief"
    assert any(e["event"] == "usage" and "calls" in e["text"] for e in told)
    alone = events(
        tutor("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1", "--json", lines=lines,
              TUTOR_CACHE_DIR=str(shared_cache))
    )  # fmt: skip
    # What is shown beside a reply hangs on what each reader takes to be asked for in passing.
    moves = [[{**e, "shows": None} for e in events_ if e["event"] == "move"] for events_ in (told, alone)]
    assert moves[0] == moves[1], "offline and through a server: the same verdicts and moves"
    notes = [e["text"] for e in told if e["event"] == "note"]
    assert len(notes) <= 1, notes


def test_the_doctor_finds_the_mock(mock: str, shared_cache: Path) -> None:
    done = tutor("doctor", "--json", TUTOR_BASE_URL=mock, TUTOR_CACHE_DIR=str(shared_cache))
    found = {f["part"]: f for f in map(json.loads, done.stdout.splitlines())}
    assert found["model"]["state"] == "fine", found["model"]
    assert "JSON by schema" in found["model"]["found"]


LISTENS_IN = """
import os, sys

NET = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
       "socket.gethostbyname", "socket.gethostbyaddr"}

def hook(event, arguments):
    if event in NET or (event == "socket.__new__" and arguments[1] not in (1, -1)):
        note(f"{event} {arguments[1:]}")

def note(text):
    file = os.open(os.environ["SOCKETS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, f"{os.getpid()} {text}\\n".encode())
    os.close(file)

note("listens " + " ".join(sys.orig_argv[1:4]))
sys.addaudithook(hook)
"""


@pytest.fixture
def listening(
    tmp_path: Path, mock: str, shared_cache: Path
) -> tuple[dict[str, str], Callable[[], list[str]]]:
    """An environment with a model set up, in which every Python process, children too, notes each call to the
    network from its start on (Python's audit events: nothing in Python opens a socket without one); and these
    notes."""
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(LISTENS_IN)
    notes = tmp_path / "sockets.txt"
    environment = {
        **os.environ, "TUTOR_BASE_URL": mock, "OPENAI_API_KEY": KEY, "TUTOR_CONSULTANT": "llm",
        "TUTOR_CACHE_DIR": str(shared_cache), "PYTHONPATH": str(tmp_path / "spy"), "SOCKETS": str(notes),
        "TERM": "xterm-256color", "LANG": "C.UTF-8",
    }  # fmt: skip
    return environment, lambda: notes.read_text().splitlines()


def heard(notes: list[str]) -> list[str]:
    """The calls to the network, once it is sure that the program and its engine were listened to."""
    assert any(" tutor.engine" in line for line in notes), notes
    assert any("listens -m tutor " in line for line in notes), notes
    return [line for line in notes if " listens " not in line]


@pytest.mark.parametrize("where", ["before", "after", "online"])
def test_offline_opens_no_socket(
    where: str, listening: tuple[dict[str, str], Callable[[], list[str]]]
) -> None:
    environment, notes = listening
    flag = {"before": ["--offline", "chat"], "after": ["chat", "--offline"], "online": ["chat"]}[where]
    # Another seed each time, so that the engine runs.
    seed = str(sum(map(ord, where)))
    done = subprocess.run(
        [sys.executable, "-m", "tutor", *flag, "fraud_training", "--seed", seed],
        input="It is overfitting.\n/online\nWhat is the learning rate?\n/quit\n",
        capture_output=True, text=True, timeout=240, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if where == "online":
        assert any("socket.connect" in line for line in heard(notes())), "whoever listens hears a call"
        return
    assert heard(notes()) == []
    assert "Nothing is sent anywhere" in done.stdout
    assert "started with --offline" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_app_offline_opens_no_socket(listening: tuple[dict[str, str], Callable[[], list[str]]]) -> None:
    environment, notes = listening
    arguments = ["--offline", "play", "fraud_training", "--variant", "exploding_loss", "--seed", "77"]
    with Terminal([sys.executable, "-m", "tutor", *arguments], environment) as terminal:
        terminal.until("(offline)")
        terminal.until("F4 Hint")
        terminal.write("It is overfitting.\r")
        terminal.until("Challenge")
        terminal.write("\x0f")  # Ctrl+O
        terminal.until("--offline")
        terminal.write("\x11")  # Ctrl+Q
        assert terminal.process.wait(30) == 0
    assert heard(notes()) == []


class Terminal:
    """A program in a pseudo-terminal of 120x40, seen as the characters it writes."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        import fcntl
        import pty
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            arguments, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def write(self, text: str) -> None:
        os.write(self.master, text.encode())
        self.seen = ""

    def until(self, text: str, seconds: float = 120.0) -> None:
        """Reads until a text was written, whatever colours it has."""
        deadline = time.monotonic() + seconds
        while text.replace(" ", "") not in re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\s", "", self.seen):
            assert time.monotonic() < deadline, f"never came: {text}\n{self.seen[-3000:]!r}"
            if select.select([self.master], [], [], 0.2)[0]:
                self.seen += os.read(self.master, 65_536).decode("utf-8", "replace")
