"""The console's hand-written types name what the domain's types name: no more, no less."""

import re
from enum import EnumMeta
from pathlib import Path

import pytest
from pydantic import BaseModel

from flight_search.domain import chat, intent, offer, query, result

WIRE = Path(__file__).parents[3] / "console" / "src" / "wire.ts"

MODULES = (query, intent, offer, result, chat)

# What the console neither sends nor gets: it asks in one step, one request at a time.
NOT_SPOKEN = {"Contract", "IntentRequest", "IntentBatchRequest", "IntentBatchAnswer"}

INTERFACE = re.compile(r"^export interface (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  (\w+)\??:", re.MULTILINE)
UNION = re.compile(r"^export type (\w+) =((?:\s*\|?\s*\"[^\"]+\")+);", re.MULTILINE)


def _models() -> dict[str, type[BaseModel]]:
    found = (vars(module).values() for module in MODULES)
    models = {
        value.__name__: value
        for values in found
        for value in values
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel
    }
    return {name: model for name, model in models.items() if name not in NOT_SPOKEN}


def _enums() -> dict[str, EnumMeta]:
    found = (vars(module).values() for module in MODULES)
    return {
        value.__name__: value
        for values in found
        for value in values
        if isinstance(value, EnumMeta) and value.__module__.startswith("flight_search.domain")
    }


@pytest.fixture(scope="module")
def wire() -> str:
    return WIRE.read_text(encoding="utf-8")


def test_every_type_has_its_counterpart(wire: str) -> None:
    assert {name for name, _ in INTERFACE.findall(wire)} == set(_models())


@pytest.mark.parametrize("name", sorted(_models()))
def test_fields_agree(wire: str, name: str) -> None:
    written = dict(INTERFACE.findall(wire))[name]
    schema = _models()[name].model_json_schema(by_alias=True, mode="serialization")
    assert set(FIELD.findall(written)) == set(schema["properties"])


@pytest.mark.parametrize("name", sorted(_enums()))
def test_values_agree(wire: str, name: str) -> None:
    unions = {found: set(re.findall(r'"([^"]+)"', values)) for found, values in UNION.findall(wire)}
    assert unions[name] == {member.value for member in _enums()[name]}
