"""Rows of the roster with what they truly say: the good row first, spoiled afterwards."""

from dataclasses import dataclass, field
from typing import Any

from seeds.roster.county import Family, Person
from seeds.roster.kinds import BY_CODE, Outcome

Cells = dict[str, Any]
FILE_KEYS = ("number", "holder", "tier", "income", "cause", "home", "filed", "zero")
"""Cells of the file: merged over the rows of its members."""
_TIERS = {"深度困难": "deep", "相对困难": "relative", "意外致困": "accidental"}


@dataclass
class Line:
    """One row: its cells by column, and the truth about it.

    Parameters
    ----------
    codes : problems beyond remarks (refusals and warnings) the reader must give, no more and no fewer
    truth : the values a taken row must give
    is_merged : the cells of the file are merged with those of the row above
    """

    cells: Cells
    truth: Cells = field(default_factory=dict)
    outcome: Outcome = "taken"
    codes: set[str] = field(default_factory=set)
    kinds: list[str] = field(default_factory=list)
    is_first: bool = False
    is_merged: bool = True

    def spoil(self, code: str) -> None:
        """Note a defect of this row: what it does to the outcome stands in the list of kinds."""
        kind = BY_CODE[code]
        self.kinds.append(code)
        if kind.problem:
            self.codes.add(kind.problem)
        if kind.outcome == "refused":
            self.outcome = "refused"


def lines_of(family: Family) -> list[Line]:
    """Return the rows of a family in the layout with a row for each member."""
    lines = [Line(_file_cells(family) | _person_cells(p), _truth(family, p)) for p in family.people]
    lines[0].is_first = True
    return lines


def _file_cells(family: Family) -> Cells:
    return {
        "number": family.number,
        "holder": family.holder.name,
        "tier": family.tier,
        "income": family.income_yuan,
        "cause": family.cause,
        "home": f"{family.home.full_name}{family.town}{int(family.number) % 90 + 1}号",
        "filed": family.filed.isoformat(),
        "zero": "是" if family.is_zero else "否",
    }


def _person_cells(person: Person) -> Cells:
    return {
        "name": person.name,
        "relation": person.relation,
        "id": person.id_number,
        "born": person.born.isoformat(),
        "phone": person.phone or None,
        "work": person.work or None,
        "health": person.health,
        "school": person.school or None,
        "major": person.major or None,
        "entered": person.entered or None,
        "leaves": person.leaves or None,
        "card": person.card or None,
        "remark": None,
    }


def _truth(family: Family, person: Person) -> Cells:
    return {
        "file_number": family.number,
        "tier": _TIERS[family.tier],
        "income_fen": family.income_yuan * 100,
        "region": family.home.code,
        "filed_on": family.filed.isoformat(),
        "zero": family.is_zero,
        "name": person.name,
        "id_number": person.id_number,
        "born_on": person.born.isoformat(),
        "phone": person.phone or None,
        "school": person.school or None,
        "card": person.card or None,
    }


def each_truth(lines: list[Line], key: str, value: object) -> None:
    """Set what all rows of a family say of their file."""
    for line in lines:
        line.truth[key] = value
