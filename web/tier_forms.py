"""The form of an assessment: one field for each input of a rule set, read into fen, people, yes and no.

The inputs are data (`policy/data/tiers/inputs.csv`), so the model is made from them and not written out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from pydantic import Field, create_model

from matcher.policy.tiers.amounts import fen_of
from matcher.policy.tiers.inputs import Given, InputKind, largest, load_fields
from matcher.policy.tiers.rule_shapes import RuleSet
from web.forms import Form, FormErrors, FormState
from web.i18n import gettext

_FEN = 100
_FLAGS = {"no": 0, "yes": 1}


def _made() -> type[Form]:
    fields: dict[str, Any] = {
        name: (str | None, Field(default=None, title=one.label, description=one.proof))
        for name, one in load_fields().items()
    }
    return create_model("TierInputs", __base__=Form, **fields)


TierInputs = _made()


@dataclass(frozen=True)
class AskedInput:
    """One field as the page shows it."""

    name: str
    kind: InputKind
    from_file: str
    """What the file says, with its rows; empty if it says nothing."""


def asked_inputs(rules: RuleSet, known: Mapping[str, Given] | None = None) -> list[AskedInput]:
    """Return the fields of a rule set: amounts and counts first, then what is yes or no."""
    fields = load_fields()
    found = [
        AskedInput(name, fields[name].kind, _told(name, (known or {}).get(name)))
        for name in rules.inputs()
    ]
    return sorted(found, key=lambda one: one.kind is InputKind.FLAG)


def _told(name: str, given: Given | None) -> str:
    if given is None:
        return ""
    is_flag = load_fields()[name].kind is InputKind.FLAG
    words = gettext("是") if given.value else gettext("否")
    return f"{words if is_flag else shown_value(name, given.value)}（{given.note}）"


def shown_value(name: str, value: int) -> str:
    """Return a value as it is typed."""
    kind = load_fields()[name].kind
    if kind is InputKind.MONEY:
        whole, rest = divmod(value, _FEN)
        return f"{whole}.{rest:02d}" if rest else str(whole)
    return {0: "no", 1: "yes"}[value] if kind is InputKind.FLAG else str(value)


def filled_form(values: Mapping[str, int]) -> FormState:
    """Return the form with values to start from."""
    return FormState(TierInputs, {name: shown_value(name, one) for name, one in values.items()})


def read_inputs(rules: RuleSet) -> dict[str, int] | FormErrors:
    """Read the sent values of a rule set's inputs; empty ones are left out."""
    values: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for name in rules.inputs():
        text = request.form.get(name, "").strip()
        if not text:
            continue
        read = _read(name, text)
        if read is None:
            wrong[name] = gettext("这个数不合理，请核对。")
        else:
            values[name] = read
    return FormErrors(TierInputs, request.form, wrong) if wrong else values


def _read(name: str, text: str) -> int | None:
    field = load_fields()[name]
    if field.kind is InputKind.FLAG:
        return _FLAGS.get(text)
    if field.kind is InputKind.COUNT:
        value = int(text) if text.isascii() and text.isdigit() else None
    else:
        try:
            value = fen_of(text)
        except ValueError:
            return None
    least = 1 if name in ("people", "minimum") else 0
    return value if value is not None and least <= value <= largest(field) else None
