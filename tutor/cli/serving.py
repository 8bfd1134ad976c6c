"""What `tutor serve` gives to each visit: a command, an environment, and a token to come in with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil

from tutor import folders, settings
from tutor.serving.door import DoorError, check_token, check_url, is_loopback, new_token
from tutor.serving.visits import Plan

TOKEN = "TUTOR_SERVE_TOKEN"  # noqa: S105 - the name of the variable
ENGINE_BYTES = 2**30  # twice what an engine's process takes
ENGINE_REST = "30"  # seconds that an engine's process waits for another run before its memory is given back
WARNING = (
    "Warning: {host} can be reached from other computers. Whoever has the link can use the app; without TLS "
    "in front\nof it, everybody on the way can read the link and what is typed. See docs/serving.md."
)


def plan(folder: Path | None, most: int, idle: float, runs: int | None = None, *, llm: bool) -> Plan:
    """How visits are held. `idle` in minutes; `runs` at once, or as many as this computer can bear. Without
    `llm` no visit learns of a key or opens a connection. SettingsError when the settings that visits will
    read are wrong."""
    llm_settings = settings.load().llm
    environment = {
        "TUTOR_CACHE_DIR": str(folders.cache_dir().absolute()),  # runs and fits: by content, the same for all
        "TUTOR_SCENARIOS_DIR": str(folders.scenarios_dir().absolute()),
        settings.ENGINE_REST: os.environ.get(settings.ENGINE_REST) or ENGINE_REST,
        settings.ENGINES: str(runs or bearable_runs()),
        "PYTHONUTF8": "1",
        TOKEN: "",
        **(_shared(llm_settings) if llm else dict.fromkeys(settings.KEYS, "")),
    }
    root = (folder or folders.data_dir() / "served").absolute()
    argv = (sys.executable, "-P", "-m", "tutor", *(() if llm else ("--offline",)))
    prepare = (sys.executable, "-P", "-m", "tutor.cli.preparing")
    return Plan(argv, root, environment, most=most, idle=idle * 60, prepare=prepare)


def _shared(llm: settings.Llm) -> dict[str, str]:
    """The language model as visits get it. What the environment sets cannot be changed in the app: no visitor
    can send your key to a server of their own, or choose a dearer model. SettingsError when the model is left
    open."""
    if llm.consultant == "offline" or not llm.model:
        raise settings.SettingsError(
            "--llm shares the language model that is set up here, and that has to be chosen: "
            "tutor config set model NAME (and consultant, if that is offline)"
        )
    chosen = {**llm.model_dump(), "consultant": "llm", "base_url": llm.url}
    return {settings.VARIABLES[name][0]: str(value) for name, value in chosen.items()}


def bearable_runs() -> int:
    """One training run a processor, as long as there is memory for it beside everything else."""
    return max(1, min(os.cpu_count() or 1, psutil.virtual_memory().available // ENGINE_BYTES))


def token() -> str:
    """The token of this start: a new one, or the one that TUTOR_SERVE_TOKEN sets. DoorError."""
    given = os.environ.get(TOKEN, "")
    try:
        return check_token(given) if given else new_token()
    except DoorError as error:
        raise DoorError(f"{TOKEN}: {error}") from None


def address(url: str) -> str:
    """The origin that `--url` names, or nothing. DoorError."""
    return check_url(url) if url else ""


def only_here(host: str) -> bool:
    """Whether nobody but this computer can reach the server."""
    return is_loopback(host)
