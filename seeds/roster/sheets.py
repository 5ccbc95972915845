"""The sheets of the roster: townships in two layouts, and what else lies in such files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from seeds.roster.kinds import BY_CODE
from seeds.roster.lines import FILE_KEYS, Cells, Line

Merge = tuple[int, int, int, int]
_HEADS: dict[str, tuple[str, ...]] = {
    "number": ("困难职工档案号", "档案编号", "建档编号", "档案\n编号"),
    "holder": ("困难职工姓名", "户主姓名", "建档职工姓名"),
    "tier": ("困难类别", "困难类型", "困难程度", "建档类型"),
    "income": ("家庭年收入（元）", "家庭年度总收入", "家庭年总收入(元)"),
    "cause": ("主要致困原因", "致困原因", "致困主要原因"),
    "home": ("家庭住址", "家庭详细地址", "现住址"),
    "filed": ("建档日期", "建档时间", "认定时间"),
    "zero": ("是否零就业家庭", "零就业家庭", "是否零就业"),
    "name": ("姓名", "成员姓名", "家庭成员姓名"),
    "relation": ("与户主关系", "与职工关系", "称谓", "与困难职工\n关系"),
    "id": ("身份证号码", "身份证号", "公民身份号码", "身份证号玛"),
    "born": ("出生日期", "出生年月日", "出生年月"),
    "phone": ("联系电话", "联系方式", "手机号码"),
    "work": ("就业状态", "就业情况", "从业状况", "工作状态"),
    "health": ("健康状况", "身体状况"),
    "school": ("就读学校", "在读学校", "就读院校"),
    "major": ("所学专业", "专业", "就读专业"),
    "entered": ("入学时间", "入学年月"),
    "leaves": ("预计毕业时间", "预计毕业年月", "毕业时间"),
    "card": ("银行卡号", "银行账号"),
    "remark": ("备注", "说明"),
}
_OF_PERSON = tuple(key for key in _HEADS if key not in FILE_KEYS and key != "remark")
_EXTRA = ("经办人签字", "村组", "帮扶责任人")


@dataclass
class Sheet:
    """A sheet to be written: rows of values, merged blocks, and the truth by row number."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    truth: dict[int, Line] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    traits: set[str] = field(default_factory=set)

    def add(self, values: Sequence[Any], line: Line | None = None, kind: str = "") -> int:
        """Append a row and note what it is; returns its index from 0."""
        self.rows.append(list(values))
        if line is None:
            line = Line({}, outcome="not_data")
            line.kinds.append(kind)
            line.codes.add(BY_CODE[kind].problem)
        self.truth[len(self.rows)] = line
        return len(self.rows) - 1

    def wide(self, text: str, width: int, kind: str = "title") -> None:
        """Append a row of one text merged over the whole sheet."""
        row = self.add([text, *[None] * (width - 1)], kind=kind)
        self.merges.append((row, 0, row, width - 1))


def member_sheet(name: str, families: Sequence[list[Line]], random: Random) -> Sheet:
    """Lay out a township with a row for each member below a head of two storeys."""
    sheet = Sheet(name)
    keys = [
        "ordinal",
        *FILE_KEYS,
        *_OF_PERSON,
        "remark",
        *(["extra"] if random.random() < 0.5 else []),
    ]
    width = len(keys)
    heads = {key: random.choice(_HEADS[key]) for key in keys if key in _HEADS}
    heads |= {"ordinal": "序号", "extra": random.choice(_EXTRA)}
    sheet.wide(f"{name}困难职工家庭情况登记表", width)
    sheet.add(
        ["填报单位（盖章）：", *[None] * (width - 3), "填报日期：2026年6月", None], kind="title"
    )
    first = _two_storeys(sheet, keys, heads)
    if random.random() < 0.5:
        sheet.add(range(1, width + 1), kind="numbering")
    if random.random() < 0.5:
        sheet.add(["示例", "0010001", "张三", *[None] * (width - 3)], kind="sample")
    for ordinal, lines in enumerate(families, start=1):
        _family(sheet, keys, lines, ordinal)
        if ordinal % 25 == 0:
            sheet.add(["小计", f"{ordinal}户", *[None] * (width - 2)], kind="subtotal")
            sheet.add([None] * width, kind="blank")
            for row in (first, first + 1):
                sheet.add(sheet.rows[row], kind="repeated_head")
    sheet.add(["合计", None, f"{len(families)}户", *[None] * (width - 3)], kind="subtotal")
    sheet.add(["填表人：", None, None, "审核人：", *[None] * (width - 4)], kind="note")
    sheet.hidden_columns = [keys.index("health")]
    sheet.traits |= {"extra"} & set(keys)
    return sheet


