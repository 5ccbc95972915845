"""Rows that are no data: blanks, titles, notes, repeated heads, subtotals. Each says why."""

import re

from matcher.intake.cells import cell_text
from matcher.intake.grids import Row
from matcher.intake.head_rows import is_code_row
from matcher.intake.heads import is_known_head
from matcher.intake.layout import Layout

_SUBTOTAL = re.compile(
    r"(本页|本表|全县|全市|全区|年度|分)?\s*(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|汇\s*总|平均|总人数|总数)\s*[:：]?"
    r"[\d\s.,，:：()（）、/%人户名元万个岗位家条数次共计为约\-—]{0,16}"
)
_SUBTOTAL_END = re.compile(
    r".{1,16}(合\s*计|小\s*计|总\s*计)[:：]?[\d\s.,，:：()（）、/%人户名元万个家条次共为约]{0,16}"
)
_NOTE = re.compile(
    r"(备注|注|说明|注意|填表说明|填报说明|填表|填报|制表|审核|审批|经办|联系人及电话|打印|单位（?盖章|负责人|日期|附|以上|本表|数据来源|以下|截至|截止)"
    r".{0,8}[:：].*|注|注\s*[:：\d一二三(（].*|[(（]?[以此]下空白[)）]?|[*＊※].*|第\s*\d+\s*页.*|.*共\s*\d+\s*[户人条名].*|填表说明.*"
)
_SIGNED = re.compile(
    r".{0,12}(签字|签章|签名|盖章|公章|审核|审批|审定|负责人|经办人?|制表人?|填表人?|填报人?|主席|日期|时间|电话|联系人|单位)\s*(\(.{0,6}\)|（.{0,6}）)?\s*[:：].{0,30}"
)
"""A label that waits for a signature, a seal or a date."""
_SAMPLE = re.compile(
    r"示例|样例|范例|例|例如|示范|例[:：].*|示例[:：]?\d*.*|[(（](示例|样例|例)[)）].*|.*[(（](示例|样例)[)）]"
)
_LONGEST_HEAD = 45
_LONGEST_NUMBER = 4
_LEAST_KNOWN = 3
"""Known heads that make a row below the head another head."""
_FEW = 3
"""Filled cells up to which a row may be a note."""

_KEYS = (
    "id_number",
    "member_id_number",
    "holder_id_number",
    "title",
    "url",
    "posting_code",
    "employer_credit_code",
    "student_no",
)


def why_not_data(row: Row, layout: Layout) -> tuple[str, str] | None:
    """Return (code, Chinese reason) if a row below the head is no data, else None."""
    texts = [
        (i, t) for i, v in enumerate(row.values) if i not in row.filled and (t := cell_text(v))
    ]
    if not texts:
        return "blank", "空行"
    first = texts[0][1]
    if _is_head_again(row, layout):
        return "repeated_head", "重复的表头"
    if len(first) < 60 and _is_subtotal(texts, layout):
        return "subtotal", "合计或小计行"
    if _SAMPLE.fullmatch(first) and len(first) < 40:
        return "sample", "示例行"
    if len(texts) <= _FEW and _NOTE.fullmatch(first.replace("\n", " ")):
        return "note", "说明或落款行"
    if _is_signed(texts):
        return "note", "说明或落款行"
    if row.number == layout.head.first_data and is_code_row(row):
        return "repeated_head", "字段代码行"
    if _is_numbering(texts, layout):
        return "numbering", "列号行"
    if len(texts) == 1 and len(layout.columns) + len(layout.extra_columns) >= 3:
        return _single(texts[0], layout)
    return None


def _is_head_again(row: Row, layout: Layout) -> bool:
    """Say whether a row repeats the head: most filled cells stand under their own words."""
    names = layout.head.names
    if not layout.head.rows:
        return False
    same = filled = 0
    for value, name in zip(row.values, names, strict=False):
        if not isinstance(value, str) or not value.strip():
            continue
        filled += 1
        same += len(value) <= _LONGEST_HEAD and "".join(value.split()) in name.split("|")
    return same >= _LEAST_KNOWN - 1 and same * 10 >= filled * 6


def is_other_head(row: Row, layout: Layout) -> bool:
    """Say whether a row is a head with another order of columns than the sheet began with."""
    values = [value for value in row.values if value is not None]
    texts = [v.strip() for v in values if isinstance(v, str) and len(v) <= _LONGEST_HEAD]
    if len(texts) < max(_LEAST_KNOWN, len(values)):
        return False
    if sum(map(is_known_head, texts[:_LEAST_KNOWN])) < _LEAST_KNOWN - 1:
        return False
    known = sum(map(is_known_head, texts))
    return known >= _LEAST_KNOWN and known * 10 >= len(texts) * 7


def _is_subtotal(texts: list[tuple[int, str]], layout: Layout) -> bool:
    leading = texts[:3]
    hit = next(
        (t for _, t in leading if _SUBTOTAL.fullmatch(t) or _SUBTOTAL_END.fullmatch(t)), None
    )
    if hit is None:
        return False
    keys = {layout.columns[k] for k in _KEYS if k in layout.columns}
    return not any(i in keys and t != hit and len(t) > 8 for i, t in texts)


def _is_signed(texts: list[tuple[int, str]]) -> bool:
    """Say whether a row is a line of signatures: 主席签字： 经办人： 填表日期："""
    signed = sum(_SIGNED.fullmatch(text.replace("\n", " ")) is not None for _, text in texts)
    return _SIGNED.fullmatch(texts[0][1]) is not None and signed * 2 >= len(texts)


def _is_numbering(texts: list[tuple[int, str]], layout: Layout) -> bool:
    """Say whether a row counts its columns: 1, 2, 3 … or (1), (2) … or A, B, C …"""
    if len(texts) < _LEAST_KNOWN or any(len(t) > _LONGEST_NUMBER for _, t in texts):
        return False
    numbers = [re.sub(r"[()（）.、栏列]", "", t) for _, t in texts]
    first = int(numbers[0]) if numbers[0].isdecimal() and len(numbers[0]) < 3 else None
    if first is not None:
        return numbers == [str(n) for n in range(first, first + len(numbers))]
    return "".join(numbers).upper() == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(numbers)]


def _single(cell: tuple[int, str], layout: Layout) -> tuple[str, str] | None:
    """Judge a row with one filled cell: a key alone is a faulty row of data, else no data."""
    index, text = cell
    if text.isdigit() and len(text) <= 5:
        return "only_ordinal", "只有序号，没有内容"
    keys = {
        layout.columns[k]
        for k in (*_KEYS, "name", "member_name", "holder_name")
        if k in layout.columns
    }
    if index in keys and len(text) <= 20 and not re.search(r"[:：。]", text):
        return None
    return "note", "只有一格有内容，是说明、分组标题或落款"
