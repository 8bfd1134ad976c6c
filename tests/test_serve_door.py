"""Who may come in, and what a browser may say: the pure part, with what attackers send."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.serving.door import Door, DoorError, check_token, check_url, folder_of, is_loopback, new_visitor
from tutor.serving.incoming import HEIGHTS, WIDTHS, Focused, Pinged, Resized, Typed, parse, size_of

DOOR = Door("t" * 32, 8642, names=frozenset({"localhost", "room-pc"}))
PROXIED = Door("t" * 32, 8642, "https://tutor.example.org", names=frozenset({"localhost"}))


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8642", True),
        ("192.168.1.7:8642", True),  # an address is nobody's name: it cannot be pointed elsewhere
        ("[::1]:8642", True),
        ("localhost:8642", True),
        ("ROOM-PC:8642", True),
        ("evil.example:8642", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8642", False),
        ("127.0.0.1:8642@evil.example", False),
        ("127.0.0.1:80; script-src *", False),
        ("", False),
        ("[::1", False),
        ("tutor.example.org", False),
    ],
)
def test_hosts(host: str, ours: bool) -> None:
    assert DOOR.knows_host(host) is ours


def test_origins() -> None:
    assert DOOR.knows_origin("http://127.0.0.1:8642", "127.0.0.1:8642")
    assert PROXIED.knows_host("tutor.example.org")
    assert PROXIED.knows_origin("https://tutor.example.org", "127.0.0.1:8642")
    for origin in ("", "null", "http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8642"):
        assert not DOOR.knows_origin(origin, "127.0.0.1:8642")
    assert not PROXIED.knows_origin("http://tutor.example.org", "127.0.0.1:8642")


def test_a_pass_is_neither_the_token_nor_good_for_another_one() -> None:
    other = Door("u" * 32, 8642)
    assert DOOR.opens_for("t" * 32)
    assert DOOR.admits(DOOR.issued_pass)
    for wrong in ("", "t", DOOR.token, other.issued_pass, "\ud800", "é" * 64):
        assert not DOOR.admits(wrong)
    for wrong in ("", "t" * 31, DOOR.issued_pass, "\ud800"):
        assert not DOOR.opens_for(wrong)


@pytest.mark.parametrize(
    "token", ["", "short", "has spaces in it ok", "a" * 201, "ümlaute-sind-nicht-gut", "a&b=" * 9]
)
def test_a_token_that_can_be_guessed_or_breaks_a_link_is_refused(token: str) -> None:
    with pytest.raises(DoorError, match="16 to 200"):
        check_token(token)


def test_urls() -> None:
    assert check_url("https://Tutor.example.org/") == "https://tutor.example.org"
    assert check_url("http://room-pc:8080") == "http://room-pc:8080"
    for wrong in (
        "tutor.example.org",
        "ftp://x.org",
        "https://x.org/tutor",
        "https://u:p@x.org",
        "https://x.org:no",
    ):
        with pytest.raises(DoorError, match="with no path"):
            check_url(wrong)


def test_what_only_this_computer_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "127.8.8.8")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.7", "room-pc", "")))


def test_a_folder_tells_nothing_about_the_cookie() -> None:
    one, other = new_visitor(), new_visitor()
    assert folder_of(Path("r"), one) == folder_of(Path("r"), one) != folder_of(Path("r"), other)
    assert one not in str(folder_of(Path("r"), one))


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (["stdin", "a\x1b[A"], Typed("a\x1b[A")),
        (["resize", {"width": 100, "height": 30}], Resized(100, 30)),
        (["resize", {"width": 10**9, "height": -5}], Resized(WIDTHS[1], HEIGHTS[0])),
        (["resize", {"width": 1e9, "height": 30}], None),
        (["resize", {"width": True, "height": 30}], None),
        (["resize", {"width": 100}], None),
        (["stdin", 7], None),
        (["stdin"], None),
        (["ping", "x" * 999], Pinged("x" * 40)),
        (["focus"], Focused("focus")),
        (["quit"], None),
        ({"stdin": "a"}, None),
        (None, None),
    ],
)
def test_messages(sent: object, meant: object) -> None:
    assert parse(json.dumps(sent)) == meant


def test_nesting_is_no_way_in() -> None:
    assert parse("[" * 200_000) is None


@given(st.text(), st.text(), st.text())
def test_nothing_that_is_sent_is_an_error(text: str, width: str, height: str) -> None:
    parse(text)
    w, h = size_of(width, height)
    assert WIDTHS[0] <= w <= WIDTHS[1]
    assert HEIGHTS[0] <= h <= HEIGHTS[1]
