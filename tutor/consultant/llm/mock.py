"""A stand-in for a language model: the offline consultant behind the OpenAI wire protocol, on loopback.

It reads a message as the offline reader does and words a move as its draft does, so a whole session can be
played and shown over HTTP without any model. It knows nothing but the prompts it gets.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tutor.consultant.llm.reading import Report, Reported
from tutor.dialogue.model import Act, Assessment
from tutor.scenario.library import Library
from tutor.scenario.schema import Scenario

MODEL = "scripted-consultant"
MOST_BODY = 1_000_000
_GREETING = "I am the scripted consultant: I answer the prompts of tutor, and nothing else."

Read = Callable[[str, str, str], Assessment]
"""(scenario's id, message, stage) to an assessment."""


class Script:
    """What the stand-in answers to a prompt."""

    def __init__(self, library: Library, read: Read) -> None:
        self._library = library
        self._read = read

    def answer(self, messages: list[Mapping[str, Any]], schema: Mapping[str, Any] | None = None) -> str:
        """The words, or the JSON, for a prompt of `prompts/`; for another prompt with a schema, the simplest
        value of that."""
        said = "\n".join(str(m.get("content") or "") for m in messages if m.get("role") != "assistant")
        draft = _marked(said, "draft")
        if draft is not None:
            return draft
        message, scenario = _marked(said, "message"), self._scenario(said)
        if message is None or scenario is None:
            return _GREETING if schema is None else json.dumps(simplest(schema, schema))
        return _report(self._read(scenario.id, message, _stage(scenario, said))).model_dump_json()

    def _scenario(self, said: str) -> Scenario | None:
        scenarios = (source.scenario for source in self._library.sources.values())
        return next((s for s in scenarios if f"The case: {s.title}\n" in said), None)


def simplest(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """A value of a JSON Schema as servers are sent it: objects, arrays, enumerations, scalars, references."""
    if "$ref" in schema:
        return simplest(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "enum" in schema or "const" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if "anyOf" in schema:
        return simplest(schema["anyOf"][0], root)
    if schema.get("type") == "object":
        return {name: simplest(part, root) for name, part in schema.get("properties", {}).items()}
    return {"array": [], "boolean": True, "integer": 0, "number": 0, "null": None}.get(
        schema.get("type", ""), ""
    )


def _marked(text: str, mark: str) -> str | None:
    found = re.findall(rf"<{mark}>(.*?)</{mark}>", text, re.DOTALL)
    return found[-1] if found else None


def _stage(scenario: Scenario, said: str) -> str:
    """The stage whose question stands in the prompt; '' where it holds numbers of the run."""
    asked = (name for name, s in scenario.stages.items() if " ".join(s.ask.split()) in said)
    return next(asked, "")


def _report(read: Assessment) -> Report:
    claims = tuple(
        Reported(idea=c.idea, stance=c.stance.value, certainty="certain", quote=c.quote) for c in read.claims
    )
    act = Act.VAGUE if read.act is Act.DISPUTE else read.act
    return Report(act=act.value, claims=claims, asks=read.asks)


# ---------------------------------------------------------------- the server


class MockServer(ThreadingHTTPServer):
    """Serves a script on loopback. `pause` is the time between two words of a stream, in seconds."""

    daemon_threads = True

    def __init__(self, script: Script, port: int = 0, pause: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.script = script
        self.pause = pause

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: MockServer
    server_version = "tutor-mock-llm"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a message of the learner belongs in no log."""

    def do_GET(self) -> None:
        if self.path.rstrip("/") != "/v1/models":
            self._fail(404, "there is nothing here; try /v1/models")
            return
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": "tutor"}
        self._send({"object": "list", "data": [model]})

    def do_POST(self) -> None:
        if self.path.rstrip("/") != "/v1/chat/completions":
            self._fail(404, "there is nothing here; try /v1/chat/completions")
            return
        try:
            size = int(self.headers.get("Content-Length") or 0)
            body: Any = json.loads(self.rfile.read(size)) if 0 <= size <= MOST_BODY else None
            messages = body["messages"]
            asked = (body.get("response_format") or {}).get("json_schema") or {}
            answer = self.server.script.answer(messages, asked.get("schema"))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._fail(400, "the request is no chat completion")
            return
        sent = sum(len(str(m.get("content"))) for m in messages) // 4
        usage = {"prompt_tokens": sent, "completion_tokens": len(answer) // 4}
        usage["total_tokens"] = sum(usage.values())
        if body.get("stream"):
            self._stream(answer, usage)
        else:
            message = {"role": "assistant", "content": answer}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send({**_head("chat.completion"), "choices": [choice], "usage": usage})

    def _stream(self, answer: str, usage: Mapping[str, int]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for word in re.findall(r"\s*\S+", answer):
            self._event([{"index": 0, "delta": {"content": word}, "finish_reason": None}])
            time.sleep(self.server.pause)
        self._event([{"index": 0, "delta": {}, "finish_reason": "stop"}])
        self._event([], usage=usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, choices: list[Any], **more: Any) -> None:
        data = json.dumps({**_head("chat.completion.chunk"), "choices": choices, **more})
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def _send(self, body: Mapping[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _fail(self, status: int, message: str) -> None:
        self._send({"error": {"message": message, "type": "invalid_request_error"}}, status)


def _head(kind: str) -> dict[str, Any]:
    return {"id": "scripted", "object": kind, "created": int(time.time()), "model": MODEL}
