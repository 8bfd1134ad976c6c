"""Setting a server up: addresses, keys and proxies as people really write them."""

from __future__ import annotations

import os

import pytest

from tests.llm_server import Asked, LlmServer, Wire
from tutor.consultant.llm.probe import probe
from tutor.settings import Llm, SettingsError, check

IN_A_HURRY = {"connect_seconds": 1.0, "first_word_seconds": 1.0, "call_seconds": 3.0}


async def ready(asked: Asked, wire: Wire) -> None:
    if asked.path == "/v1/chat/completions":
        await wire.whole('{"ready": true}')
    else:
        await wire.error(404)


@pytest.mark.parametrize("path", ["/v1", "/v1/", "", "/", "/v1/chat/completions", "/v1/models"])
async def test_addresses_as_they_are_copied(path: str) -> None:
    async with LlmServer(ready) as server:
        found = await probe(Llm(base_url=server.url.removesuffix("/v1") + path))
        assert found.mend == "", found
        assert "test-model" in found.found


async def test_a_wrong_path_is_told() -> None:
    async with LlmServer(ready) as server:
        found = await probe(Llm(base_url=f"{server.url}/deeper", model="test-model"))
        assert "has nothing at this address" in found.found
        assert "usually ends in /v1" in found.mend


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1", "http://host:99999/v1", "http://host:0/v1", "http:///v1", "ftp://host/v1",
        "http://host/v1\x1b[31m", "http://me@host/v1", "localhost:11434", "http://münchen/v1",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(SettingsError, match="write it like"):
        check({"base_url": url})


@pytest.mark.parametrize("key", [" sk-1 ", '"sk-1"', "'sk-1'", "sk-1\n"])
async def test_keys_as_they_are_copied(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    async with LlmServer(ready) as server:
        found = await probe(Llm(base_url=server.url))
        assert "key: OPENAI_API_KEY" in found.found
        assert server.asked[-1].headers["authorization"] == "Bearer sk-1"


@pytest.mark.parametrize("key", ["sk-1\nsk-2", "sk-ключ", "sk 1", "sk-\x1b[31m"])
async def test_what_is_no_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    async with LlmServer(ready) as server:
        found = await probe(Llm(base_url=server.url))
        assert found.found == "the key (OPENAI_API_KEY) holds characters that no key has"
        assert "sk" not in f"{found.found} {found.mend}"
        assert server.asked == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:9", "cannot be set up"),
        ("HTTP_PROXY", "http://127.0.0.1:9", "cannot be reached"),
        ("HTTP_PROXY", "http://[nonsense", "cannot be reached"),
        ("SSL_CERT_FILE", "/no/such/file", "cannot be set up"),
    ],
)
async def test_proxies_and_certificates_that_are_none(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in list(os.environ):
        if variable.lower().endswith("_proxy"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv(name, value)
    scheme = "https" if name == "SSL_CERT_FILE" else "http"
    found = await probe(Llm.model_validate({"base_url": f"{scheme}://host.invalid/v1", "model": "m"}))
    assert told in found.found
    assert found.mend
    if name != "SSL_CERT_FILE":
        async with LlmServer(ready) as server:
            nearby = await probe(Llm.model_validate({"base_url": server.url, **IN_A_HURRY}))
            assert nearby.mend == "", "to this very computer there is no proxy"
