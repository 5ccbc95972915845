"""A row of a graduates roster (毕业生名册) as a checked draft.

A person is known by identity number, else by school and student number, else by phone and name; a
row with none of these is refused, because a second import could not find the same person again.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from matcher.identity import birth_date
from matcher.intake.cells import cell_text
from matcher.intake.dates import WrittenDate, read_date
from matcher.intake.drafts import GraduateDraft
from matcher.intake.identifiers import read_code, read_id_number, read_major_code, read_phone
from matcher.intake.layout import RowReader
from matcher.intake.posting_rows import read_place
from matcher.intake.word_readers import (
    read_hardship_mask,
    read_level_cell,
    read_mobility,
    read_name,
    read_pay_cell,
    read_tier,
    read_unit_kind,
    read_yes_no,
)
from matcher.kinds import EducationLevel, HardshipTier, Mobility, UnitKind
from matcher.vocabulary.pay import Pay
from matcher.vocabulary.text import split_list

_SHAPE_OF_ID = re.compile(r"\d{17}[\dXx]|\d{15}")
_TEXTS = (
    "email",
    "class_name",
    "major_name",
    "second_major",
    "hukou_place",
    "home_address",
    "certificates",
    "wanted_places",
    "wanted_occupations",
    "wanted_industries",
    "work_state",
    "remark",
)
"""Concepts taken into the field of their name as they are written."""

_NEAR = 3
"""Columns on each side in which a displaced identity number is looked for."""


def judge_graduate(reader: RowReader) -> GraduateDraft | None:
    """Return the draft of one row, or None if it is refused (`reader.problems` say why)."""
    who = _identity(reader)
    if who is None:
        return None
    level_text, level = _level(reader)
    born = _birth(reader, who.id_number)
    enrolled = _enrolment(reader)
    graduated = _graduation(reader)
    origin, origin_code = _origin(reader)
    wanted_pay_text, wanted_pay = _wanted_pay(reader)
    draft = GraduateDraft(
        name=who.name,
        id_number=who.id_number,
        phone=who.phone,
        birth_date=born,
        school=who.school,
        student_no=who.student_no,
        candidate_no=reader.take("candidate_no", read_code(reader.raw("candidate_no"))),
        level=level,
        level_text=level_text,
        major_code=reader.take("major_code", read_major_code(reader.raw("major_code"))),
        enrolment_year=enrolled.day.year if enrolled else None,
        graduation_date=graduated.day if graduated else None,
        graduation_precision=graduated.precision if graduated else None,
        origin_place=origin,
        origin_code=origin_code,
        hardship_mask=_hardship_mask(reader),
        wanted_pay_text=wanted_pay_text,
        wanted_pay=wanted_pay,
        wanted_unit_kinds=_wanted_unit_kinds(reader),
        mobility=_mobility(reader),
        about=_about(reader),
        destination=reader.text("destination") or reader.text("destination_code"),
        **_household(reader),
        **_as_written(reader),
        extras=reader.extras(),
    )
    return None if reader.is_refused() else draft


def _as_written(reader: RowReader) -> dict[str, Any]:
    return {concept: reader.text(concept) for concept in _TEXTS}


def _household(reader: RowReader) -> dict[str, Any]:
    """Return what the row says of the household, by the draft's fields."""
    tier_text, tier = read_tier_cell(reader)
    return {
        "holder_name": reader.take(
            "holder_name", read_name(reader.raw("holder_name")), vital=False
        ),
        "holder_id_number": _holder_id(reader),
        "file_no": reader.take("file_no", read_code(reader.raw("file_no"))),
        "tier": tier,
        "tier_text": tier_text,
        "zero_employment_claim": read_zero_claim(reader),
    }


@dataclass(frozen=True, slots=True)
class _Identity:
    """What a person is known by."""

    name: str
    id_number: str | None
    phone: str | None
    school: str | None
    student_no: str | None


def _identity(reader: RowReader) -> _Identity | None:
    """Return what the row's person is known by; None if the row is refused for it."""
    name = reader.take("name", read_name(reader.raw("name")))
    if name is None and not reader.is_refused():
        reader.refuse("no_name", "姓名为空", "请填写姓名", "name")
    id_number = read_person_id(reader, "id_number")
    phone = reader.take("phone", read_phone(reader.raw("phone")))
    school = reader.text("school_name") or reader.layout.options.school
    student_no = reader.take("student_no", read_code(reader.raw("student_no")))
    if not reader.is_refused() and id_number is None:
        _check_known_by(reader, phone=phone, school=school, student_no=student_no)
    if name is None or reader.is_refused():
        return None
    return _Identity(name, id_number, phone, school, student_no)


def _birth(reader: RowReader, id_number: str | None) -> dt.date | None:
    """Return the day of birth: the identity number's, else the one written."""
    born = reader.take("birth_date", read_date(reader.raw("birth_date"), reader.layout.today))
    if id_number is None:
        return born.day if born else None
    told = birth_date(id_number)
    if born and born.precision == "day" and told != born.day:
        reader.warn(
            "birth_mismatch", "出生日期与身份证号不一致，按身份证号", "请对照证件核对", "birth_date"
        )
    return told


