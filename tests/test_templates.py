"""Templates are a stranger's code: values in, text out, and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.scenario.templates import RenderError, holds, render

FACTS = {"rate": 0.0412, "gone": None, "rows": 24_000, "tiny": 3e-7, "list": [1, 2], "deep": {"er": "x"}}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ run.rate | percent }} of {{ run.rows | count }}", "4% of 24,000"),
        ("{{ run.rate | percent(1) }}", "4.1%"),
        ("{{ run.gone | number }}", "not a number"),
        ("{{ run.tiny | significant }}", "3.0e-07"),
        ("{{ run.list[1] }}{{ run.deep.er }}", "2x"),
        ("{% if run.gone is none and run.rows > 1 %}yes{% else %}no{% endif %}", "yes"),
        ("{{ 'many' if run.rows > 10 else 'few' }}", "many"),
        ("no values, {but braces}", "no values, {but braces}"),
    ],
)
def test_values_filters_and_conditions(source: str, text: str) -> None:
    assert render(source, FACTS) == text


@pytest.mark.parametrize(
    "source",
    [
        "{{ run.missing }}",
        "{{ run.deep.missing }}",
        "{{ other }}",
        "{{ run.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ run.items() }}",
        "{{ run|attr('__class__') }}",
        "{% for x in run.list %}{{ x }}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% macro a() %}{% endmacro %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ run.rows / 0 }}",
        "{{ run.rate | number(999999999) | length > 1 and run.missing }}",
        "{{ run.rows | nosuchfilter }}",
        "{{ unclosed",
        "{% if run.rows %}",
    ],
)
def test_everything_else_is_refused(source: str) -> None:
    with pytest.raises(RenderError):
        render(source, FACTS)


def test_expressions() -> None:
    assert holds("run.rows > 1000 and run.gone is none", FACTS)
    assert not holds("run.rate > 0.5", FACTS)
    with pytest.raises(RenderError):
        holds("run.rows >", FACTS)


@given(st.text(alphabet="{}%|. ()'runrows+*1[]ifelse", max_size=40))
def test_any_template_renders_or_is_refused(source: str) -> None:
    with suppress(RenderError):
        assert isinstance(render(source, FACTS), str)
