"""What a message does: the features by which its act is read.

Function words and word order carry the act, so words are taken as written, in runs of up to three.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from tutor.consultant.offline.features import Text, word_keys

CLASSES = (
    "contribution", "question", "hint_request", "give_up", "off_topic", "manipulation", "vague", "mention",
)  # fmt: skip
"""The acts, and messages that only name ideas (they become questions or vague)."""

SCALES = {"w": 1.0, "b": 0.8, "c": 0.5, "t": 0.5, "p": 0.5}
SHORT = 4
_MARKS = {
    "code": re.compile(r"[{}\[\]<>]|###|```|^\s*system\b|:\s*true"),
    "authority": re.compile(
        r"\b(?:system|admin|override|instructions?|prompt|debug|developer|evaluator|grader)\b"
    ),
    "question": re.compile(r"\?"),
    "shout": re.compile(r"!"),
}


@cache
def bank() -> tuple[tuple[str, str], ...]:
    """(message, act): general examples that every scenario's reader learns from besides its own."""
    lines = files(__package__).joinpath("english", "acts.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return tuple((message, act) for act, message in pairs)


def keys(text: Text) -> list[str]:
    """The feature keys of a message for its act."""
    forms = [word.form for word in text.words]
    asks = text.folded.rstrip().endswith("?")
    run = ["<s>", *forms, *(["?"] if asks else []), "</s>"]
    out = [f"w {form}" for form in run]
    out += [f"b {a} {b}" for a, b in pairwise(run)]
    out += [f"p {a} {b} {c}" for a, b, c in zip(run, run[1:], run[2:], strict=False)]
    out += [key for form in forms for key in word_keys(form) if key[0] == "c"]
    out += sorted({f"t {group}" for _, _, group in text.entries})
    out += sorted({f"t =cue {cue.kind}" for cue in text.cues})
    out += [f"t =mark {name}" for name, pattern in _MARKS.items() if pattern.search(text.folded)]
    if len(forms) <= SHORT:
        out.append("t =short")
    return out
