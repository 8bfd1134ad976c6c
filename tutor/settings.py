"""What the person chose: folders and consultant. Environment variables win over the file, the file over the
defaults."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_config_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tutor import content, folders
from tutor.errors import TutorError

NAME = folders.NAME
ENGINE_REST = "TUTOR_ENGINE_REST"
ENGINES = "TUTOR_ENGINES"
OPENAI = "https://api.openai.com/v1"

Seconds = Annotated[float, Field(gt=0, le=3600)]
Price = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class SettingsError(TutorError):
    """A setting cannot be used; the message names it, where it stands, and what is allowed."""


def _plain_url(url: str) -> str:
    """A base URL without anything secret in it, as it is shown, logged and written to the file."""
    try:
        sound = not url or bool(
            url.isascii()
            and url.isprintable()
            and re.fullmatch(r"https?://[^\s/?#@\\]+(/[^\s?#@\\]*)?", url)
            and urlsplit(url).hostname
            and urlsplit(url).port != 0
        )
    except ValueError:  # brackets that do not close, a port that is none
        sound = False
    if not sound:
        raise ValueError("write it like http://localhost:11434/v1, with no key or password in it")
    # What is copied is often the address of a call, not of the server.
    return re.sub(r"(/chat)?/completions$|/models$", "", url.rstrip("/")).rstrip("/")


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of plain characters, please")
    return text


class Llm(BaseModel):
    """How a language model is reached, if at all. Times are in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    consultant: Literal["auto", "offline", "llm"] = Field(
        default="auto", description="auto: the language model as soon as there is a key or a base URL"
    )
    base_url: Annotated[str, AfterValidator(_plain_url)] = Field(
        default="", max_length=500, description="an OpenAI-compatible server; empty: OpenAI itself"
    )
    model: Annotated[str, AfterValidator(_one_line)] = Field(
        default="", max_length=200, description="the model's name; empty: chosen from the server's list"
    )
    connect_seconds: Seconds = Field(default=5.0, description="to be connected")
    first_word_seconds: Seconds = Field(default=30.0, description="from the question to the first token")
    pause_seconds: Seconds = Field(default=15.0, description="between one token and the next")
    call_seconds: Seconds = Field(default=90.0, description="for a whole call, retries included")
    retries: int = Field(default=2, ge=0, le=10, description="times a call is tried again")
    rest_seconds: float = Field(
        default=30.0, ge=0, le=3600, description="before a server that failed is asked again"
    )
    session_tokens: int = Field(
        default=200_000, ge=0, description="tokens a session may use, then it goes on offline; 0: no limit"
    )
    price_in: Price = Field(default=0.0, description="price of a million tokens sent; 0: unknown")
    price_out: Price = Field(default=0.0, description="price of a million tokens received; 0: unknown")

    @property
    def url(self) -> str:
        return self.base_url or OPENAI


@dataclass(frozen=True)
class Settings:
    """The folders in use, and the language model. `scenarios` are searched in order. `engine_rest`: seconds
    after which an engine's process without work is ended; None: it is kept warm. `engines`: how many of these
    processes there may be at once, over all programs with the same cache; None: no limit."""

    data_dir: Path
    cache_dir: Path
    scenarios: tuple[Path, ...]
    llm: Llm = field(default_factory=Llm)
    engine_rest: float | None = None
    engines: int | None = None

    @property
    def store_path(self) -> Path:
        return self.data_dir / "sessions.db"

    @property
    def online(self) -> bool:
        """Whether a language model is to be asked at all."""
        if self.llm.consultant == "auto":
            return bool(self.llm.base_url or key_variable())
        return self.llm.consultant == "llm"


# ---------------------------------------------------------------- the key

KEYS = ("TUTOR_API_KEY", "OPENAI_API_KEY")


def key_variable() -> str | None:
    """The environment variable that holds the key."""
    return next((name for name in KEYS if os.environ.get(name, "").strip()), None)


# ---------------------------------------------------------------- where values come from

VARIABLES: Mapping[str, tuple[str, ...]] = {
    **{name: (f"TUTOR_{name.upper()}",) for name in Llm.model_fields},
    "base_url": ("TUTOR_BASE_URL", "OPENAI_BASE_URL"),
}


def config_path() -> Path:
    """The file of settings. TUTOR_CONFIG_DIR names a folder other than the platform's."""
    folder = os.environ.get("TUTOR_CONFIG_DIR") or user_config_path(NAME, appauthor=False)
    return Path(folder) / "config.toml"


def in_file(path: Path) -> dict[str, Any]:
    """What the file says, unchecked; nothing where there is none. SettingsError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error


def in_environment() -> dict[str, tuple[str, str]]:
    """Settings given by environment variables: name -> (variable, value)."""
    given = {}
    for name, variables in VARIABLES.items():
        variable = next((v for v in variables if os.environ.get(v, "").strip()), None)
        if variable is not None:
            given[name] = (variable, os.environ[variable].strip())
    return given


def load_llm() -> Llm:
    """The language model's settings. SettingsError that names the file or the variable."""
    path = config_path()
    values = in_file(path)
    check(values, f"{path}: ")
    for name, (variable, value) in in_environment().items():
        check({name: value}, f"{variable}: ")
        values[name] = value
    return Llm.model_validate(values)


def check(values: Mapping[str, Any], where: str = "") -> None:
    """SettingsError for a name that does not exist or a value that is not allowed."""
    try:
        Llm.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        known = f"; there are: {', '.join(Llm.model_fields)}" if first["type"] == "extra_forbidden" else ""
        message = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{where}{name}: {message}{known}") from error


def write(path: Path, name: str, value: str | None) -> None:
    """Sets one setting in the file, or takes it out (None). Other lines, comments too, stay as they are.
    SettingsError for what is not allowed."""
    values = in_file(path)
    line = ""
    if value is not None:
        check({name: value})
        kept = getattr(Llm.model_validate({name: value}), name)
        line = f"{name} = {json.dumps(kept, ensure_ascii=False)}\n"
    elif name not in values:
        return
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    own = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=.*\n?", re.MULTILINE)
    if own.search(text):
        text = own.sub(lambda _: line, text, count=1)
    else:
        text += ("" if not text or text.endswith("\n") else "\n") + line
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror or error}") from error


def load() -> Settings:
    """TUTOR_DATA_DIR and TUTOR_CACHE_DIR name folders other than the platform's. SettingsError."""
    return Settings(
        data_dir=folders.data_dir(),
        cache_dir=folders.cache_dir(),
        scenarios=(content.scenarios_dir(), folders.scenarios_dir(), Path("scenarios")),
        llm=load_llm(),
        engine_rest=_number(ENGINE_REST, 0, 86_400),
        engines=None if (engines := _number(ENGINES, 1, 10_000)) is None else int(engines),
    )


def _number(variable: str, least: float, most: float) -> float | None:
    given = os.environ.get(variable, "").strip()
    if not given:
        return None
    try:
        number = float(given)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise SettingsError(f"{variable}: a number from {least} to {most}, please, not {given[:40]!r}")
    return number