def _two_storeys(sheet: Sheet, keys: list[str], heads: dict[str, str]) -> int:
    start, end = keys.index("name"), keys.index(_OF_PERSON[-1])
    upper = [
        "家庭成员情况" if i == start else heads[k] if not start <= i <= end else None
        for i, k in enumerate(keys)
    ]
    lower = [heads[k] if start <= i <= end else None for i, k in enumerate(keys)]
    row = sheet.add(upper, kind="head")
    sheet.add(lower, kind="head")
    sheet.merges.append((row, start, row, end))
    sheet.merges += [(row, i, row + 1, i) for i in range(len(keys)) if not start <= i <= end]
    return row


def _family(sheet: Sheet, keys: list[str], lines: list[Line], ordinal: int) -> None:
    first = len(sheet.rows)
    for line in lines:
        shows = line is lines[0]
        own: Cells = {k: v for k, v in line.cells.items() if shows or k not in FILE_KEYS}
        own["ordinal"] = ordinal if shows else None
        row = sheet.add([own.get(key) for key in keys], line)
        if "phone_noise" in line.kinds:
            sheet.comments.append((row, keys.index("phone"), "电话由社区提供"))
    last = len(sheet.rows) - 1
    while last > first and not lines[last - first].is_merged:
        last -= 1
    if last > first:
        columns = [i for i, key in enumerate(keys) if key in FILE_KEYS or key == "ordinal"]
        sheet.merges += [(first, column, last, column) for column in columns]
    if ordinal % 17 == 0:
        sheet.hidden_rows += range(first, last + 1)


_SIDE_HEADS = (
    ("number", "编号"), ("name", "户主姓名"), ("id", "户主身份证"), ("phone", "联系电话"),
    ("unit", "工作单位及职务"), ("tier", "困难类型"), ("cause", "致困原因"), ("wan", "家庭总收入\n（万元）"),
    ("home", "家庭地址"), ("spouse_name", "配偶姓名"), ("spouse_id", "配偶身份证号"), ("spouse_work", "配偶就业情况"),
    ("c1_name", "子女1姓名"), ("c1_id", "子女1身份证号"), ("c1_school", "子女1就读学校"), ("c1_major", "子女1所学专业"),
    ("c1_entered", "子女1入学年月"), ("c1_leaves", "子女1预计毕业年月"), ("c2_name", "子女2姓名"),
    ("c2_id", "子女2身份证号"), ("c2_school", "子女2就读学校"), ("remark", "备注"),
)  # fmt: skip


def household_sheet(name: str, lines: Sequence[Line]) -> Sheet:
    """Lay out a township with a row for each household, its members side by side."""
    sheet = Sheet(name, traits={"side"})
    sheet.wide(f"{name}困难职工花名册", len(_SIDE_HEADS))
    sheet.add([head for _, head in _SIDE_HEADS], kind="head")
    for line in lines:
        sheet.add([line.cells.get(key) for key, _ in _SIDE_HEADS], line)
    sheet.add(["总计", f"共{len(lines)}户", *[None] * (len(_SIDE_HEADS) - 2)], kind="subtotal")
    return sheet


def other_sheets() -> Iterator[Sheet]:
    """Yield what lies beside the townships: instructions, a summary, codes, somebody's scribbling."""
    notes = Sheet("填表说明")
    for text in (
        "填表说明",
        "一、身份证号一律填 18 位。",
        "二、困难类别填深度困难、相对困难或意外致困。",
    ):
        notes.add([text], kind="other_sheet")
    summary = Sheet("汇总")
    for row in (
        ["乡镇", "户数", "人数", "深度", "相对", "意外"],
        ["城关镇", 120, 380, 30, 60, 30],
        ["合计", 120, 380, 30, 60, 30],
    ):
        summary.add(row, kind="other_sheet")
    codes = Sheet("代码表")
    for row in (["代码", "含义"], ["1", "在岗"], ["2", "失业"]):
        codes.add(row, kind="other_sheet")
    junk = Sheet("Sheet3")
    junk.add(["asdf"], kind="other_sheet")
    yield from (notes, summary, codes, junk)
