"""A row of a households roster (困难职工家庭名册) as a checked draft.

Two layouts: a row for each member with 与户主关系, joined by file number or the holder's identity number,
and a row for each household with its members in columns of their own.
"""

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from matcher.intake.cells import narrow
from matcher.intake.dates import read_date
from matcher.intake.drafts import HouseholdDraft, MemberDraft
from matcher.intake.families import family_key
from matcher.intake.graduate_rows import read_tier_cell, read_zero_claim
from matcher.intake.household_columns import is_member_row_layout
from matcher.intake.household_keys import (
    find_family,
    read_file_number,
    read_holder_id,
    read_holder_name,
)
from matcher.intake.household_money import read_money
from matcher.intake.household_people import read_members, read_particulars
from matcher.intake.household_places import read_home
from matcher.intake.household_words import causes_of, housing_of, read_said
from matcher.intake.identifiers import read_phone
from matcher.intake.layout import RowReader
from matcher.intake.numbers import read_count

_EXITED = re.compile(r"(已|申请|拟)?(脱困|解困|退出|销档|注销|撤档|迁出)(?!.*(在档|返困|未))")
_GONE_OUT = (
    "file_exited",
    "表中写明这一户已经退出（脱困、解困或注销）",
    "已退出的档案不作为在档名册导入；如仍在档请改正困难类别",
)
_LARGEST_HOME = 1_000
"""Square metres; more is no flat but another column's number."""


def judge_household(reader: RowReader) -> HouseholdDraft | None:
    """Return the draft of one row, or None if it is refused (`reader.problems` say why)."""
    by_member = is_member_row_layout(list(reader.layout.columns), reader.head_of("member_name"))
    members = read_members(reader)
    file_no = read_file_number(reader)
    holder_name = read_holder_name(reader, by_member=by_member)
    holder_id = read_holder_id(reader, by_member=by_member)
    holder = next((m for m in members if m.is_holder), None)
    if holder is not None:
        holder_name, holder_id = holder_name or holder.name, holder_id or holder.id_number
    _check_names(reader, members, holder_name, holder_id, by_member=by_member)
    found = find_family(reader, file_no, holder_name, holder_id)
    reader.family = found
    if reader.is_refused() or found is None:
        return None
    draft = replace(_draft(reader, found, members), is_whole=not by_member)
    draft = _with_holder(reader, draft, holder, by_member=by_member)
    return None if reader.is_refused() else draft


def _check_names(
    reader: RowReader,
    members: tuple[MemberDraft, ...],
    holder_name: str | None,
    holder_id: str | None,
    *,
    by_member: bool,
) -> None:
    if reader.is_refused():
        return
    if by_member and not members and not _is_holder_alone(reader, holder_name):
        reader.refuse("no_name", "姓名为空", "请填写家庭成员姓名", "member_name")
    elif not by_member and holder_name is None:
        reader.refuse("no_name", "困难职工姓名为空", "请填写困难职工姓名", "holder_name")
    elif not by_member and holder_id is None:
        reader.warn("id_missing", "没有困难职工身份证号", "请补填，以便查重", "holder_id_number")
    elif by_member and members and members[0].id_number is None:
        reader.warn(
            "id_missing", "没有身份证号，只能按姓名认人", "请补填，以便查重", "member_id_number"
        )


def _is_holder_alone(reader: RowReader, holder_name: str | None) -> bool:
    """Say whether a row is that of a holder without a family: the columns of members are empty."""
    empty = not any(reader.text(c) for c in ("member_name", "relation", "member_id_number"))
    return empty and holder_name is not None and not reader.is_filled("holder_name")


