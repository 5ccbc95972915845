"""A roster of graduates with one defect a row, and what an honest reader must make of each.

Everybody in it is made up; identity numbers are valid in form only.
"""

import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import xlsxwriter

from matcher.identity import id_check_digit

TODAY = dt.date(2026, 11, 22)
HEADS = [
    *("序号", "姓名", "身份证号", "联系电话", "毕业院校", "学号", "学历层次", "专业名称"),
    *("专业代码", "毕业时间", "生源地", "困难生类别", "困难类别", "是否零就业家庭", "备注"),
]
COLUMN = {head: index for index, head in enumerate(HEADS)}

_SURNAMES = "赵钱孙李周吴郑王冯陈"
_GIVEN = "子涵浩然梓萱宇轩欣怡一诺思远雨桐嘉懿俊杰"
_SCHOOLS = ("甲城大学", "乙江学院", "丙州职业技术学院")

Cells = list[object]


def valid_id(rng: random.Random, *, area: str = "410102") -> str:
    """Make an identity number that is right in form; its bearer does not exist."""
    born = dt.date(1999, 1, 1) + dt.timedelta(days=rng.randrange(2500))
    first = f"{area}{born:%Y%m%d}{rng.randrange(1, 990):03d}"
    number = first + id_check_digit(first)
    return valid_id(rng, area=area) if number.endswith("000") else number


def plain_row(rng: random.Random, ordinal: int) -> Cells:
    """Make a row without a fault."""
    name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, 2))
    return [
        ordinal,
        name,
        valid_id(rng),
        f"138{rng.randrange(10**8):08d}",
        rng.choice(_SCHOOLS),
        f"2022{rng.randrange(10**6):06d}",
        "本科",
        "会计学",
        "120203",
        "2026-07-01",
        "河南省郑州市",
        "2",
        "深度困难",
        "否",
        None,
    ]


def put(head: str, value: object) -> Callable[[Cells, random.Random], None]:
    """Make a defect that writes a value under a head."""

    def spoil(cells: Cells, rng: random.Random) -> None:
        cells[COLUMN[head]] = value

    return spoil


def change(head: str, make: Callable[[str], object]) -> Callable[[Cells, random.Random], None]:
    """Make a defect that changes the value under a head."""

    def spoil(cells: Cells, rng: random.Random) -> None:
        cells[COLUMN[head]] = make(str(cells[COLUMN[head]]))

    return spoil


def only(*values: object) -> Callable[[Cells, random.Random], None]:
    """Make a row that holds these values and nothing else."""

    def spoil(cells: Cells, rng: random.Random) -> None:
        cells[:] = [*values, *[None] * (len(cells) - len(values))]

    return spoil


def _shift_right(cells: Cells, rng: random.Random) -> None:
    cells.insert(1, "汉族")
    cells.pop()


def _wrong_check(number: str) -> str:
    return number[:17] + ("1" if number[17] != "1" else "2")


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _old_15(number: str) -> str:
    return number[:6] + "86" + number[10:17]


def _without_identity(cells: Cells, rng: random.Random) -> None:
    for head in ("身份证号", "学号", "联系电话"):
        cells[COLUMN[head]] = None


@dataclass(frozen=True)
class Defect:
    """One kind of defect, how to make it, and the verdict it must get."""

    name: str
    spoil: Callable[[Cells, random.Random], None]
    status: str
    code: str | None = None


