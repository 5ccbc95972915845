"""The people of a row of a households roster: one member, several side by side, or several in one cell."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from matcher.identity import birth_date
from matcher.intake.cells import cell_text, narrow, number_digits_lost
from matcher.intake.dates import read_date
from matcher.intake.drafts import MemberDraft
from matcher.intake.graduate_rows import read_person_id
from matcher.intake.household_columns import relation_in_head
from matcher.intake.household_money import read_money
from matcher.intake.household_several import read_several
from matcher.intake.household_words import (
    health_of,
    hukou_of,
    is_gone,
    is_holder_word,
    marital_of,
    plain_relation,
    read_said,
    sex_of,
    sex_of_number,
    work_status_of,
)
from matcher.intake.identifiers import read_code, read_phone
from matcher.intake.layout import RowReader
from matcher.intake.word_readers import read_level_cell, read_name, read_yes_no
from matcher.kinds.households import WorkStatus

_Text = Callable[[str], str | None]
"""Gives a person's own cell by concept."""
_NOTE = re.compile(r"[(（]([^)）]*)[)）]$")
_NOT_DIGITS = re.compile(r"[\s\-]")
_CARD = re.compile(r"\d{12,21}")
_SUMMER = (6, 30)
"""Month and day a year of graduation stands for."""
_GONE = ("member_gone", "写明此人已去世，不列为家庭成员", "请核对；如系误写请改正后重新导入")


def read_members(reader: RowReader) -> tuple[MemberDraft, ...]:
    """Read the members of a row: the plain columns, then #2, #3 …"""
    members: list[MemberDraft] = []
    suffix, ordinal = "", 1
    while reader.layout.has(f"member_name{suffix}"):
        several = read_several(reader, suffix)
        members += _one(reader, suffix) if several is None else several
        ordinal += 1
        suffix = f"#{ordinal}"
    return tuple(members)


def _one(reader: RowReader, suffix: str) -> list[MemberDraft]:
    concept = "member_name" + suffix
    if _is_nobody(reader, suffix):
        return []
    written = reader.text(concept) or ""
    name = reader.take(concept, read_name(reader.raw(concept)))
    id_number = read_person_id(reader, "member_id_number" + suffix)
    if name is None:
        if id_number is not None and reader.text(concept) is None:
            reader.refuse("no_name", "有身份证号而姓名为空", "请填写姓名", concept)
        return []
    relation = _relation(reader, suffix, written)
    own = read_particulars(reader, suffix, id_number)
    phone = _own(reader, "member_phone" + suffix, holder=is_holder_word(relation))
    is_holder = is_holder_word(relation) or _is_marked(reader, suffix)
    if _has_died(reader, own, written):
        if reader.layout.has("relation") and not suffix:
            reader.refuse(*_GONE, concept)
        else:
            reader.warn(*_GONE, concept)
        return []
    return [
        replace(
            own,
            name=name,
            relation=relation,
            is_holder=is_holder,
            phone=reader.take(
                "member_phone" + suffix, read_phone(reader.raw("member_phone" + suffix))
            )
            if phone
            else None,
        )
    ]


def _is_nobody(reader: RowReader, suffix: str) -> bool:
    """Say whether the cells of a member say that there is none (无, /)."""
    return reader.raw("member_name" + suffix) is not None and (
        cell_text(reader.raw("member_name" + suffix)) in {"无", "/", "-", "—", "——", "没有", "\\"}
        and not reader.text("member_id_number" + suffix)
    )


def _relation(reader: RowReader, suffix: str, written: str) -> str | None:
    relation = reader.text("relation" + suffix)
    if relation is None and (note := _NOTE.search(written)):
        plain = plain_relation(note[1].split("，")[0])
        relation = plain if plain != note[1] else None
    return relation or relation_in_head(reader.head_of("member_name" + suffix))


def _is_marked(reader: RowReader, suffix: str) -> bool:
    """Say whether a column 是否户主 says so, or the row bears the holder's own number."""
    mark = reader.text("holder_mark") if not suffix else None
    if mark is not None and read_yes_no(mark).value is True:
        return True
    own, holder = (
        narrow(cell_text(reader.raw(c))).upper()
        for c in ("member_id_number" + suffix, "holder_id_number")
    )
    return bool(own) and own == holder and reader.layout.has("relation")


def _has_died(reader: RowReader, own: MemberDraft, written: str) -> bool:
    return any(is_gone(text) for text in (written, own.health, own.work_state))


def read_particulars(reader: RowReader, suffix: str, id_number: str | None) -> MemberDraft:
    """Read what the columns of one person say beside name, relation and phone.

    Cells that took their value from a merged cell speak of the household or its holder, not of the member.
    """
    is_holder = suffix == "#0" or is_holder_word(reader.text("relation" + suffix))

    def text(concept: str) -> str | None:
        mine = _own(reader, concept + suffix, holder=is_holder)
        return reader.text(concept + suffix) if mine else None

    health, disability = text("health"), text("disability")
    sex, marriage, hukou = text("member_sex"), text("member_marriage"), text("urban_rural")
    draft = MemberDraft(
        name="",
        id_number=id_number,
        birth_date=_birth(reader, suffix, id_number),
        health=health,
        health_state=health_of(disability or "") or (health_of(health) if health else None),
        disability=disability,
        monthly_income_fen=read_money(reader, "member_income" + suffix, "month")
        if text("member_income")
        else None,
        ethnicity=text("ethnicity"),
        sex=sex_of_number(id_number) if id_number else sex_of(sex) if sex else None,
        marital=marital_of(marriage) if marriage else None,
        hukou=hukou_of(hukou) if hukou else None,
        card=_card(reader, "card" + suffix) if text("card") else None,
        bank_name=text("bank_name"),
    )
    return _with_schooling(reader, suffix, text, _with_work(reader, suffix, text, draft))


