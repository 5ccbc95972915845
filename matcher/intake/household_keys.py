"""Whose household a row belongs to: by file number, by the holder's number, by the holder above.

Numbers that only count the households of a sheet (1, 2, 3 …) are no file numbers: in the next sheet they begin
again. They join rows; the file is then known by its holder.
"""

import re

from matcher.intake.cells import cell_text, narrow
from matcher.intake.drafts import HouseholdDraft
from matcher.intake.families import family_key, is_holder_row
from matcher.intake.graduate_rows import read_person_id
from matcher.intake.identifiers import read_code, read_id_number
from matcher.intake.layout import RowReader
from matcher.intake.word_readers import read_name

_FOUND_BY = "请填写档案编号，或户主（困难职工）身份证号；合并单元格请保留合并"
_BY_ORDER = ("本行没有档案编号，按上方户主归户", "请核对；最好补上档案编号或户主身份证号")


def read_file_number(reader: RowReader) -> str | None:
    """Return the file number of a row, with the zeros a number cell has lost."""
    raw, families = reader.raw("file_no"), reader.layout.families
    if families is not None and families.counts:
        return None
    whole = families.file_number(raw) if families else None
    if whole is not None:
        reason = f"编号按数字存储，开头的 0 已丢失，按 {whole} 读取"
        reader.warn("leading_zero_lost", reason, "请把该列设为文本并核对", "file_no")
        return whole
    number = reader.take("file_no", read_code(raw))
    return re.sub(r"\s+", "", number) if number else None


def read_holder_name(reader: RowReader, *, by_member: bool) -> str | None:
    """Return the holder's name; where a row is a member's, a name that cannot be read only warns."""
    reading = read_name(reader.raw("holder_name"))
    return reader.take("holder_name", reading, vital=False if by_member else None)


def read_holder_id(reader: RowReader, *, by_member: bool) -> str | None:
    """Return the holder's number; beside a file number a bad one does not refuse a member's row."""
    if not by_member or reader.text("file_no") is None:
        return read_person_id(reader, "holder_id_number")
    if is_holder_row(reader.row, reader.layout.columns):
        return None  # the same number stands in the row's own column, and is judged there
    reading = read_id_number(reader.raw("holder_id_number"), reader.layout.today)
    return reader.take("holder_id_number", reading, vital=False)


def find_family(
    reader: RowReader, file_no: str | None, holder_name: str | None, holder_id: str | None
) -> HouseholdDraft | None:
    """Return whose household the row belongs to; what cannot be told is refused."""
    block = reader.block
    if isinstance(block, HouseholdDraft) and _goes_on(reader, block, file_no, holder_id):
        if not reader.is_refused() and family_key(reader.row, reader.layout.columns) is None:
            reader.warn("household_by_order", *_BY_ORDER, "relation")
        return block
    key = _key(reader, file_no, holder_id, holder_name)
    if key is None:
        if not reader.is_refused():
            reader.refuse("household_unknown", "不能确定属于哪一户", _FOUND_BY, "file_no")
        return None
    return HouseholdDraft(
        key=key, file_no=file_no, holder_name=holder_name, holder_id_number=holder_id
    )


def _goes_on(
    reader: RowReader, block: HouseholdDraft, file_no: str | None, holder_id: str | None
) -> bool:
    """Say whether a row goes on with the household above: nothing in it names another."""
    if file_no or holder_id or is_holder_row(reader.row, reader.layout.columns):
        return False
    if reader.layout.families is not None and reader.layout.families.counts:
        return family_key(reader.row, reader.layout.columns) is None
    named = read_name(reader.raw("holder_name")).value
    return named is None or named == block.holder_name


def _key(
    reader: RowReader, file_no: str | None, holder_id: str | None, holder_name: str | None
) -> str | None:
    if file_no:
        return f"file:{file_no}"
    counted = _counted(reader)
    if counted is not None:
        return counted
    if holder_id:
        return f"id:{holder_id}"
    phone = reader.text("holder_phone") or reader.text("member_phone")
    return f"person:{holder_name}:{cell_text(phone)}" if holder_name and phone else None


def _counted(reader: RowReader) -> str | None:
    """Return the key of a household that is only counted: its holder's number, else sheet and count."""
    families, text = reader.layout.families, narrow(cell_text(reader.raw("file_no")))
    if families is None or not families.counts or not text:
        return None
    leader = read_id_number(families.leaders.get(text), reader.layout.today).value
    return f"id:{leader}" if leader else f"count:{reader.layout.sheet}:{text}"
