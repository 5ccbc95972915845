"""What stands in a cell of a list of people (名单单元格): of the name list, of a school's submission.

Numbers that name a person are opened only for columns that were asked for and approved; the masked ones are those
every list shows.
"""

from collections.abc import Callable, Mapping, Sequence

from matcher.documents.xlsx import Cell, Column, ColumnKind
from matcher.keys import KeyRing
from matcher.kinds import EducationLevel
from matcher.kinds.sheet_exports import NameField
from matcher.policy.destinations import name_of
from matcher.policy.school_columns import load_school_columns
from matcher.services.people_rights.people_lists import Person

_F = NameField
_LINES = {
    EducationLevel.SECONDARY: "高中、中专及以下",
    EducationLevel.COLLEGE: "专科生毕业",
    EducationLevel.BACHELOR: "本科生毕业",
    EducationLevel.MASTER: "硕士生毕业",
    EducationLevel.DOCTOR: "博士生毕业",
}
"""学历层次 as schools write it."""

_PLAIN: Mapping[NameField, Callable[[Person], Cell]] = {
    _F.UNION: lambda one: one.union_name,
    _F.FILE_NUMBER: lambda one: one.household.file_number if one.household else None,
    _F.HOLDER: lambda one: one.holder.name if one.holder else None,
    _F.NAME: lambda one: one.graduate.name,
    _F.EDUCATION: lambda one: one.graduate.education.label,
    _F.SCHOOL: lambda one: one.graduate.school,
    _F.MAJOR: lambda one: "、".join(major.name for major in one.majors),
    _F.GRADUATES_ON: lambda one: one.graduate.graduates_on,
    _F.YEARS: lambda one: "往届" if one.act.is_earlier_year else "应届",
    _F.TIER: lambda one: one.act.tier.label,
    _F.ZERO: lambda one: one.act.is_zero_employment,
    _F.STANDING: lambda one: one.act.standing.label,
    _F.PLACED: lambda one: _placed(one),
    _F.ID_MASKED: lambda one: one.graduate.id_number_masked,
    _F.PHONE_MASKED: lambda one: one.graduate.phone_masked,
}


def _placed(one: Person) -> str:
    if one.placement is None:
        return "还没有"
    name = name_of(one.placement.destination_list, one.placement.destination_code)
    return f"{name}（{one.placement.state.label}）"


def _opened(ring: KeyRing, one: Person, field: str) -> str | None:
    cipher: bytes | None = getattr(one.graduate, f"{field}_cipher")
    return None if cipher is None else ring.decrypt(cipher, f"graduate.{field}")


def name_columns(fields: Sequence[NameField]) -> list[Column]:
    """Return the columns of a name list: a running number first."""
    kinds: dict[NameField, ColumnKind] = {_F.GRADUATES_ON: "date"}
    return [
        Column("序号", "number", 6),
        *(Column(one.label, kinds.get(one, "text")) for one in fields),
    ]


def name_cells(ring: KeyRing, one: Person, fields: Sequence[NameField]) -> list[Cell]:
    """Return what a name list says of one person, without the running number."""
    return [
        _PLAIN[field](one) if field in _PLAIN else _opened(ring, one, field.value)
        for field in fields
    ]


_SCHOOL: Mapping[str, Callable[[Person], Cell]] = {
    "student_number": lambda one: one.graduate.student_number,
    "name": lambda one: one.graduate.name,
    "origin_region": lambda one: one.graduate.origin_region,
    "hukou": lambda one: one.member.hukou.label if one.member and one.member.hukou else None,
    "education": lambda one: _LINES[one.graduate.education],
    "major_name": lambda one: one.majors[0].name if one.majors else None,
    "major_code": lambda one: one.majors[0].code if one.majors else None,
    "graduates_on": lambda one: one.graduate.graduates_on,
    "destination_code": lambda one: one.placement.destination_code if one.placement else None,
    "destination_name": lambda one: (
        name_of(one.placement.destination_list, one.placement.destination_code)
        if one.placement
        else None
    ),
    "signed_on": lambda one: one.placement.signed_on if one.placement else None,
    "employer_name": lambda one: one.placement.employer_name if one.placement else None,
    "credit_code": lambda one: one.placement.credit_code if one.placement else None,
    "unit_nature_code": lambda one: one.placement.unit_nature_code if one.placement else None,
    "industry": lambda one: one.employer.industry if one.employer else None,
    "workplace_region": lambda one: one.placement.region_code if one.placement else None,
    "employer_address": lambda one: one.employer.address if one.employer else None,
    "job_title": lambda one: one.placement.job_title if one.placement else None,
    "placement_state": lambda one: one.placement.state.label if one.placement else None,
}


def school_columns() -> list[Column]:
    """Return the columns of a school's submission."""
    return [
        Column(one.heading, "date" if one.kind == "date" else "text")
        for one in load_school_columns()
    ]


def school_cells(ring: KeyRing, one: Person) -> list[Cell]:
    """Return what a school's submission says of one person; columns of others stay empty."""
    return [_school_cell(ring, one, column.field) for column in load_school_columns()]


def _school_cell(ring: KeyRing, one: Person, field: str) -> Cell:
    if field == "sex":
        return _sex(ring, one)
    return _SCHOOL[field](one) if field else None


def _sex(ring: KeyRing, one: Person) -> str | None:
    """Return the sex the household's file says, else the one the identity number says."""
    if one.member is not None and one.member.sex is not None:
        return one.member.sex.label
    number = _opened(ring, one, "id_number")
    if number is None or len(number) != 18 or not number[16].isdigit():
        return None
    return "男" if int(number[16]) % 2 else "女"


def school_notes() -> list[str]:
    """Return what to know of columns, each as 'heading: note'."""
    return [f"{one.heading}：{one.note}" for one in load_school_columns() if one.note]
