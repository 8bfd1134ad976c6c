"""One tiny call to a server, and what it shows: is it there, does it take the key, does it give JSON."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from tutor.consultant.llm.keys import how_to
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.trouble import Trouble
from tutor.consultant.llm.usage import Meter, is_loopback
from tutor.consultant.protocols import Probe
from tutor.settings import OPENAI, Llm

_STRUCTURES = {
    "schema": "JSON by schema",
    "tool": "no JSON by schema, but tools",
    "text": "neither JSON by schema nor tools: readings are asked for in plain text",
}


class _Ready(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ready: bool


async def probe(settings: Llm, key: str = "") -> Probe:
    """Asks a server for one small JSON object. Raises nothing: what goes wrong is the finding."""
    link = Link(settings.model_copy(update={"retries": 0}), key)
    meter = Meter(settings)
    ask = [{"role": "user", "content": 'Answer with this JSON object and nothing else: {"ready": true}'}]
    try:
        answer = await link.ask(ask, _Ready.model_json_schema(), meter)
        _Ready.model_validate_json(answer[answer.find("{") : answer.rfind("}") + 1])
    except Trouble as trouble:
        return Probe(f"{trouble}{await _models(link, trouble)}", _mend(link, trouble))
    except ValidationError:
        return Probe(
            f"{link.label} answers, but not with the JSON it is asked for",
            "Replies can be worded; readings will be taken offline. A larger model may do better.",
        )
    finally:
        await link.close()
    found = f"{link.label}; {_STRUCTURES[link.dialect.structure]}; key: {link.key_from or 'none'}"
    if link.key_from and urlsplit(settings.url).scheme == "http" and not is_loopback(settings.url):
        return Probe(found, "The key travels unencrypted: use https if the server has it.")
    return Probe(found)


async def _models(link: Link, trouble: Trouble) -> str:
    """The models there are, after one was asked for that there is not."""
    if not link.model or not trouble.lasting:
        return ""
    try:
        names = await link.models()
    except Trouble:
        return ""
    return f"; it has: {', '.join(names[:8])}" if names and link.model not in names else ""


def _mend(link: Link, trouble: Trouble) -> str:
    if not link.key_from and (link.settings.url == OPENAI or "key" in str(trouble)):
        return how_to(link.settings.url)
    return trouble.mend or "The offline consultant steps in; try again later."