DEFECTS = (
    Defect(
        "id as float", change("身份证号", lambda n: float(n[:17] + "0")), "refused", "digits_lost"
    ),
    Defect("id in scientific notation", put("身份证号", "4.10102E+17"), "refused", "digits_lost"),
    Defect("id in full-width digits", change("身份证号", _full_width), "ok"),
    Defect("id with lower-case x", put("身份证号", "11010519491231002x"), "ok"),
    Defect("id of 15 digits", change("身份证号", _old_15), "ok", "id_widened"),
    Defect(
        "id of 15 digits as number",
        change("身份证号", lambda n: int(_old_15(n))),
        "ok",
        "id_widened",
    ),
    Defect("id with wrong check digit", change("身份证号", _wrong_check), "refused", "id_check"),
    Defect("id one digit short", change("身份证号", lambda n: n[:17]), "refused", "id_length"),
    Defect(
        "id with letter O",
        change("身份证号", lambda n: n[:16] + "O" + n[17]),
        "refused",
        "id_letters",
    ),
    Defect(
        "id masked",
        change("身份证号", lambda n: n[:6] + "********" + n[14:]),
        "refused",
        "id_masked",
    ),
    Defect(
        "id with spaces",
        change("身份证号", lambda n: f"'{n[:6]} {n[6:14]} {n[14:]}"),
        "ok",
        "id_cleaned",
    ),
    Defect(
        "id of a day that is none",
        change("身份证号", lambda n: n[:10] + "0231" + n[14:]),
        "refused",
        "id_date",
    ),
    Defect("nothing to know a person by", _without_identity, "refused", "no_identity"),
    Defect("id missing, student number there", put("身份证号", None), "ok", "id_missing"),
    Defect("phone as float", change("联系电话", float), "ok"),
    Defect(
        "two phones in a cell",
        change("联系电话", lambda n: f"{n}/13900001111"),
        "ok",
        "phone_several",
    ),
    Defect("phone one digit short", change("联系电话", lambda n: n[:10]), "ok", "phone_unreadable"),
    Defect("landline without its zero", put("联系电话", 37165901234), "ok", "leading_zero_lost"),
    Defect("date with hyphens", put("毕业时间", "2026-07-01"), "ok"),
    Defect("date with slashes", put("毕业时间", "2026/7/1"), "ok"),
    Defect("date with dots", put("毕业时间", "2026.7.1"), "ok"),
    Defect("date in Chinese", put("毕业时间", "2026年7月1日"), "ok"),
    Defect("date without marks", put("毕业时间", "20260701"), "ok"),
    Defect("month without marks", put("毕业时间", "202607"), "ok"),
    Defect("month with dot", put("毕业时间", "2026.07"), "ok"),
    Defect("date as serial number", put("毕业时间", 46204), "ok"),
    Defect(
        "date as date cell",
        put("毕业时间", dt.datetime.combine(dt.date(2026, 7, 1), dt.time())),
        "ok",
    ),
    Defect("date in full-width digits", put("毕业时间", "２０２６年７月"), "ok"),
    Defect("January or October", put("毕业时间", 2026.1), "ok", "date_ambiguous"),
    Defect("30 February", put("毕业时间", "2026-02-30"), "ok", "date_impossible"),
    Defect("name with a space inside", put("姓名", "张　三"), "ok"),
    Defect("name with invisible marks", put("姓名", "\u200b李四\ufeff"), "ok"),
    Defect("name missing", put("姓名", None), "refused", "no_name"),
    Defect("name masked", put("姓名", "张*"), "refused", "name_masked"),
    Defect("row shifted by a cell", _shift_right, "refused", "id_length"),
    Defect("major code without its zero", put("专业代码", 30101), "ok", "leading_zero_lost"),
    Defect("formula error", put("学历层次", "#N/A"), "ok", "formula_error"),
    Defect("level nobody knows", put("学历层次", "良好"), "ok", "level_unreadable"),
    Defect("county by its old name", put("生源地", "陕西省西安市长安县"), "ok"),
    Defect("tier of an older generation", put("困难类别", "低保边缘户"), "ok", "tier_old"),
    Defect("tick for yes", put("是否零就业家庭", "√"), "ok"),
    Defect("lost characters in a note", put("备注", "家庭\ufffd\ufffd"), "ok", "garbled"),
    Defect("lost characters in the name", put("姓名", "张\ufffd"), "refused", "garbled"),
    Defect("blank row", only(), "not_data", "not_data_blank"),
    Defect("subtotal", only(None, "小计", "12人"), "not_data", "not_data_subtotal"),
    Defect(
        "total in the first column", only("合计", None, None, 44), "not_data", "not_data_subtotal"
    ),
    Defect("head repeated", only(*HEADS), "not_data", "not_data_repeated_head"),
    Defect("group heading", only("二、乙江学院"), "not_data", "not_data_note"),
    Defect("note", only("注：困难生类别按代码填写"), "not_data", "not_data_note"),
    Defect(
        "signature", only("填表人：某某", None, None, "审核：某某"), "not_data", "not_data_note"
    ),
    Defect("ordinal without content", only(88), "not_data", "not_data_only_ordinal"),
    Defect("row numbering the columns", only(*range(1, 16)), "not_data", "not_data_numbering"),
)