def _with_work(reader: RowReader, suffix: str, text: _Text, draft: MemberDraft) -> MemberDraft:
    """Add what somebody does; a school in the column of units is the school of who studies."""
    work_state = text("work_state")
    if work_state is None and cell_text(reader.raw("work_state" + suffix)) == "无":
        work_state = "无"  # of work, "none" is said, not left open
    school, unit = text("member_school"), text("work_unit")
    status = _status(work_state, school or unit, is_school=school is not None)
    if school is None and unit is not None and status is WorkStatus.STUDENT and _is_school(unit):
        school, unit = unit, None
    registered, registered_on = _registered(reader, suffix, text("registered_unemployed"))
    ability, wish = text("work_ability"), text("work_wish")
    return replace(
        draft,
        work_state=work_state,
        work_unit=unit,
        work_status=status,
        school=school,
        is_registered_unemployed=registered,
        registered_on=registered_on,
        is_able=reader.take("work_ability" + suffix, read_said(ability)) if ability else None,
        is_willing=reader.take("work_wish" + suffix, read_said(wish)) if wish else None,
    )


def _with_schooling(reader: RowReader, suffix: str, text: _Text, draft: MemberDraft) -> MemberDraft:
    level = text("education_level")
    return replace(
        draft,
        level=reader.take("education_level" + suffix, read_level_cell(level)) if level else None,
        major_name=text("major_name"),
        school_grade=text("school_grade"),
        entered_on=_day(reader, "enrolment_date" + suffix),
        graduates_on=_day(reader, "member_graduation" + suffix, last=True),
        tuition_fen=read_money(reader, "tuition" + suffix, None) if text("tuition") else None,
    )


def _own(reader: RowReader, concept: str, *, holder: bool) -> bool:
    return holder or not reader.is_filled(concept)


def _is_school(text: str) -> bool:
    return (
        re.search(r"大学|学院|学校|中学|小学|[一二三四五六七八九十]中$|高中|职高|幼儿园|党校", text)
        is not None
    )


def _status(work_state: str | None, place: str | None, *, is_school: bool) -> WorkStatus:
    """Return what somebody does; a school beside an empty work state makes a student."""
    if work_state is not None:
        return work_status_of(work_state)
    if place is not None and is_school and _is_school(place):
        return WorkStatus.STUDENT
    return WorkStatus.UNKNOWN


def _registered(
    reader: RowReader, suffix: str, text: str | None
) -> tuple[bool | None, dt.date | None]:
    """Read whether and since when somebody is registered as unemployed (失业登记)."""
    if text is None:
        return None, None
    written = read_date(reader.raw("registered_unemployed" + suffix), reader.layout.today).value
    if written is not None and written.day <= reader.layout.today:
        return True, written.day if written.precision == "day" else None
    return reader.take("registered_unemployed" + suffix, read_said(text)), None


def _birth(reader: RowReader, suffix: str, id_number: str | None) -> dt.date | None:
    """Return the day of birth: the identity number's, else the one written if it can be one."""
    concept, today = "birth_date" + suffix, reader.layout.today
    written = reader.take(concept, read_date(reader.raw(concept), today))
    if written is not None and written.day > today:
        reader.warn("birth_future", "出生日期在将来，未采用", "请对照证件核对", concept)
        written = None
    if id_number is None:
        return written.day if written else None
    told = birth_date(id_number)
    if written and not written.day <= told <= written.last_day:
        reader.warn(
            "birth_mismatch", "出生日期与身份证号不一致，按身份证号", "请对照证件核对", concept
        )
    return told


def _day(reader: RowReader, concept: str, *, last: bool = False) -> dt.date | None:
    """Return a date of schooling; what is known by the month or year stands as its first or last day."""
    written = reader.take(concept, read_date(reader.raw(concept), reader.layout.today), vital=False)
    if written is None:
        return None
    if last and written.precision == "year":
        return dt.date(written.day.year, *_SUMMER)
    return written.last_day if last else written.day


def _card(reader: RowReader, concept: str) -> str | None:
    """Read a bank card; one that stood in a number cell has lost its end and is left out."""
    if number_digits_lost(reader.raw(concept)):
        reader.warn(
            "card_digits_lost", "银行卡号按数字存储，末几位已丢失，未采用",
            "请把该列设为“文本”格式，对照银行卡重新录入", concept,
        )  # fmt: skip
        return None
    text = reader.take(concept, read_code(reader.raw(concept)))
    digits = _NOT_DIGITS.sub("", text) if text else ""
    if text and not _CARD.fullmatch(digits):
        reader.warn("card_form", "不是 12 至 21 位的银行卡号，未采用", "请对照银行卡核对", concept)
        return None
    return digits or None
