"""How well wishes are read: accuracy by field and stratum, and what was read for what (混淆表).

A gold line holds the text, the fields it should give and the stratum; `a|b` in gold means either is right.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from matcher.kinds import Mobility, UnitKind
from matcher.vocabulary.intents.reading import read_intent
from matcher.vocabulary.intents.readings import IntentReading

FIELDS = (
    "places",
    "occupations",
    "industries",
    "unit_kinds",
    "wanted_pay_yuan",
    "mobility",
    "nearby",
    "excluded",
    "to_confirm",
    "kept",
)
OUTCOMES = ("right", "wrong", "missed", "invented")


class Gold(BaseModel):
    """The fields a text should give; what is left out should be empty."""

    model_config = ConfigDict(extra="forbid")

    places: list[str] = Field(default_factory=list)
    occupations: list[str] = Field(default_factory=list)
    industries: list[str] = Field(default_factory=list)
    unit_kinds: list[UnitKind] = Field(default_factory=list)
    wanted_pay_yuan: int | None = None
    mobility: Mobility | None = None
    nearby: bool = False
    excluded: list[str] = Field(default_factory=list)
    """kind:code, or words:… for what is refused without a code."""
    to_confirm: list[str] = Field(default_factory=list)
    """Words to be asked about."""
    kept: list[str] = Field(default_factory=list)
    """Words that must still be there among what is kept."""


class GoldLine(BaseModel):
    """One line of an evaluation file."""

    model_config = ConfigDict(extra="ignore")

    text: str
    gold: Gold
    stratum: str = ""


@dataclass
class Evaluation:
    """Counts of one file.

    `by_field[field][outcome]`: right (also when both are empty), wrong, missed (nothing read), invented.
    `by_stratum[stratum]` counts (fields right, fields, sentences right in all, sentences).
    `confusions[field]` counts (gold, read) of what is not right; `wrong` are the texts with their fields.
    """

    by_field: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in FIELDS}
    )
    by_stratum: dict[str, Counter[str]] = field(default_factory=dict)
    confusions: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {name: Counter() for name in FIELDS}
    )
    wrong: list[tuple[str, dict[str, tuple[str, str]]]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def accuracy(self, name: str) -> float:
        """Return the share of texts whose field is right."""
        counts = self.by_field[name]
        return counts["right"] / max(1, counts.total())


def evaluate_lines(lines: Iterable[str]) -> Evaluation:
    """Read and compare each line that is not blank; a line that cannot be read is refused and counted."""
    result = Evaluation()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = GoldLine.model_validate_json(line)
        except ValueError as error:
            result.refused.append((number, _reason(error)))
            continue
        _compare(case, read_intent(case.text), result)
    return result


def _reason(error: ValueError) -> str:
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in errors())


def _compare(case: GoldLine, reading: IntentReading, result: Evaluation) -> None:
    stratum = result.by_stratum.setdefault(case.stratum, Counter())
    wrong: dict[str, tuple[str, str]] = {}
    for name in FIELDS:
        gold, read = getattr(case.gold, name), read_field(reading, name)
        outcome = _outcome(name, gold, read)
        result.by_field[name][outcome] += 1
        stratum["fields"] += 1
        stratum["fields_right"] += outcome == "right"
        if outcome != "right":
            wrong[name] = (_shown(gold), _shown(read))
            result.confusions[name][wrong[name]] += 1
    stratum["texts"] += 1
    stratum["texts_right"] += not wrong
    if wrong:
        result.wrong.append((case.text, wrong))


def read_field(reading: IntentReading, name: str) -> object:
    """Return a field of a reading in the form of gold."""
    if name == "excluded":
        return sorted(
            {
                f"{one.kind}:{code}" if code else f"words:{one.words}"
                for one in reading.excluded
                for code in (one.codes or ("",))
            }
        )
    if name == "to_confirm":
        return [question.words for question in reading.to_confirm]
    value = getattr(reading, name)
    return list(value) if isinstance(value, tuple) else value


def _outcome(name: str, gold: object, read: object) -> str:
    if name == "kept" and isinstance(gold, list) and isinstance(read, list):
        whole = "\n".join(read)
        return "right" if all(words in whole for words in gold) else "missed"
    if _is_same(name, gold, read):
        return "right"
    if not read:
        return "missed"
    return "wrong" if gold else "invented"


def _is_same(name: str, gold: object, read: object) -> bool:
    if not isinstance(gold, list) or not isinstance(read, list):
        return gold == read
    if name in {"excluded", "to_confirm"}:
        gold, read = sorted(gold), sorted(read)
    return len(gold) == len(read) and all(map(_is_either, gold, read))


def _is_either(gold: str, read: str) -> bool:
    """Compare one code with gold that may name several right ones."""
    prefix, colon, codes = gold.rpartition(":")
    return read in {prefix + colon + code for code in codes.split("|")}


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def tables(result: Evaluation) -> Sequence[str]:
    """Return the lines of the report: fields, strata, and the most frequent confusions."""
    lines = [f"{'field':<16}{'accuracy':>9}" + "".join(f"{name:>10}" for name in OUTCOMES)]
    for name, counts in result.by_field.items():
        row = "".join(f"{counts[outcome]:>10}" for outcome in OUTCOMES)
        lines.append(f"{name:<16}{result.accuracy(name):>9.1%}{row}")
    lines += ["", f"{'stratum':<16}{'texts':>7}{'all right':>11}{'fields right':>14}"]
    for name, counts in sorted(result.by_stratum.items()):
        whole = counts["texts_right"] / counts["texts"]
        fields = counts["fields_right"] / counts["fields"]
        lines.append(f"{name or '-':<16}{counts['texts']:>7}{whole:>11.1%}{fields:>14.1%}")
    lines += ["", "confusions (field: gold -> read)"]
    for name, confusions in result.confusions.items():
        lines += [
            f"{count:>4}  {name}: {gold or '-'} -> {read or '-'}"
            for (gold, read), count in confusions.most_common(10)
        ]
    return lines


def as_json(result: Evaluation) -> str:
    """Return the counts as one JSON object."""
    return json.dumps(
        {
            "texts": sum(counts["texts"] for counts in result.by_stratum.values()),
            "accuracy": {name: round(result.accuracy(name), 4) for name in FIELDS},
            "by_field": {name: dict(counts) for name, counts in result.by_field.items()},
            "by_stratum": {name: dict(counts) for name, counts in result.by_stratum.items()},
            "confusions": [
                {"field": name, "gold": gold, "read": read, "count": count}
                for name, confusions in result.confusions.items()
                for (gold, read), count in confusions.most_common()
            ],
            "refused": [{"line": line, "error": error} for line, error in result.refused],
        },
        ensure_ascii=False,
    )
