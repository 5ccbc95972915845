"""A table of a province's directory (专业参考目录) judged against the edition it replaces or follows."""

import datetime as dt
import re

from matcher.errors import InvalidInputError
from matcher.services.catalogue_outcomes import CHANGES, Outcome, Wishes
from matcher.services.catalogue_rows import DirectoryJudge, level_of
from matcher.services.catalogue_sheets import Line
from matcher.vocabulary.majors import name_key
from matcher.vocabulary.majors.directory_rows import (
    DirectoryRow,
    DirectoryTable,
    known_editions,
    rows_of,
)

_NAMED = re.compile(r"^([\u4e00-\u9fff]{2,8}?)(?:省|市|自治区)?(20\d\d)年?(?:版|目录)?$")


def named_directory(words: str) -> tuple[str, int]:
    """Return issuer and year of a name such as 浙江2026.

    Raises
    ------
    InvalidInputError
        It is not a name and a year.
    """
    found = _NAMED.match(words.strip())
    if found is None:
        raise InvalidInputError(
            "directory_name", f"“{words}”不是目录名称。请写地区和年份，例如 浙江2026。"
        )
    return found[1], int(found[2])


def judge_directory(lines: list[Line], wishes: Wishes) -> tuple[DirectoryTable, Outcome]:
    """Judge the lines of a directory; nothing is stored."""
    issuer, year = named_directory(wishes.directory or "")
    judge = DirectoryJudge(level_of(wishes.level) if wishes.level else None)
    rows = judge.judge(lines)
    table = DirectoryTable(issuer, year, f"{issuer}{year}年专业参考目录", rows)
    outcome = Outcome(
        "directory", f"{issuer}{year}", issuer, dt.date(year, 1, 1), whole=True, lines=lines
    )
    there = _before(issuer, year)
    if (issuer, year) in known_editions() and set(there) == set(rows):
        outcome.state = "same"
    outcome.changes = _changes(there, rows)
    known = {_key(row) for row in there}
    for line, row in judge.taken:
        line.status = "same" if _key(row) in known else "new"
    return table, outcome


def _key(row: DirectoryRow) -> tuple[str, str, str, str]:
    return row.level.value, row.kind, row.code, name_key(row.name)


def _before(issuer: str, year: int) -> tuple[DirectoryRow, ...]:
    """Return the rows of this very edition, else of the newest before it, else none."""
    years = [known for of, known in known_editions() if of == issuer and known <= year]
    return tuple(rows_of(issuer, max(years))) if years else ()


def _changes(
    before: tuple[DirectoryRow, ...], after: tuple[DirectoryRow, ...]
) -> dict[str, list[dict[str, object]]]:
    old, new = {_key(row) for row in before}, {_key(row) for row in after}
    gone = {_key(row): row for row in before if _key(row) not in new}
    changes: dict[str, list[dict[str, object]]] = {what: [] for what in CHANGES}
    for key, row in {_key(row): row for row in after if _key(row) not in old}.items():
        same_name = next((k for k in gone if (k[0], k[1], k[3]) == (key[0], key[1], key[3])), None)
        same_code = next((k for k in gone if row.code and k[:3] == key[:3]), None)
        heir = same_name or same_code
        if heir is None:
            changes["added"].append(_told(row))
            continue
        what = "moved" if same_name else "renamed"
        changes[what].append(_told(gone.pop(heir)) | {"becomes": [_told(row)], "certain": True})
    changes["gone"] = [_told(row) for row in gone.values()]
    return changes


def _told(row: DirectoryRow) -> dict[str, object]:
    above = row.parent.partition(":")[2]
    return {"code": row.code, "name": row.name, "class": above, "level": row.level.value}