def _draft(
    reader: RowReader, found: HouseholdDraft, members: tuple[MemberDraft, ...]
) -> HouseholdDraft:
    if _EXITED.search(reader.text("tier") or ""):
        reader.refuse(*_GONE_OUT, "tier")
        return found
    tier_text, tier = read_tier_cell(reader)
    causes = [text for c in ("cause_main", "cause_other") if (text := reader.text(c))]
    housing = reader.text("housing")
    place = read_home(reader)
    return replace(
        found,
        holder_phone=reader.take("holder_phone", read_phone(reader.raw("holder_phone"))),
        tier=tier,
        tier_text=tier_text,
        zero_employment_claim=read_zero_claim(reader),
        zero_since=_past_day(reader, "zero_since"),
        union_name=reader.text("union_name"),
        employer_name=reader.text("work_unit#0"),
        home_address=place.address,
        hukou_place=reader.text("hukou_place"),
        place_code=place.code,
        family_size=reader.take("family_size", read_count(reader.raw("family_size")), vital=False),
        annual_income_fen=read_money(reader, "family_income", "year"),
        income_per_head_fen=read_money(reader, "income_per_head", "month"),
        cause_main=reader.text("cause_main"),
        cause_other=reader.text("cause_other"),
        causes=tuple(dict.fromkeys(cause for text in causes for cause in causes_of(text))),
        housing=housing,
        housing_kind=housing_of(housing) if housing else None,
        floor_area_m2=_floor_area(reader),
        is_single_parent=_single_parent(reader),
        health_insurance=reader.text("health_insurance"),
        filed_on=_past_day(reader, "filed_on"),
        applied_on=_past_day(reader, "applied_on"),
        members=members,
        remark=reader.text("remark"),
        extras=reader.extras(),
    )


def _past_day(reader: RowReader, concept: str) -> Any:
    """Return a day on which something happened; one in the future is left out and said."""
    written = reader.take(concept, read_date(reader.raw(concept), reader.layout.today))
    if written is not None and written.day > reader.layout.today:
        reader.warn("date_future", "日期在将来，未采用", "请核对年份", concept)
        return None
    return written.day if written else None


def _floor_area(reader: RowReader) -> int | None:
    text = narrow(reader.text("floor_area") or "")
    found = re.fullmatch(r"约?(\d+(?:\.\d+)?)(?:平方米|平米|平方|平|m2|㎡|m²)?", text.lower())
    if found is None or not 0 < float(found[1]) <= _LARGEST_HOME:
        if text:
            reader.warn(
                "area_unreadable", "读不出住房面积", "请只填数字，单位为平方米", "floor_area"
            )
        return None
    return round(float(found[1]))


def _single_parent(reader: RowReader) -> bool | None:
    text = reader.text("single_parent")
    return reader.take("single_parent", read_said(text)) if text else None


def _with_holder(
    reader: RowReader, draft: HouseholdDraft, holder: MemberDraft | None, *, by_member: bool
) -> HouseholdDraft:
    """Add the holder from the columns that speak of the holder, or fill the holder's own row from them."""
    own = read_particulars(reader, "#0", draft.holder_id_number)
    if holder is not None:
        return replace(draft, members=tuple(_filled(m, own, draft) for m in draft.members))
    key = family_key(reader.row, reader.layout.columns)
    if by_member and (reader.layout.families is None or key in {None, *reader.layout.families.led}):
        return draft
    if draft.holder_name is None or (by_member and not reader.layout.has("holder_id_number")):
        return replace(draft, lacks_holder=by_member)
    added = replace(
        own,
        name=draft.holder_name,
        relation="本人",
        is_holder=True,
        is_beside=by_member,
        phone=draft.holder_phone,
    )
    # Of a member's row the member comes first: what the row said last time stands with the first.
    members = (*draft.members, added) if by_member else (added, *draft.members)
    return replace(draft, members=members)


def _filled(member: MemberDraft, own: MemberDraft, draft: HouseholdDraft) -> MemberDraft:
    """Return the holder with what columns of the holder say beside the row's own cells."""
    if not member.is_holder:
        return member
    empty = MemberDraft(name="")
    said = {
        f.name: getattr(own, f.name)
        for f in fields(MemberDraft)
        if f.name != "name"
        and getattr(member, f.name) == getattr(empty, f.name)
        and getattr(own, f.name) != getattr(empty, f.name)
    }
    phone = member.phone or draft.holder_phone
    return replace(member, **{**said, "phone": phone})


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
