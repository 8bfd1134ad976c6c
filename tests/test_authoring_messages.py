"""YAML that does not parse: the message names the mistake and how to mend it, in an author's words."""

from __future__ import annotations

import re

import pytest

from tutor.scenario.yaml_reader import YamlError, parse

BROKEN = {
    # what is wrong -> (the text, where, what the message must say)
    "a list not closed": ("a: 1\nb: [x, y\nc: 2\n", "3:2", r"the \[ in line 2 is not closed"),
    "a mapping not closed": ("a: {b: {c: 1}\nd: 2\n", "2:1", r"the \{ in line 1 is not closed"),
    "a quote not closed": ('a: 1\nb: "hello\nc: 2\n', "2:4", "the quote that opens here is never closed"),
    "an apostrophe": ("a: 'it's fine'\n", "1:8", "an apostrophe inside '...' must be doubled"),
    "a quote in quotes": ('a: "say "yes" now"\n', "1:10", "text after the closing quote"),
    "a tab": ("a:\n\tb: 1\n", "2:1", "a tab; YAML is indented with spaces"),
    "a tab below spaces": ("a:\n  x: 1\n\ty: 2\n", "3:1", "a tab; YAML is indented with spaces"),
    "a colon in plain text": ("a: this is it: the end\n", "1:14", "a second colon .* in quotes"),
    "a colon in a short mapping": (
        "x: {a: b, means: It is: bad.}\n",
        "1:23",
        r"a colon .* between \{ and \}",
    ),
    "a colon in a short list": ("x: [say: it: so]\n", "1:12", r"a colon .* between \[ and \]"),
    "a missing comma": ('a: {x: "b" c: 1}\n', "1:12", r"a comma or a \} is missing here"),
    "indented too far": ("a: 1\n  b: 2\n", "2:4", "indented further than the one above"),
    "indented too little": ("a:\n    b: 1\n  c: 2\n", "3:3", "begin in the same column"),
    "a text that slips out": ("a: |\n  x\n y: 1\n", "3:2", "stand further in than their key"),
    "a text not indented": ("a: >-\nno indent\nb: 1\n", "3:1", "must be indented further"),
    "a text on the line of >": ("a: > text\n  more\n", "1:6", "begins on the next line"),
    "no colon": ("a: 1\nb\nc: 2\n", "3:1", "a colon is missing"),
    "no space after the colon": ("a: 1\nb:2\nc: 3\n", "3:1", "a space is missing after the colon"),
    "no space after the dash": ("a:\n- x\n-y\nb: 1\n", "4:1", "a space is missing after the dash"),
    "a key among items": ("a:\n  - x\n  y: 1\n", "3:3", "begin it with a dash"),
    "an item among keys": ("a: 1\n- b\n", "2:1", "a list item .* below the key"),
    "a list beside its key": ("a: - b\n", "1:4", "a list begins on a line of its own"),
    "two commas": ("a: [x, , y]\n", "1:8", "two commas"),
    "a text that begins with a bracket": ("a: ] x\n", "1:4", "must stand in quotes"),
    "a template that is not quoted": ("a: {{ run.x }} large\n", "1:5", "must stand in quotes"),
    "an at sign": ("a: @home\n", "1:4", "cannot begin with '@' unless it stands in quotes"),
    "a backtick": ("a: `x`\n", "1:4", "cannot begin with '`'"),
    "emphasis at the start": ("a: *really* bad\n", "1:4", r"begins with & or \* must stand in quotes"),
    "an exclamation mark": ("a: !no way\n", "1:4", "begins with ! must stand in quotes"),
    "a backslash": ('a: "C:\\q"\n', "1:7", "a backslash must be doubled"),
    "after the end": ("a: 1\n...\nb: 2\n", "3:1", "after the end of the document"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_message_says_what_to_mend_and_where(name: str) -> None:
    text, where, said = BROKEN[name]
    with pytest.raises(YamlError) as caught:
        parse(text)
    position = caught.value.position
    assert re.search(said, caught.value.message), caught.value.message
    assert f"{position.line}:{position.column}" == where
    for jargon in ("node", "token", "scalar", "simple key", "block mapping", "flow"):
        assert jargon not in caught.value.message
