"""A row of a households roster (困难职工家庭名册) as a checked draft.

Two layouts: a row for each member with 与户主关系, joined by file number or the holder's identity number,
and a row for each household with its members in columns of their own.
"""

from collections.abc import Iterable
from dataclasses import fields, replace

from matcher.identity import birth_date
from matcher.intake.cells import cell_text
from matcher.intake.dates import read_date
from matcher.intake.drafts import HouseholdDraft, MemberDraft
from matcher.intake.graduate_rows import read_person_id, read_tier_cell, read_zero_claim
from matcher.intake.household_columns import is_member_row_layout, relation_in_head
from matcher.intake.identifiers import read_code, read_phone
from matcher.intake.layout import RowReader
from matcher.intake.numbers import read_count, read_money_fen
from matcher.intake.posting_rows import read_place
from matcher.intake.word_readers import read_level_cell, read_name

_HOLDER_WORDS = frozenset(
    {
        "本人",
        "户主",
        "职工本人",
        "困难职工",
        "困难职工本人",
        "申请人",
        "户主本人",
        "本人（户主）",
        "0",
        "01",
        "02",
    }
)
_FOUND_BY = "请填写档案编号，或户主（困难职工）身份证号；合并单元格请保留合并"


_BY_ORDER = ("表中没有档案编号，按上方户主归户", "请核对；最好补上档案编号或户主身份证号")


def judge_household(reader: RowReader) -> HouseholdDraft | None:
    """Return the draft of one row, or None if it is refused (`reader.problems` say why)."""
    by_member = is_member_row_layout(list(reader.layout.columns), reader.head_of("member_name"))
    members = _members(reader)
    file_no = reader.take("file_no", read_code(reader.raw("file_no")))
    holder_name = reader.take("holder_name", read_name(reader.raw("holder_name")))
    holder_id = read_person_id(reader, "holder_id_number")
    holder = next((m for m in members if m.is_holder), None)
    if holder is not None:
        holder_name, holder_id = holder_name or holder.name, holder_id or holder.id_number
    if by_member and not members and not reader.is_refused():
        reader.refuse("no_name", "姓名为空", "请填写家庭成员姓名", "member_name")
    if not by_member and holder_name is None and not reader.is_refused():
        reader.refuse("no_name", "困难职工姓名为空", "请填写困难职工姓名", "holder_name")
    if not by_member and not reader.is_refused() and holder_id is None:
        reader.warn("id_missing", "没有困难职工身份证号", "请补填，以便查重", "holder_id_number")
    key = _key(file_no, holder_id, holder_name, reader.text("holder_phone"))
    if key is None and isinstance(reader.block, HouseholdDraft) and not reader.is_refused():
        key, holder_name = reader.block.key, reader.block.holder_name
        holder_id = reader.block.holder_id_number
        reader.warn("household_by_order", *_BY_ORDER, "relation")
    if key is None and not reader.is_refused():
        reader.refuse("household_unknown", "不能确定属于哪一户", _FOUND_BY, "file_no")
    if reader.is_refused() or key is None:
        return None
    draft = _draft(reader, key, members)
    draft = replace(draft, file_no=file_no, holder_name=holder_name, holder_id_number=holder_id)
    if not by_member and holder is None and holder_name is not None:
        draft = replace(draft, members=(_holder_member(reader, draft), *members))
    return None if reader.is_refused() else draft


def _key(
    file_no: str | None, holder_id: str | None, holder_name: str | None, phone: str | None
) -> str | None:
    if file_no:
        return f"file:{file_no}"
    if holder_id:
        return f"id:{holder_id}"
    if holder_name and phone:
        return f"person:{holder_name}:{cell_text(phone)}"
    return None


