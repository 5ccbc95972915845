"""How each kind of defect is made: what a hand, a phone line or a spreadsheet does to one cell."""

import datetime as dt
from collections.abc import Callable
from random import Random

from matcher.identity import id_check_digit
from seeds.roster.lines import Line

Spoil = Callable[[Line, Random], bool | None]
"""Changes a row; False if the defect cannot befall this row."""
_EPOCH = dt.date(1899, 12, 30)
_DIGITS = "〇一二三四五六七八九"
_DIALECT = {
    "配偶": ("媳妇儿（妻）", "爱人", "老婆", "婆姨", "老伴", "屋里人", "堂客", "妻"),
    "儿子": ("长子", "崽", "娃子", "次子", "儿", "独生子"),
    "女儿": ("闺女", "丫头", "长女", "囡", "妮子", "次女"),
    "父亲": ("爹", "老汉", "爸爸"),
}
_WORK = {
    "下岗": ("下岗待业", "待岗", "买断工龄"),
    "失业": ("无业", "在家待业", "没工作", "失业（未登记）"),
    "灵活就业": ("打零工", "临时工", "跑外卖", "务农"),
    "自主经营": ("个体户", "摆摊", "开小店"),
    "在岗": ("在职", "上班", "企业职工"),
    "在校": ("学生", "在读", "上学", "大三"),
    "退休": ("已退休", "退休人员"),
}


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _id(line: Line) -> str:
    return str(line.cells["id"])


def _put(key: str, make: Callable[[Line, Random], object], truth: object = ...) -> Spoil:
    """Return a defect that rewrites one cell and, unless nothing is said, what it truly says."""

    def spoil(line: Line, random: Random) -> None:
        line.cells[key] = make(line, random)
        if truth is not ...:
            line.truth[{"id": "id_number", "born": "born_on"}.get(key, key)] = truth

    return spoil


def _only_if(key: str, spoil: Spoil) -> Spoil:
    """Return a defect that needs the cell to be filled."""

    def befalls(line: Line, random: Random) -> bool | None:
        return False if line.cells.get(key) is None else spoil(line, random)

    return befalls


def _fifteen(line: Line, random: Random) -> bool | None:
    number = _id(line)
    if number[6:8] != "19":
        return False
    short = number[:6] + number[8:17]
    line.cells["id"] = random.choice((short, int(short)))
    return None


def _wrong_check(line: Line, random: Random) -> str:
    number = _id(line)
    return number[:17] + random.choice([c for c in "123456789" if c != number[17]])


def _lower_x(line: Line, random: Random) -> bool | None:
    """Give the person the next number that ends in X, written small."""
    stem = _id(line)[:14]
    for serial in range(900, 1000):
        first = f"{stem}{serial:03d}"
        if id_check_digit(first) == "X":
            line.cells["id"] = first + random.choice(("x", "ｘ"))
            line.truth["id_number"] = first + "X"
            return None
    return False


def _letter_o(line: Line, random: Random) -> bool | None:
    number = _id(line)
    if "0" not in number[6:]:
        return False
    at = number.index("0", 6)
    line.cells["id"] = number[:at] + "O" + number[at + 1 :]
    return None


def _chinese(day: dt.date) -> str:
    def count(n: int) -> str:
        tens, ones = divmod(n, 10)
        head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
        return head + (_DIGITS[ones] if ones else "")

    return (
        "".join(_DIGITS[int(c)] for c in str(day.year))
        + f"年{count(day.month)}月{count(day.day)}日"
    )


def date_forms(day: dt.date) -> tuple[object, ...]:
    """Return the ways people and programs write a day."""
    return (
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        (day - _EPOCH).days,
        _chinese(day),
        f"民国{day.year - 1911}年{day.month}月{day.day}日",
        day,
        f"{day.year} {day.month} {day.day}",
        _full_width(f"{day:%Y-%m-%d}"),
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day.year}，{day.month}，{day.day}",
    )


def _dots(line: Line, random: Random) -> bool | None:
    if "·" not in str(line.cells["name"]):
        return False
    line.cells["name"] = str(line.cells["name"]).replace("·", random.choice("•．・‧"))
    return None


