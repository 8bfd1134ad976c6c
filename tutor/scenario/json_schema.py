"""JSON Schemas of the files an author writes, for editors that complete and validate while one types.

`python -m tutor.scenario.json_schema` writes them anew to `scenarios/schema/`; a test compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tutor import content
from tutor.scenario.concepts import Concept
from tutor.scenario.sayings import Phrasings
from tutor.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, type[BaseModel]] = {"scenario": Scenario, "phrasings": Phrasings, "concept": Concept}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file (a key of MODELS). What a concept can fill in is not required."""
    schema = {"$schema": DIALECT, **MODELS[name].model_json_schema(by_alias=True)}
    definitions = schema.get("$defs", {})
    if "Idea" in definitions:
        idea = definitions["Idea"]
        idea["anyOf"] = [{"required": ["from"]}, {"required": idea.pop("required")}]
    if "Pushback" in definitions:
        definitions["Pushback"]["required"] = ["exhibit"]
    return schema


def text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(json_schema(name), indent=1, ensure_ascii=False) + "\n"


def path(name: str) -> Path:
    """The shipped file of a schema."""
    return content.scenarios_dir() / "schema" / f"{name}.json"


if __name__ == "__main__":
    for each in MODELS:
        path(each).parent.mkdir(exist_ok=True)
        path(each).write_text(text(each), encoding="utf-8")
