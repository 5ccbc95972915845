"""Provincial reference directories as rows: the shipped tables, and those an installation imported.

Two shapes are shipped, as the provinces publish them. Guangdong numbers gates, classes and majors with
codes of its own (B, B03, B0301, B030101): the parent is a shorter code. Jiangsu has categories (大类) with
lists of names, some of which take in whole other categories. Both become `DirectoryRow`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matcher.kinds import MajorLevel
from matcher.vocabulary.majors.caches import catalogue_cache, forget
from matcher.vocabulary.majors.references import name_key
from matcher.vocabulary.tables import read_table

LEVEL_OF_LETTER = {
    "A": MajorLevel.GRADUATE,
    "B": MajorLevel.BACHELOR,
    "C": MajorLevel.COLLEGE,
}
_KIND_OF_LENGTH = {3: "gate", 5: "class", 7: "major"}


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """One row: what stands under `parent` (`line_key` of the line above; "" at the top)."""

    level: MajorLevel
    kind: str
    code: str
    name: str
    parent: str = ""
    old_names: tuple[str, ...] = ()


def line_key(kind: str, code: str, name: str = "") -> str:
    """Return what a line is known by within its level: a class and a major may share their name."""
    return f"{kind}:{code or name_key(name)}"


@dataclass(frozen=True, slots=True)
class DirectoryTable:
    """One edition of one issuer's directory."""

    issuer: str
    year: int
    title: str
    rows: tuple[DirectoryRow, ...]


_adopted: list[DirectoryTable] = []


def adopt_directories(tables: tuple[DirectoryTable, ...]) -> None:
    """Put the imported directories beside the shipped ones; replaces those adopted before."""
    if tuple(_adopted) != tables:
        _adopted[:] = tables
        forget()


@catalogue_cache(maxsize=1)
def known_editions() -> dict[tuple[str, int], str]:
    """Return (issuer, year) → title of every directory there is; reads no directory itself."""
    found = {(r["issuer"], int(r["year"])): r["title"] for r in read_table("directories/index.csv")}
    return found | {(table.issuer, table.year): table.title for table in _adopted}


def rows_of(issuer: str, year: int) -> Iterable[DirectoryRow]:
    """Return the rows of one edition; an imported one stands for the shipped one of its year."""
    for table in _adopted:
        if (table.issuer, table.year) == (issuer, year):
            return table.rows
    for entry in read_table("directories/index.csv"):
        if (entry["issuer"], int(entry["year"])) == (issuer, year):
            rows = [r for r in _table(entry["file"]) if str(year) in r["years"].split()]
            return list(_by_number(rows) if "number" in rows[0] else _by_code(rows))
    return ()


@catalogue_cache(maxsize=None)
def _table(file: str) -> list[dict[str, str]]:
    return read_table(f"directories/{file}")


def _by_code(rows: list[dict[str, str]]) -> Iterator[DirectoryRow]:
    for row in rows:
        code = row["code"]
        kind = _KIND_OF_LENGTH[len(code)]
        parent = "" if kind == "gate" else line_key(_KIND_OF_LENGTH[len(code) - 2], code[:-2])
        old = tuple(name for name in row["old_names"].split("|") if name)
        yield DirectoryRow(LEVEL_OF_LETTER[code[0]], kind, code, row["name"], parent, old)


def _by_number(rows: list[dict[str, str]]) -> Iterator[DirectoryRow]:
    for row in rows:
        level = MajorLevel(row["level"])
        yield DirectoryRow(level, "category", row["number"], row["category"])
        for name in row["names"].split("|"):
            if name:
                yield DirectoryRow(level, "major", "", name, line_key("category", row["number"]))
    names = {row["number"]: row["category"] for row in rows}
    for row in rows:
        for number in row["includes"].split():
            level = MajorLevel(row["level"])
            yield DirectoryRow(
                level, "category", number, names[number], line_key("category", row["number"])
            )
