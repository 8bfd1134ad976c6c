"""The line to a server: every call bounded in time, size and attempts, every failure in words.

The only module that imports openai, when the first call is made and off the event loop.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from tutor.consultant.llm.keys import WHOLE, find_key, plain, usable
from tutor.consultant.llm.receiving import bounded, events
from tutor.consultant.llm.translate import translated, unusable
from tutor.consultant.llm.trouble import Trouble
from tutor.consultant.llm.usage import CHARACTERS_A_TOKEN, Meter, is_loopback
from tutor.consultant.llm.wire import MOST_BYTES, MOST_TOKENS, Answer, Dialect
from tutor.settings import OPENAI, Llm

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")

PREFERRED = ("gpt-4.1-mini", "gpt-5.4-mini", "gpt-5-mini", "gpt-4o-mini")
_NOT_FOR_CHAT = ("embed", "whisper", "tts", "dall-e", "moderation", "rerank", "image", "audio", "realtime")
PROXIES = "Look at HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE in the environment."
BREATH = 0.01  # seconds of reading without looking up
_FIRST_PAUSE = 0.5  # seconds before the first try again; doubled each time


def choose_model(names: Sequence[str]) -> str | None:
    """The model to use when none is set: a known small one, else the first that is for talking."""
    known = next((name for name in PREFERRED if name in names), None)
    return known or next((n for n in names if not any(w in n.lower() for w in _NOT_FOR_CHAT)), None)


class Link:
    """One server and one model. What was found out about them is kept: the model's name, the dialect, and
    whether the server is worth asking just now."""

    def __init__(self, settings: Llm, key: str = "") -> None:
        """`key` is used instead of one from the environment or the keyring."""
        self.settings = settings
        self.typed_key = key
        self.host = urlsplit(settings.url).netloc
        self.model = settings.model
        self.key_from = ""
        limit = "max_completion_tokens" if settings.url == OPENAI else "max_tokens"
        self.dialect = Dialect(limit=limit, temperature=settings.url != OPENAI)  # type: ignore[arg-type]
        self._client: AsyncOpenAI | None = None
        self._prefix = ""  # what the base URL lacks, as it turned out
        self._opening = asyncio.Lock()
        self._down: Trouble | None = None
        self._down_until = 0.0

    @property
    def label(self) -> str:
        # Some servers name a model by its maker or its path.
        return f"{self.model.rstrip('/').rpartition('/')[2] or 'a language model'} at {self.host}"

    @property
    def out(self) -> bool:
        """Whether nothing will be asked until somebody mends what is wrong."""
        return self._down is not None and self._down.lasting

    def forget(self) -> None:
        """Asks the server again at the next call, whatever went wrong before."""
        self._down = None

    async def close(self) -> None:
        """Hangs up."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    # ------------------------------------------------------------ calls

    async def models(self) -> tuple[str, ...]:
        """The names of the server's models. Trouble."""
        try:
            body = await self._guarded(self._ask_for_models(), self.settings.first_word_seconds)
        except Trouble as trouble:
            if not await self._another_address(trouble):
                raise
            body = await self._guarded(self._ask_for_models(), self.settings.first_word_seconds)
        listed = body.get("data") if isinstance(body, dict) else None
        if not isinstance(listed, list):
            raise unusable(self.host, "its list of models cannot be read")
        names = (m.get("id") for m in listed if isinstance(m, dict))
        return tuple(n for n in names if isinstance(n, str) and n.isprintable() and len(n) <= 200)

    async def _ask_for_models(self) -> Any:
        client = await self._open()
        raw = await client.models.with_raw_response.list()
        return json.loads(raw.content)

    async def ask(self, messages: list[dict[str, str]], schema: Mapping[str, Any], meter: Meter) -> str:
        """A whole answer that should be JSON of the schema. Trouble."""
        async with aclosing(self._calls(messages, schema, meter)) as answers:
            return "".join([a.text or a.arguments async for a in answers])

    async def stream(self, messages: list[dict[str, str]], meter: Meter) -> AsyncGenerator[str, None]:
        """The pieces of an answer in words. Trouble, also when it breaks off."""
        async with aclosing(self._calls(messages, None, meter)) as answers:
            async for answer in answers:
                if answer.text:
                    yield answer.text

    async def _calls(
        self, messages: list[dict[str, str]], schema: Mapping[str, Any] | None, meter: Meter
    ) -> AsyncGenerator[Answer, None]:
        """One call, tried again while nothing has come and there is time."""
        meter.check()
        clock = asyncio.get_running_loop().time
        if self._down is not None and (self._down.lasting or clock() < self._down_until):
            raise self._down
        deadline = clock() + self.settings.call_seconds
        attempt = 0
        while True:
            begun = False
            tried = self.dialect
            try:
                await self._settle_model()
                request = tried.request(self.model, messages, schema)
                async with aclosing(self._attempt(request, deadline, meter)) as answers:
                    async for answer in answers:
                        begun = True
                        yield answer
            except Trouble as trouble:
                if not begun and await self._another_address(trouble):
                    continue
                if trouble.complaint is not None and not begun:
                    plainer = tried.after(trouble.complaint, structured=schema is not None)
                    if plainer is not None:
                        self.dialect = plainer
                        continue
                pause = _FIRST_PAUSE * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311
                pause = max(pause, trouble.wait or 0.0)
                attempt += 1
                again = trouble.passing and not begun and attempt <= self.settings.retries
                if not again or clock() + pause >= deadline:
                    self._note(trouble, clock())
                    raise
                await asyncio.sleep(pause)
            else:
                self._down = None
                return

    async def _another_address(self, trouble: Trouble) -> bool:
        """Whether there is another address to try where there is nothing at the one that was set: /v1, where
        the base URL names a host alone."""
        if not trouble.missing or self._prefix or urlsplit(self.settings.url).path:
            return False
        self._prefix = "/v1"
        await self.close()
        return True

    def _note(self, trouble: Trouble, now: float) -> None:
        """A server that is out is not asked again at once: the learner would wait for nothing."""
        if trouble.outage or trouble.lasting:
            self._down = trouble
            self._down_until = now + max(self.settings.rest_seconds, trouble.wait or 0.0)

    async def _settle_model(self) -> None:
        if not self.model:
            names = await self.models()
            chosen = choose_model(names)
            if chosen is None:
                raise Trouble(
                    f"{self.host} offers no model",
                    lasting=True,
                    mend="Load one there, or name it: tutor config set model NAME.",
                )
            self.model = chosen

    async def _attempt(
        self, request: dict[str, Any], deadline: float, meter: Meter
    ) -> AsyncGenerator[Answer, None]:
        """One request. Time is bounded to the first token, between tokens, and in all."""
        limits = self.settings
        client = await self._open()
        clock = asyncio.get_running_loop().time
        received = 0
        counted = None
        finish = None
        rested = clock()
        raw = await self._guarded(
            client.chat.completions.with_raw_response.create(**request),
            min(limits.first_word_seconds, deadline - clock()),
        )
        answers = self._answers(raw, stream=request["stream"])
        try:
            first = True
            while True:
                wait = limits.first_word_seconds if first else limits.pause_seconds
                answer = await self._guarded(anext(answers, None), min(wait, deadline - clock()))
                if answer is None:
                    break
                first = False
                if clock() - rested > BREATH:  # what came all at once must not hold the event loop
                    await asyncio.sleep(0)
                    rested = clock()
                if answer.part.refusal:
                    raise Trouble("the model declined to answer")
                whole = "stop" if answer.choice.message else None
                finish = answer.choice.finish_reason or whole or finish
                counted = answer.usage or counted
                received += len(answer.text or answer.arguments)
                yield answer
            if finish == "length":
                raise Trouble("the model was cut off in mid-sentence")
            if finish == "content_filter":
                raise Trouble("the server filtered the answer")
            if finish is None:
                raise Trouble(f"{self.host} broke off in the middle", passing=True)
            if not received:
                raise Trouble("the model said nothing")
        finally:
            await answers.aclose()
            await raw.http_response.aclose()
            if counted is not None:
                meter.count(counted.prompt_tokens, counted.completion_tokens)
            else:
                sent = sum(len(m["content"]) for m in request["messages"])
                tokens = min(received // CHARACTERS_A_TOKEN, MOST_TOKENS)
                meter.count(sent // CHARACTERS_A_TOKEN, tokens, guessed=True)

    async def _answers(self, raw: Any, *, stream: bool) -> AsyncGenerator[Answer, None]:
        """The chunks of a stream; the one answer of a server that does not stream."""
        kind = raw.http_response.headers.get("content-type", "").lower()
        if "html" in kind:
            raise unusable(
                self.host, "it answers with a web page; a base URL usually ends in /v1", lasting=True
            )
        if not stream or "json" in kind:
            yield self._answer(json.loads(await raw.http_response.aread()))
            return
        async with aclosing(events(raw.http_response)) as lines:
            async for data in lines:
                if data == "[DONE]":
                    return
                yield self._answer(json.loads(data))

    def _answer(self, body: Any) -> Answer:
        """An answer as it came. Trouble for an error that came in its place, ValidationError."""
        if isinstance(body, dict) and body.get("error"):
            raise Trouble(f"{self.host} reports a failure", outage=True)
        return Answer.model_validate(body)

    async def _guarded(self, awaitable: Awaitable[T], seconds: float) -> T:
        """Awaits within a time; whatever goes wrong becomes Trouble."""
        import httpx2
        import openai

        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await awaitable
        except TimeoutError as error:
            silent = f"was silent for {seconds:.3g} seconds"
            late = f"took more than {self.settings.call_seconds:.3g} seconds in all"
            message = f"{self.host} {silent if seconds > 0 else late}"
            raise Trouble(message, passing=True, outage=True) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise translated(error, self.host, self.model) from error
        except (ValueError, RecursionError, OSError) as error:
            raise translated(error, self.host, self.model) from error

    # ------------------------------------------------------------ the client

    async def _open(self) -> AsyncOpenAI:
        import httpx2

        async with self._opening:
            if self._client is None:
                try:
                    self._client = await asyncio.to_thread(self._build)
                # A proxy or a certificate that is none.
                except (ImportError, ValueError, OSError, httpx2.InvalidURL) as error:
                    raise Trouble("the connection cannot be set up", lasting=True, mend=PROXIES) from error
            return self._client

    def _build(self) -> AsyncOpenAI:
        import openai

        key, self.key_from = plain(self.typed_key), "typed in"
        if not key:
            key, self.key_from = find_key(self.settings.url)
        if not usable(key):
            raise Trouble(
                f"the key ({self.key_from}) holds characters that no key has", lasting=True, mend=WHOLE
            )
        return openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=self.settings.url + self._prefix,
            max_retries=0,
            timeout=openai.Timeout(None, connect=self.settings.connect_seconds),
            default_headers={"Accept-Encoding": "identity"},
            http_client=openai.DefaultAsyncHttpxClient(
                follow_redirects=False,  # what is sent is sent to the host that was named, and to no other
                trust_env=not is_loopback(self.settings.url),  # no proxy to this very computer
                event_hooks={"response": [bounded(MOST_BYTES)]},
            ),
        )
