"""Making the whole roster: families, defects dealt out by seed, sheets, workbook and truth."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from seeds.roster.county import Family, make_families
from seeds.roster.files import FILE_SPOILS, spoil_family, spoil_file
from seeds.roster.kinds import CELL_KINDS, FAMILY_KINDS, FILE_KINDS, KINDS
from seeds.roster.lines import Line, lines_of
from seeds.roster.sheets import Sheet, household_sheet, member_sheet, other_sheets
from seeds.roster.side_by_side import side_lines
from seeds.roster.spoils import spoil

_SPOILT = 0.45
"""Share of families something is wrong with."""
_SIDE_TOWNS = 4
"""Of so many townships the last is laid out with a row for each household."""
_OF_ID = {kind.problem for kind in CELL_KINDS if kind.code.startswith("id_")}
_ERRORS = {"#REF!", "#N/A", "#VALUE!"}


def make_roster(count: int, *, region: str, seed: int, today: dt.date) -> list[Sheet]:
    """Return the sheets of a roster with the truth of every row."""
    random = Random(f"{seed} defects")  # noqa: S311 - made-up data
    towns: dict[str, list[Family]] = {}
    for family in make_families(count, region=region, seed=seed, today=today):
        towns.setdefault(family.town, []).append(family)
    sheets = list(other_sheets())
    waiting: list[str] = []
    for index, (town, families) in enumerate(towns.items(), start=1):
        if index % _SIDE_TOWNS == 0:
            sheets.append(household_sheet(town, side_lines(families, random)))
        else:
            sheets.append(member_sheet(town, _spoilt(families, waiting, random), random))
    random.shuffle(sheets)
    return sheets


def _spoilt(families: Sequence[Family], waiting: list[str], random: Random) -> list[list[Line]]:
    """Return the rows of families, one defect in each spoilt family, every kind in its turn."""
    kinds = [kind.code for kind in (*CELL_KINDS, *FILE_KINDS, *FAMILY_KINDS)]
    made: list[list[Line]] = []
    whole: list[list[Line]] = []
    for family in families:
        lines = lines_of(family)
        if random.random() < _SPOILT:
            if not waiting:
                waiting += random.sample(kinds, len(kinds))
            lines = _with_defect(waiting, lines, family, whole=whole, random=random)
        else:
            whole.append(lines)
        made.append(lines)
    return made


def _with_defect(
    waiting: list[str],
    lines: list[Line],
    family: Family,
    *,
    whole: list[list[Line]],
    random: Random,
) -> list[Line]:
    """Give a family the first waiting defect that can befall it."""
    for code in tuple(waiting):
        if code in FILE_SPOILS:
            befell: Any = spoil_file(code, lines, family, random)
        elif any(kind.code == code for kind in FAMILY_KINDS):
            befell = spoil_family(code, lines, whole.pop() if whole else [], random)
            lines = befell or lines
        else:
            befell = any(spoil(code, line, random) for line in random.sample(lines, len(lines)))
        if befell:
            waiting.remove(code)
            return lines
    return lines


def write_book(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write the sheets as a workbook."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for r, row in enumerate(sheet.rows):
            for c, value in enumerate(row):
                _write(page, r, c, value, day)
        for top, left, bottom, right in sheet.merges:
            page.merge_range(top, left, bottom, right, "")
            _write(page, top, left, sheet.rows[top][left], day)
        for r in sheet.hidden_rows:
            page.set_row(r, None, None, {"hidden": True})
        for c in sheet.hidden_columns:
            page.set_column(c, c, None, None, {"hidden": True})
        for r, c, text in sheet.comments:
            page.write_comment(r, c, text)
    book.close()


def _write(page: Worksheet, r: int, c: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, str) and value in _ERRORS:
        page.write_formula(r, c, "=NA()" if value == "#N/A" else "=A1+#REF!", None, value)
    elif isinstance(value, str):
        page.write_string(r, c, value)
    elif isinstance(value, dt.date):
        page.write_datetime(r, c, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    else:
        page.write(r, c, value)


def _codes(line: Line) -> list[str]:
    """Return what the reader must say: a good number may end in 000, which deserves a second look."""
    number = line.cells.get("id")
    looks_cut = isinstance(number, str) and number.endswith("000") and not line.codes & _OF_ID
    return sorted(line.codes | {"id_ends_in_zeros"} if looks_cut else line.codes)


def truth_of(sheets: Sequence[Sheet]) -> dict[str, Any]:
    """Return the truth of every row, as JSON carries it, and how often each kind of defect came."""
    rows: list[dict[str, Any]] = [
        {
            "sheet": sheet.name,
            "row": number,
            "outcome": line.outcome,
            "codes": _codes(line),
            "kinds": line.kinds,
            "values": line.truth if line.outcome == "taken" else None,
        }
        for sheet in sheets
        for number, line in sorted(sheet.truth.items())
    ]
    seen = Counter(kind for row in rows for kind in row["kinds"])
    seen["hidden"] = sum(len(sheet.hidden_rows) for sheet in sheets)
    seen["extra_columns"] = sum("extra" in sheet.traits for sheet in sheets)
    seen["other_layout"] = sum("side" in sheet.traits for sheet in sheets)
    kinds = [{"code": k.code, "name": k.name, "rows": seen[k.code]} for k in KINDS]
    outcomes = Counter(row["outcome"] for row in rows)
    return {"outcomes": dict(outcomes), "kinds": kinds, "rows": rows}


def write_roster(out: Path, truth: Path | None, sheets: list[Sheet]) -> dict[str, Any]:
    """Write the workbook and, if asked, its truth beside it."""
    write_book(out, sheets)
    told = truth_of(sheets)
    if truth is not None:
        truth.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told