def _draft(reader: RowReader, key: str, members: tuple[MemberDraft, ...]) -> HouseholdDraft:
    today = reader.layout.today
    tier_text, tier = read_tier_cell(reader)
    since = reader.take("zero_since", read_date(reader.raw("zero_since"), today))
    filed = reader.take("filed_on", read_date(reader.raw("filed_on"), today))
    concept = "home_address" if reader.layout.has("home_address") else "hukou_place"
    _, place_code = read_place(reader, concept)
    return HouseholdDraft(
        key=key,
        holder_phone=reader.take("holder_phone", read_phone(reader.raw("holder_phone"))),
        tier=tier,
        tier_text=tier_text,
        zero_employment_claim=read_zero_claim(reader),
        zero_since=since.day if since else None,
        union_name=reader.text("union_name"),
        home_address=reader.text("home_address"),
        hukou_place=reader.text("hukou_place"),
        place_code=place_code,
        family_size=reader.take("family_size", read_count(reader.raw("family_size")), vital=False),
        annual_income_fen=reader.take("family_income", read_money_fen(reader.raw("family_income"))),
        income_per_head_fen=reader.take(
            "income_per_head", read_money_fen(reader.raw("income_per_head"))
        ),
        cause_main=reader.text("cause_main"),
        cause_other=reader.text("cause_other"),
        housing=reader.text("housing"),
        health_insurance=reader.text("health_insurance"),
        filed_on=filed.day if filed else None,
        members=members,
        remark=reader.text("remark"),
        extras=reader.extras(),
    )


def _holder_member(reader: RowReader, draft: HouseholdDraft) -> MemberDraft:
    """Return the holder as a member, in the layout that gives the holder columns of their own."""
    number = draft.holder_id_number
    own = _particulars(reader, "#0", number)
    return replace(
        own, name=draft.holder_name or "", relation="本人", is_holder=True, phone=draft.holder_phone
    )


def _members(reader: RowReader) -> tuple[MemberDraft, ...]:
    """Read the members of a row: the plain columns, then #2, #3 …"""
    members: list[MemberDraft] = []
    suffix, ordinal = "", 1
    while reader.layout.has(f"member_name{suffix}"):
        member = _member(reader, suffix)
        if member is not None:
            members.append(member)
        ordinal += 1
        suffix = f"#{ordinal}"
    return tuple(members)


def _member(reader: RowReader, suffix: str) -> MemberDraft | None:
    name = reader.take("member_name" + suffix, read_name(reader.raw("member_name" + suffix)))
    id_number = read_person_id(reader, "member_id_number" + suffix)
    if name is None:
        if id_number is not None:
            reader.refuse("no_name", "有身份证号而姓名为空", "请填写姓名", "member_name" + suffix)
        return None
    relation = reader.text("relation" + suffix)
    relation = relation or relation_in_head(reader.head_of("member_name" + suffix))
    phone = reader.take("member_phone" + suffix, read_phone(reader.raw("member_phone" + suffix)))
    particulars = _particulars(reader, suffix, id_number)
    is_holder = relation in _HOLDER_WORDS
    return replace(particulars, name=name, relation=relation, is_holder=is_holder, phone=phone)


def _particulars(reader: RowReader, suffix: str, id_number: str | None) -> MemberDraft:
    """Read what the columns of one person say beside name, relation and phone."""
    born = reader.take(
        "birth_date" + suffix, read_date(reader.raw("birth_date" + suffix), reader.layout.today)
    )
    level_text = reader.text("education_level" + suffix)
    level = (
        reader.take("education_level" + suffix, read_level_cell(level_text)) if level_text else None
    )
    income = reader.take(
        "member_income" + suffix, read_money_fen(reader.raw("member_income" + suffix))
    )
    return MemberDraft(
        name="",
        id_number=id_number,
        birth_date=birth_date(id_number) if id_number else born.day if born else None,
        level=level,
        major_name=reader.text("major_name" + suffix),
        work_state=reader.text("work_state" + suffix),
        work_unit=reader.text("work_unit" + suffix),
        health=reader.text("health" + suffix),
        disability=reader.text("disability" + suffix),
        monthly_income_fen=income,
        ethnicity=reader.text("ethnicity" + suffix),
    )


def merge_households(drafts: Iterable[HouseholdDraft]) -> list[HouseholdDraft]:
    """Join the drafts of one file (same key), in the order their first rows came.

    What an earlier row said stands; later rows fill what is still open and add their members.
    """
    merged: dict[str, HouseholdDraft] = {}
    names = [f.name for f in fields(HouseholdDraft) if f.name not in {"key", "members"}]
    for draft in drafts:
        known = merged.get(draft.key)
        if known is None:
            merged[draft.key] = draft
            continue
        open_fields = {n: getattr(draft, n) for n in names if getattr(known, n) in (None, ())}
        merged[draft.key] = replace(known, members=(*known.members, *draft.members), **open_fields)
    return list(merged.values())
