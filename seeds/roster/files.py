"""Defects of a file's cells and of a family's rows together."""

import copy
from collections.abc import Callable
from random import Random

from matcher.vocabulary.regions import load_regions
from seeds.roster.county import Family
from seeds.roster.lines import Line, each_truth
from seeds.roster.spoils import date_forms

FileSpoil = Callable[[list[Line], Family, Random], bool | None]
OLD_COUNTIES = {"371603": "沾化县", "371681": "邹平县", "640181": "灵武县", "410306": "孟津县"}
"""Names of counties that became districts and cities, by today's code."""
_OLD_TIERS = ("低保边缘户", "低保户", "特困职工", "困难职工", "建档立卡贫困户")
_YEAR = 12


def _cell(lines: list[Line], key: str, value: object) -> None:
    for line in lines:
        line.cells[key] = value


def _zero_lost(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "number", int(family.number))


def _old_county(lines: list[Line], family: Family, random: Random) -> bool | None:
    old = OLD_COUNTIES.get(family.home.code)
    if old is None:
        return False
    above = load_regions().name_of(load_regions().city_of(family.home.code) or "")
    _cell(lines, "home", f"{random.choice((above, ''))}{old}{family.town}")
    return None


def _no_province(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "home", f"{random.choice((family.home.name, family.home.city_name))}{family.town}")


def _tier_old(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "tier", random.choice(_OLD_TIERS))
    each_truth(lines, "tier", None)


def _tier_exited(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "tier", random.choice(("已脱困", "脱困", "已注销（脱困）", "解困户")))


def _income(make: Callable[[int, Random], tuple[object, int | None]]) -> FileSpoil:
    def spoil(lines: list[Line], family: Family, random: Random) -> None:
        written, yuan = make(family.income_yuan, random)
        _cell(lines, "income", written)
        each_truth(lines, "income_fen", None if yuan is None else yuan * 100)

    return spoil


def _about(yuan: int, random: Random) -> tuple[object, int]:
    forms = (f"约{yuan}", f"{yuan}元左右", f"{yuan}余元", f"大约{yuan}元")
    return random.choice(forms), yuan


def _by_month(yuan: int, random: Random) -> tuple[object, int]:
    month = yuan // _YEAR // 10 * 10
    forms = (f"{month}元/月", f"每月{month}元", f"{month}/月")
    return random.choice(forms), month * _YEAR


def _zero(lines: list[Line], family: Family, random: Random) -> None:
    mark = ("√", "1", "Y", "是", "有") if family.is_zero else ("×", "0", "N", "否", "无")
    _cell(lines, "zero", random.choice(mark))


def _zero_words(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "zero", random.choice(("待核实", "不清楚", "？")))
    each_truth(lines, "zero", None)


def _filed(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "filed", random.choice(date_forms(family.filed)))


def _filed_future(lines: list[Line], family: Family, random: Random) -> None:
    _cell(lines, "filed", family.filed.replace(year=2049, day=1).isoformat())
    each_truth(lines, "filed_on", None)


FILE_SPOILS: dict[str, FileSpoil] = {
    "number_zero_lost": _zero_lost,
    "old_county": _old_county,
    "no_province": _no_province,
    "tier_old": _tier_old,
    "tier_exited": _tier_exited,
    "income_wan": _income(lambda yuan, _: (f"{yuan / 10_000:g}万元", yuan)),
    "income_about": _income(_about),
    "income_month": _income(_by_month),
    "income_negative": _income(lambda yuan, _: (-yuan, None)),
    "income_words": _income(lambda _, r: (r.choice(("靠低保", "不固定", "无稳定收入")), None)),
    "zero_marks": _zero,
    "zero_words": _zero_words,
    "filed_forms": _filed,
    "filed_future": _filed_future,
}


def spoil_file(code: str, lines: list[Line], family: Family, random: Random) -> bool:
    """Spoil a cell of the file: said at its first row, refusals at every row."""
    if FILE_SPOILS[code](lines, family, random) is False:
        return False
    lines[0].spoil(code)
    if lines[0].outcome == "refused":
        for line in lines[1:]:
            line.spoil(code)
    return True


def spoil_family(
    code: str, lines: list[Line], before: list[Line], random: Random
) -> list[Line] | None:
    """Return the rows of a family with a defect that takes several rows, None if it cannot befall it.

    Parameters
    ----------
    before : good rows of a family that stands above
    """
    return _FAMILY[code](lines, before, random)


def _row_twice(lines: list[Line], before: list[Line], random: Random) -> list[Line]:
    again = copy.deepcopy(lines[-1])
    again.is_first = False
    again.spoil("row_twice")
    return [*lines, again]


def _row_changed(lines: list[Line], before: list[Line], random: Random) -> list[Line]:
    again = copy.deepcopy(lines[-1])
    again.is_first, again.cells["work"] = False, "现役军人"
    again.spoil("row_twice_changed")
    return [*lines, again]


def _in_two(lines: list[Line], before: list[Line], random: Random) -> list[Line] | None:
    if len(before) < 2:
        return None
    guest = copy.deepcopy(lines[-1])
    for key in (
        "name",
        "relation",
        "id",
        "born",
        "phone",
        "school",
        "major",
        "entered",
        "leaves",
        "work",
    ):
        guest.cells[key] = before[-1].cells[key]
    guest.spoil("person_in_two")
    return [*lines, guest]


def _family_twice(lines: list[Line], before: list[Line], random: Random) -> list[Line] | None:
    if not before:
        return None
    again = copy.deepcopy(before)
    number = lines[0].cells["number"]
    for line in again:
        line.cells["number"] = number
        line.spoil("family_twice")
    again[0].codes = {"member_in_two_files"}
    return again


def _no_holder(lines: list[Line], before: list[Line], random: Random) -> list[Line] | None:
    if len(lines) < 2:
        return None
    rest = lines[1:]
    rest[0].is_first = True
    for line in rest:
        line.spoil("no_holder")
    return rest


def _two_holders(lines: list[Line], before: list[Line], random: Random) -> list[Line] | None:
    if len(lines) < 2:
        return None
    lines[1].cells["relation"] = random.choice(("户主", "本人", "困难职工本人"))
    lines[1].spoil("two_holders")
    return lines


def _hole(lines: list[Line], before: list[Line], random: Random) -> list[Line] | None:
    if len(lines) < 2:
        return None
    for line in lines[1:]:
        line.is_merged = False
        line.spoil("hole")
    return lines


_FAMILY: dict[str, Callable[[list[Line], list[Line], Random], list[Line] | None]] = {
    "row_twice": _row_twice,
    "row_twice_changed": _row_changed,
    "person_in_two": _in_two,
    "family_twice": _family_twice,
    "no_holder": _no_holder,
    "two_holders": _two_holders,
    "hole": _hole,
}
