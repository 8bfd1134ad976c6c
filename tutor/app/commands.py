"""What can be asked for by a word in the prompt, a key, or the palette: one table for all three."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Command:
    """`action` is a method of the case screen: `action_...`; `argument` names what may follow the word."""

    word: str
    title: str
    says: str
    action: str
    key: str = ""
    argument: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("hint", "Ask for a hint", "the next step of a ladder of hints", "hint", "F4"),
    Command(
        "evidence",
        "Look at the case file",
        "what there is to look at, or one exhibit",
        "case_file",
        "F2",
        "[NAME]",
    ),
    Command("table", "Chart or table", "show the exhibit in hand the other way", "toggle_table", "F3"),
    Command("brief", "Read the brief again", "the case as it was told to you", "brief", "F5"),
    Command("lab", "Go to the lab", "change levers, run the case again, compare", "lab", "F9"),
    Command("notes", "Open the notebook", "what you found out, and your own notes", "notes", "Ctrl+N"),
    Command(
        "card",
        "Read a concept card",
        "short pages on what this case is about; nothing in them is sealed",
        "card",
        "Ctrl+G",
        "[NAME]",
    ),
    Command(
        "sure",
        "Say how sure you are",
        "of your next message: then digits or arrows, Enter; the debrief compares it with how right you were",
        "sure",
        "F8",
        "[PERCENT]",
    ),
    Command("offline", "Go on offline", "nothing is sent from now on", "offline", "Ctrl+O"),
    Command(
        "online", "Go on with the language model", "it reads and words, code decides", "online", "Ctrl+O"
    ),
    Command("consultant", "The consultant", "server, model, budget, and what was used", "consultant"),
    Command("retry", "Ask for the missing reply", "after a reply was stopped or failed", "retry", "Ctrl+R"),
    Command(
        "unfair",
        "Mark the last reply as unfair",
        "kept for the instructor, with your words",
        "unfair",
        "Ctrl+T",
        "[WHY]",
    ),
    Command("end", "End the case", "go to the debrief before the last stage is done", "end"),
    Command("debrief", "Open the debrief", "once the case is closed", "debrief"),
    Command("home", "Leave for now", "your session is kept; come back whenever you like", "leave", "Ctrl+L"),
    Command("help", "Help", "what this screen is and which keys work", "help", "F1"),
)

BY_WORD = {command.word: command for command in COMMANDS}


def parse(text: str) -> tuple[Command, str] | None:
    """The command a message is, with what follows its word. None for a plain message. UnknownCommandError for
    a slash and a word that is none."""
    stripped = text.strip()
    if not stripped.startswith("/") or "\n" in stripped:
        return None
    word, _, rest = stripped[1:].partition(" ")
    command = BY_WORD.get(word.lower())
    if command is None:
        raise UnknownCommandError(word)
    return command, rest.strip()


class UnknownCommandError(Exception):
    """There is no such command; the message says which there are."""

    def __init__(self, word: str) -> None:
        near = get_close_matches(word.lower(), BY_WORD, n=1)
        hint = f" Did you mean /{near[0]}?" if near else " There are: " + ", ".join(f"/{w}" for w in BY_WORD)
        super().__init__(f"There is no command /{word[:30]}.{hint}")
