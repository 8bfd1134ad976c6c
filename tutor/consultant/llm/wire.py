"""What comes back from a server, read leniently and within bounds; and what kinds of requests it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MOST_BYTES = 1_000_000  # of one answer; a long reply has a few thousand
MOST_TOKENS = 1_500  # asked for; some models think aloud before they speak


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Function(_Lenient):
    arguments: str | None = None


class ToolCall(_Lenient):
    function: Function | None = None


def _joined(content: Any) -> Any:
    """The text of a content that comes in parts."""
    if not isinstance(content, list):
        return content
    texts = (p.get("text") for p in content if isinstance(p, dict))
    return "".join(text for text in texts if isinstance(text, str))


class Message(_Lenient):
    """A whole message, or a piece of one."""

    content: Annotated[str | None, BeforeValidator(_joined)] = None
    refusal: str | None = None
    tool_calls: tuple[ToolCall, ...] | None = None


class Choice(_Lenient):
    index: int | None = None
    message: Message | None = None
    delta: Message | None = None
    finish_reason: str | None = None


class Counted(_Lenient):
    prompt_tokens: int = Field(ge=0, le=10**6)
    completion_tokens: int = Field(ge=0, le=10**6)


def _believable(usage: Any) -> Counted | None:
    """What a server counted, None where that cannot be: the bill is no reason to lose an answer."""
    try:
        return Counted.model_validate(usage)
    except ValidationError:
        return None


class Answer(_Lenient):
    """A chat completion, or one chunk of its stream: the parts that are used here."""

    choices: tuple[Choice, ...] | None = None
    usage: Annotated[Counted | None, BeforeValidator(_believable)] = None

    @property
    def choice(self) -> Choice:
        """The first of several answers; chunks of the others are passed over."""
        return next((c for c in self.choices or () if not c.index), Choice())

    @property
    def part(self) -> Message:
        return self.choice.message or self.choice.delta or Message()

    @property
    def text(self) -> str:
        return self.part.content or ""

    @property
    def arguments(self) -> str:
        """What a tool is called with."""
        calls = self.part.tool_calls or ()
        return "".join((c.function.arguments or "") if c.function else "" for c in calls)


Structure = Literal["schema", "tool", "text"]
_NEXT: Mapping[Structure, Structure] = {"schema": "tool", "tool": "text"}


@dataclass(frozen=True)
class Dialect:
    """What a server takes: found out once, by what it rejects."""

    structure: Structure = "schema"
    limit: Literal["max_tokens", "max_completion_tokens", ""] = "max_tokens"
    temperature: bool = True
    usage: bool = True

    def request(
        self, model: str, messages: list[dict[str, str]], schema: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """The arguments of a call: for JSON of a schema at once, for words as a stream."""
        request: dict[str, Any] = {"model": model, "messages": messages, "stream": schema is None}
        if self.limit:
            request[self.limit] = MOST_TOKENS
        if self.temperature:
            request["temperature"] = 0.0 if schema is not None else 0.7
        if schema is None:
            return request | ({"stream_options": {"include_usage": True}} if self.usage else {})
        if self.structure == "schema":
            body = {"name": "reading", "schema": schema, "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": body}
        elif self.structure == "tool":
            tool = {"name": "reading", "description": "Hands in the reading.", "parameters": schema}
            request["tools"] = [{"type": "function", "function": tool}]
            request["tool_choice"] = {"type": "function", "function": {"name": "reading"}}
        return request

    def after(self, complaint: str, *, structured: bool) -> Dialect | None:
        """A plainer dialect after a request was rejected with this complaint; None when there is none."""
        said = complaint.lower()
        if "max_completion_tokens" in said and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if self.limit and ("max_tokens" in said or "max_completion_tokens" in said):
            return replace(self, limit="" if self.limit == "max_tokens" else "max_tokens")
        if "temperature" in said and self.temperature:
            return replace(self, temperature=False)
        if "stream_options" in said and self.usage:
            return replace(self, usage=False)
        if structured and self.structure in _NEXT:
            return replace(self, structure=_NEXT[self.structure])
        plain = Dialect("text", "", temperature=False, usage=False)
        return None if self == plain else plain