def _spaced(line: Line, random: Random) -> bool | None:
    name = str(line.cells["name"])
    if "·" in name:
        return False
    line.cells["name"] = random.choice((" ", "\u3000", "  ")).join(name)
    return None


def _words(key: str, table: dict[str, tuple[str, ...]]) -> Spoil:
    def spoil(line: Line, random: Random) -> bool | None:
        said = table.get(str(line.cells[key]))
        if said is None:
            return False
        line.cells[key] = random.choice(said)
        return None

    return spoil


def _noisy(line: Line, random: Random) -> str:
    return f"{line.cells['phone']}（{random.choice(('女儿', '微信同号', '本人'))}）"


def _gone(line: Line, random: Random) -> bool | None:
    if line.is_first or "·" in str(line.cells["name"]):
        return False
    if random.random() < 0.5:
        line.cells["health"] = "已去世"
    else:
        line.cells["name"] = f"{line.cells['name']}（已故）"
    return None


def _born(line: Line) -> dt.date:
    return dt.date.fromisoformat(str(line.truth["born_on"]))


SPOILS: dict[str, Spoil] = {
    "id_number_cell": _put("id", lambda line, _: float(_id(line)[:17] + "0")),
    "id_scientific": _put("id", lambda line, _: f"{float(_id(line)[:17] + '0'):.5E}"),
    "id_fifteen": _fifteen,
    "id_lower_x": _lower_x,
    "id_full_width": _put("id", lambda line, _: _full_width(_id(line))),
    "id_spaces": _put(
        "id",
        lambda line, r: r.choice(
            (f"{_id(line)[:6]} {_id(line)[6:14]} {_id(line)[14:]}", f"'{_id(line)}", f"{_id(line)}\n")
        ),
    ),
    "id_check": _put("id", _wrong_check),
    "id_short": _put("id", lambda line, r: _id(line)[:9] + _id(line)[10:]),
    "id_letter": _letter_o,
    "id_masked": _put("id", lambda line, _: _id(line)[:6] + "********" + _id(line)[14:]),
    "id_missing": _put("id", lambda line, r: r.choice((None, "无", "/", "未办")[:3]), None),
    "id_formula": _put("id", lambda line, _: "#REF!"),
    "name_missing": _put("name", lambda line, _: None),
    "name_digits": _put("name", lambda line, r: f"A{r.randrange(100, 999)}"),
    "name_masked": _put("name", lambda line, _: str(line.cells["name"])[0] + "某某"),
    "name_spaces": _spaced,
    "name_dots": _dots,
    "name_note": _put("name", lambda line, r: f"{line.cells['name']}{r.choice(('（回族）', '(曾用名)', '（外出）'))}"),
    "phone_zero_lost": _put("phone", lambda line, r: 9516_012_345 + r.randrange(1000)),
    "phone_noise": _only_if("phone", _put("phone", _noisy)),
    "phone_bad": _only_if("phone", _put("phone", lambda line, _: str(line.cells["phone"])[:10], None)),
    "phone_formula": _put("phone", lambda line, _: "#N/A", None),
    "born_impossible": _put("born", lambda line, r: r.choice(("2026.2.30", "2001-02-29", "1975年13月1日"))),
    "born_future": _put("born", lambda line, r: "2031-05-06"),
    "born_other": _put("born", lambda line, _: (_born(line) + dt.timedelta(days=400)).isoformat()),
    "born_short_year": _put("born", lambda line, _: f"{_born(line):%y}.{_born(line).month}.{_born(line).day}"),
    "born_forms": _put("born", lambda line, r: r.choice(date_forms(_born(line)))),
    "card_number_cell": _put("card", lambda line, r: 6.228480012345e18 + r.randrange(9) * 1e12, None),
    "relation_words": _words("relation", _DIALECT),
    "work_words": _words("work", _WORK),
    "gone": _gone,
}  # fmt: skip
"""By the code of the kind; what befalls a phone of the truth is mended below."""


def spoil(code: str, line: Line, random: Random) -> bool:
    """Spoil a row if the defect can befall it."""
    if SPOILS[code](line, random) is False:
        return False
    if code == "phone_zero_lost":
        line.truth["phone"] = f"0{line.cells['phone']}"
    line.spoil(code)
    return True
