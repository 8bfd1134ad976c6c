"""Where the key comes from: the environment, or the system's keyring. It is never written anywhere."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module, util

from tutor.settings import NAME, key_variable

WHOLE = "Copy the key again: one line, plain letters, digits and marks."


def plain(key: str) -> str:
    """A key without the spaces and quotation marks that come along when it is copied."""
    key = key.strip()
    return key[1:-1].strip() if len(key) > 1 and key[0] == key[-1] and key[0] in "'\"" else key


def usable(key: str) -> bool:
    """Whether a key can stand in a header at all."""
    return key.isascii() and key.isprintable() and " " not in key


def find_key(url: str) -> tuple[str, str]:
    """(key, where it was found) for a server; both empty when there is none. May ask the keyring: slow."""
    variable = key_variable()
    if variable is not None:
        return plain(os.environ[variable]), variable
    if util.find_spec("keyring") is not None:
        # A keyring that is locked, broken or missing is the same as one without the key.
        with suppress(Exception):
            key = import_module("keyring").get_password(NAME, url)
            if key:
                return plain(str(key)), "the keyring"
    return "", ""


def how_to(url: str) -> str:
    """How a person hands over a key."""
    text = "Put the key into the environment: export OPENAI_API_KEY=..."
    if util.find_spec("keyring") is not None:
        return f"{text}, or into the keyring: keyring set {NAME} {url}"
    return text
