"""The layout with a row for each household: one defect a spoilt row, in the holder's cells or the file's."""

from collections.abc import Sequence
from random import Random

from seeds.roster.county import Family, Person
from seeds.roster.lines import Cells, Line, lines_of
from seeds.roster.spoils import spoil

_SPOILT = 0.4
_CELLS = (
    *("id_number_cell", "id_fifteen", "id_full_width", "id_spaces", "id_check", "id_short", "id_missing"),
    *("name_missing", "name_spaces", "phone_noise", "phone_bad", "phone_zero_lost", "two_in_cell"),
    "income_wan",
)  # fmt: skip
_CHILDREN = 2


def side_lines(families: Sequence[Family], random: Random) -> list[Line]:
    """Return a row for each family."""
    made = []
    for index, family in enumerate(families):
        line = _line(family)
        if random.random() < _SPOILT:
            _spoil(_CELLS[index % len(_CELLS)], line, family, random)
        made.append(line)
    return made


def _line(family: Family) -> Line:
    first = lines_of(family)[0]
    spouse = next((p for p in family.people if p.relation == "配偶"), None)
    children = [p for p in family.people if p.relation in ("儿子", "女儿")][:_CHILDREN]
    cells: Cells = {
        key: first.cells[key] for key in ("number", "name", "id", "phone", "tier", "cause", "home")
    }
    cells |= {"wan": family.income_yuan / 10_000, "unit": family.unit}
    if spouse is not None:
        cells |= {
            "spouse_name": spouse.name,
            "spouse_id": spouse.id_number,
            "spouse_work": spouse.work,
        }
    for position, child in enumerate(children, start=1):
        cells |= _child(f"c{position}", child)
    truth = {
        key: first.truth[key]
        for key in ("file_number", "tier", "income_fen", "region", "name", "id_number", "phone")
    }
    people = [family.holder, *([spouse] if spouse else []), *children]
    truth["members"] = [person.name for person in people]
    return Line(cells, truth, is_first=True)


def _child(key: str, child: Person) -> Cells:
    return {
        f"{key}_name": child.name,
        f"{key}_id": child.id_number,
        f"{key}_school": child.school or None,
        f"{key}_major": child.major or None,
        f"{key}_entered": child.entered or None,
        f"{key}_leaves": child.leaves or None,
    }


def _spoil(code: str, line: Line, family: Family, random: Random) -> None:
    if code == "two_in_cell":
        _two_in_cell(line, random)
    elif code == "income_wan":
        line.cells["wan"] = f"{family.income_yuan / 10_000:g}万"
        line.spoil(code)
    elif spoil(code, line, random):
        line.truth["members"] = [str(line.truth["name"]), *line.truth["members"][1:]]


def _two_in_cell(line: Line, random: Random) -> None:
    """Write both children and both numbers into the first child's cells."""
    if not line.cells.get("c2_name"):
        return
    mark = random.choice(("、", "\n", "；", "，"))
    for part in ("name", "id"):
        line.cells[f"c1_{part}"] = mark.join(str(line.cells.pop(f"c{n}_{part}")) for n in (1, 2))
    for key in ("c1_school", "c1_major", "c1_entered", "c1_leaves", "c2_school"):
        line.cells.pop(key, None)
    line.spoil("two_in_cell")