@dataclass
class MessyRoster:
    """A roster and the verdict each of its rows must get, by row number."""

    rows: list[Cells] = field(default_factory=list)
    expected: dict[int, tuple[str, str | None, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, cells: Cells, status: str, code: str | None, name: str) -> None:
        """Append a row with its expected verdict."""
        self.rows.append(cells)
        self.expected[len(self.rows)] = (status, code, name)


def build_roster(seed: int = 7) -> MessyRoster:
    """Make the roster: two title rows, the head on row 3, each defect between faultless rows."""
    rng = random.Random(seed)
    roster = MessyRoster()
    roster.add(
        ["甲市2026年困难家庭毕业生名册", *[None] * 14], "not_data", "not_data_title", "title"
    )
    roster.add(["填报单位：甲市总工会", *[None] * 14], "not_data", "not_data_title", "subtitle")
    roster.add(list(HEADS), "not_data", "not_data_head", "head")
    ordinal = 0
    for defect in DEFECTS:
        for spoil in (None, defect):
            ordinal += 1
            cells = plain_row(rng, ordinal)
            if spoil is None:
                roster.add(cells, "ok", None, "plain")
                continue
            spoil.spoil(cells, rng)
            roster.add(cells, defect.status, defect.code, defect.name)
    _add_duplicates(roster, rng, ordinal)
    return roster


def _add_duplicates(roster: MessyRoster, rng: random.Random, ordinal: int) -> None:
    cells = plain_row(rng, ordinal + 1)
    roster.add(cells, "ok", None, "plain")
    roster.add([ordinal + 2, *cells[1:]], "refused", "duplicate_row", "same row twice")
    same_person = [ordinal + 3, *cells[1:]]
    same_person[COLUMN["联系电话"]] = "13711112222"
    roster.add(same_person, "refused", "duplicate_id_number", "same person twice")
    first = plain_row(rng, ordinal + 4)
    below = plain_row(rng, ordinal + 5)
    below[COLUMN["毕业院校"]] = None
    roster.add(first, "ok", None, "plain")
    roster.add(below, "ok", "merged_filled", "school in a merged cell")
    roster.merges.append((len(roster.rows) - 1, len(roster.rows), COLUMN["毕业院校"]))


def to_xlsx(roster: MessyRoster) -> bytes:
    """Write the roster as a workbook, numbers as numbers, dates as dates, merges as merges."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("名册")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for r, cells in enumerate(roster.rows):
        for c, value in enumerate(cells):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(r, c, value, day)
            elif isinstance(value, str):
                sheet.write_string(r, c, value)
            elif value is not None:
                sheet.write(r, c, value)
    sheet.merge_range(0, 0, 0, len(HEADS) - 1, str(roster.rows[0][0]))
    for top, bottom, column in roster.merges:
        sheet.merge_range(top - 1, column, bottom - 1, column, str(roster.rows[top - 1][column]))
    book.close()
    return stream.getvalue()


def as_text(value: object) -> str:
    """Return a cell as a spreadsheet writes it to csv."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y/%m/%d")
    if isinstance(value, float) and value >= 1e11:
        return f"{value:.5E}"
    return str(value)
