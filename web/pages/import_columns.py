"""The columns of a batch as a page shows them (核对列), and what a person decided about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.intake import concept_label, concepts_of
from matcher.intake.concepts import load_concepts
from matcher.kinds import ImportKind
from matcher.models.imports import ImportBatch
from web.i18n import gettext

LEFT_OUT = "-"
"""Value of the choice that a column is not taken in."""

_SURE = 0.8
"""Confidence from which nobody needs to look: exact heads with fitting values are above 0.9."""


@dataclass(frozen=True)
class ShownColumn:
    """One column: what stands in it, what it is taken for, how sure that is."""

    index: int
    letter: str
    head: str
    samples: list[str]
    chosen: str
    evidence: str
    conflict: str
    proposal: str
    certainty: str
    """sure, look, dropped or unknown."""
    options: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownSheet:
    """One sheet with its columns; `number` tells its fields apart from those of other sheets."""

    number: int
    name: str
    n_rows: int
    head_rows: list[int]
    notes: list[str]
    is_decided: bool
    columns: list[ShownColumn]

    @property
    def n_to_look_at(self) -> int:
        """Count the columns a person should look at."""
        return sum(column.certainty == "look" for column in self.columns)


def shown_sheets(batch: ImportBatch) -> list[ShownSheet]:
    """Return the sheets of a staged batch."""
    return [
        ShownSheet(
            number=number,
            name=name,
            n_rows=int(sheet.get("rows", 0)),
            head_rows=list(sheet.get("head_rows", [])),
            notes=list(sheet.get("notes", [])),
            is_decided=bool(sheet.get("is_decided", False)),
            columns=[_column(batch.kind, column) for column in sheet["columns"]],
        )
        for number, (name, sheet) in enumerate(batch.columns.items(), start=1)
    ]


def _column(kind: ImportKind, column: Mapping[str, Any]) -> ShownColumn:
    chosen = column["chosen"] or LEFT_OUT
    return ShownColumn(
        index=column["index"],
        letter=column["letter"],
        head=column["head"].replace("|", " "),
        samples=column.get("samples", []),
        chosen=chosen,
        evidence=column["evidence"],
        conflict=column["conflict"] or "",
        proposal=concept_label(column["proposal"]) if column["proposal"] else "",
        certainty=_certainty(column),
        options=_options(kind, chosen),
    )


def _certainty(column: Mapping[str, Any]) -> str:
    """Say whether somebody should look at a column."""
    if column["chosen"] is None:
        return "unknown"
    known = load_concepts().get(column["chosen"].partition("#")[0])
    if known is not None and known.fate == "drop":
        return "dropped"
    decided = column["chosen"] != column["concept"]
    if decided or (column["confidence"] >= _SURE and not column["conflict"]):
        return "sure"
    return "look"


def _options(kind: ImportKind, chosen: str) -> list[tuple[str, str]]:
    """Return what a column may be taken for, the numbered form of repeated ones included."""
    options = [(LEFT_OUT, gettext("不导入"))]
    options += [(concept.name, concept.label) for concept in concepts_of(kind)]
    if chosen not in {name for name, _ in options}:
        options.append((chosen, concept_label(chosen)))
    return options


def decided_columns(
    batch: ImportBatch, sent: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Return head signature and concept by column letter, of the sheets whose columns were changed.

    What the recognition would say anyway is not remembered: a better recognition may say it better.
    """
    for number, sheet in enumerate(batch.columns.values(), start=1):
        known = {name for name, _ in _options(batch.kind, LEFT_OUT)}
        decided: dict[str, str | None] = {}
        is_changed = False
        for column in sheet["columns"]:
            wish = sent.get(f"column-{number}-{column['index']}")
            if wish is None or wish.partition("#")[0] not in known:
                continue
            concept = None if wish == LEFT_OUT else wish
            is_changed = is_changed or concept != column["chosen"]
            if concept != column["concept"]:
                decided[column["letter"]] = concept
        if is_changed:
            yield sheet["head_signature"], decided
