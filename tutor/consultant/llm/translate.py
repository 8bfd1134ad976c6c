"""From an exception of the client to a sentence for a person. A table by status; never the server's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tutor.consultant.llm.trouble import Trouble


class _Says(NamedTuple):
    text: str
    mend: str = ""
    passing: bool = False
    lasting: bool = True


_STATUS: Mapping[int, _Says] = {
    401: _Says("{host} does not accept the key", "Check the key: OPENAI_API_KEY, or the keyring."),
    402: _Says("the account at {host} has no credit left", "Top it up, or go on offline."),
    403: _Says("the key may not use {model} at {host}", "Choose another model: tutor config set model NAME."),
    404: _Says(
        "{host} does not know {model}, or has nothing at this address",
        "'tutor doctor' lists its models; a base URL usually ends in /v1.",
    ),
    405: _Says("{host} has no chat at this address", "A base URL usually ends in /v1."),
    408: _Says("{host} gave up waiting", passing=True, lasting=False),
    409: _Says("{host} is busy with another request", passing=True, lasting=False),
    413: _Says("the message is too long for {host}", lasting=False),
    429: _Says("{host} has had too many requests", passing=True, lasting=False),
}
_QUOTA = _Says("the account at {host} has no credit left", "Top it up, or go on offline.")
_FAILING = _Says("{host} failed ({status})", passing=True, lasting=False)
_ELSEWHERE = _Says("{host} sends us elsewhere ({status}), and we do not follow", "Check the base URL.")
_REJECTED = _Says("{host} rejects the request ({status})", lasting=False)


def unusable(host: str, why: str, *, lasting: bool = False) -> Trouble:
    """The server answers, but not as an OpenAI-compatible one does."""
    mend = "Check the base URL: it usually ends in /v1." if lasting else ""
    return Trouble(f"{host} gives no usable answer: {why}", lasting=lasting, mend=mend)


def translated(error: Exception, host: str, model: str) -> Trouble:
    """The trouble behind an exception of openai, json, pydantic or the network."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return _by_status(error, host, model)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return Trouble(f"{host} cannot be reached in time", passing=True, outage=True, mend=_REACH)
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(cause, ValueError | RecursionError):  # JSON, pydantic, Unicode, the bound on size
        too_long = str(cause) == "too long"
        return unusable(host, "it is far too long" if too_long else "it cannot be read")
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        refused = type(cause).__name__ == "ConnectError"
        what = "cannot be reached" if refused else "broke the connection"
        return Trouble(f"{host} {what}", passing=True, outage=True, mend=_REACH)
    if isinstance(error, OSError):
        return Trouble(f"{host} cannot be reached", passing=True, outage=True, mend=_REACH)
    return Trouble(f"{host} reports a failure", passing=True, outage=True)


_REACH = "Is the server running, and is the base URL right? 'tutor config show' prints it."


def _by_status(error: Any, host: str, model: str) -> Trouble:
    status = error.status_code
    says = _STATUS.get(status)
    if status == 429 and error.code == "insufficient_quota":
        says = _QUOTA
    elif says is None:
        says = _FAILING if status >= 500 else _ELSEWHERE if status < 400 else _REJECTED
    return Trouble(
        f"{says.text.format(host=host, model=model or 'the model', status=status)}",
        passing=says.passing,
        outage=says.passing,
        lasting=says.lasting,
        wait=_retry_after(error.response.headers.get("retry-after")),
        mend=says.mend,
        missing=status in (404, 405),
        complaint=json.dumps(error.body, default=str)[:2000] if status in (400, 422, 501) else None,
    )


def _retry_after(value: str | None) -> float | None:
    """The seconds that a server asks to wait (RFC 9110, 10.2.3; dates are left to the usual pauses)."""
    try:
        seconds = float(value) if value is not None else 0.0
    except ValueError:
        return None
    return seconds if 0 < seconds < 86_400 else None