def _check_known_by(
    reader: RowReader, *, phone: str | None, school: str | None, student_no: str | None
) -> None:
    if phone or (school and student_no):
        reader.warn(
            "id_missing",
            "没有身份证号，以学校＋学号或电话＋姓名识别本人",
            "请尽量补填身份证号",
            "id_number",
        )
        return
    reader.refuse(
        "no_identity",
        "没有身份证号，也没有“学校＋学号”或电话，无法认定本人",
        "请补填身份证号",
        "id_number",
    )


def read_person_id(reader: RowReader, concept: str) -> str | None:
    """Read an identity number; if it is none, say so and where in the row one stands."""
    reading = read_id_number(reader.raw(concept), reader.layout.today)
    value = reader.take(concept, reading)
    if reading.flaw is not None and reading.flaw.code in {"id_length", "id_form", "id_letters"}:
        _hint_at_shift(reader, concept)
    return value


def _hint_at_shift(reader: RowReader, concept: str) -> None:
    """Add a remark if a neighbouring cell holds an identity number: the row has slipped."""
    home = reader.layout.columns[concept]
    for index in range(max(0, home - _NEAR), min(len(reader.row.values), home + _NEAR + 1)):
        if index != home and _SHAPE_OF_ID.fullmatch(cell_text(reader.row.values[index])):
            side = "右" if index > home else "左"
            steps = abs(index - home)
            reader.warn(
                "row_shifted",
                f"{side}边第 {steps} 格像是身份证号，本行可能整行错位",
                "请核对该行各列是否对齐",
                concept,
            )
            return


def _holder_id(reader: RowReader) -> str | None:
    """Read the link to the household; a bad number leaves the graduate without the link."""
    raw = reader.raw("holder_id_number")
    return reader.take("holder_id_number", read_id_number(raw, reader.layout.today), vital=False)


def _level(reader: RowReader) -> tuple[str | None, EducationLevel | None]:
    text = reader.text("education_level")
    if text is None:
        return None, None
    return text, reader.take("education_level", read_level_cell(text))


def _enrolment(reader: RowReader) -> WrittenDate | None:
    reading = read_date(reader.raw("enrolment_date"), reader.layout.today)
    return reader.take("enrolment_date", reading, vital=False)


def _graduation(reader: RowReader) -> WrittenDate | None:
    return reader.take(
        "graduation_date", read_date(reader.raw("graduation_date"), reader.layout.today)
    )


def _origin(reader: RowReader) -> tuple[str | None, str | None]:
    """Return where the graduate comes from; the finest column counts, codes where they stand."""
    for concept in ("origin_county", "origin_place", "origin_city"):
        text, code = read_place(reader, concept)
        if text is not None:
            written = reader.take("origin_place_code", read_code(reader.raw("origin_place_code")))
            return text, code or (written if written and re.fullmatch(r"\d{6}", written) else None)
    return None, reader.take("origin_place_code", read_code(reader.raw("origin_place_code")))


def read_tier_cell(reader: RowReader) -> tuple[str | None, HardshipTier | None]:
    """Return the tier's text and its meaning today."""
    text = reader.text("tier")
    if text is None:
        return None, None
    above = reader.head_of("tier").rpartition("|")[2]
    if above and read_yes_no(text).value:
        text = above  # a tick below 困难类型 | 深度困难 means what stands above it
    return text, reader.take("tier", read_tier(text))


def read_zero_claim(reader: RowReader) -> bool | None:
    """Read the zero-employment mark (是否零就业家庭): a claim of the sheet, to be verified."""
    value = reader.raw("zero_employment")
    if value is None:
        return None
    return reader.take("zero_employment", read_yes_no(cell_text(value)))


def _hardship_mask(reader: RowReader) -> int | None:
    value = reader.raw("hardship_kind_code")
    text = cell_text(value)
    if not text or text in {"/", "-"}:
        return None
    return reader.take("hardship_kind_code", read_hardship_mask(text))


def _wanted_pay(reader: RowReader) -> tuple[str | None, Pay | None]:
    text = reader.text("wanted_pay")
    if text is None:
        return None, None
    bare = re.fullmatch(r"\d{3,6}(\s*[-~至]\s*\d{3,6})?(以上)?", text)
    return text, reader.take("wanted_pay", read_pay_cell(f"{text}元/月" if bare else text))


def _wanted_unit_kinds(reader: RowReader) -> tuple[UnitKind, ...]:
    """Read the kinds of employers (单位性质) somebody would like; words that name none are left."""
    text = reader.text("wanted_unit_kinds")
    kinds = [read_unit_kind(part) for part in split_list(text)] if text else []
    return tuple(dict.fromkeys(kind for kind in kinds if kind is not None))


def _mobility(reader: RowReader) -> Mobility | None:
    text = reader.text("mobility")
    return reader.take("mobility", read_mobility(text)) if text else None


def _about(reader: RowReader) -> str | None:
    parts = [reader.text(c) for c in ("about", "about#2", "experience_held", "foreign_language")]
    return "；".join(part for part in parts if part) or None
