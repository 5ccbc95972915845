"""Two files side by side in words (合并预览): labels of fields, values as they may be shown."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matcher.identity import mask_name
from matcher.models.households import HouseholdMember
from matcher.services.hardship.merge_previews import Comparison, MergePreview
from web.filters import day
from web.i18n import gettext, label, msg
from web.words import places

FIELDS = {
    "level": msg("档案级别"),
    "unit_name": msg("工作单位"),
    "region_code": msg("所在地区"),
    "tier": msg("困难类别"),
    "zero_employment_on": msg("零就业起始日期"),
    "address": msg("住址"),
    "housing": msg("住房类型"),
    "floor_area_m2": msg("建筑面积（平方米）"),
    "is_single_parent": msg("单亲"),
    "applied_on": msg("申请日期"),
    "approved_on": msg("批准日期"),
    "name": msg("姓名"),
    "relation": msg("与户主关系"),
    "birth_on": msg("出生日期"),
    "id_number": msg("证件号码"),
    "phone": msg("手机"),
    "card": msg("银行卡"),
    "sex": msg("性别"),
    "ethnicity": msg("民族"),
    "marital": msg("婚姻状况"),
    "hukou": msg("户口类型"),
    "health": msg("健康状况"),
    "illness": msg("疾病或残疾"),
    "work_status": msg("工作状态"),
    "graduate_id": msg("毕业生档案"),
}


@dataclass(frozen=True)
class FieldWords:
    """A field with both values; `name` is what the form sends."""

    name: str
    label: str
    kept: str
    gone: str
    suggested: str


@dataclass(frozen=True)
class PersonWords:
    """A person of the file that goes: joined with somebody, or moved as they are."""

    name: str
    relation: str
    is_joined: bool
    fields: Sequence[FieldWords]


def head_words(preview: MergePreview) -> list[FieldWords]:
    """Return the fields of the head that differ."""
    return [_field(one, "head") for one in preview.head if one.differs]


def people_words(preview: MergePreview) -> list[PersonWords]:
    """Return the people of the file that goes, with the fields in which two rows of one differ."""
    return [
        PersonWords(
            _masked(pair.gone),
            pair.gone.relation,
            pair.kept is not None,
            [_field(one, f"m{pair.gone.id}") for one in pair.fields if one.differs],
        )
        for pair in preview.members
    ]


def names_of(members: Sequence[HouseholdMember]) -> list[str]:
    """Return masked names with the relation to the holder."""
    return [f"{_masked(one)}（{one.relation}）" for one in members]


def _masked(member: HouseholdMember) -> str:
    return mask_name(member.name)


def _field(compared: Comparison, prefix: str) -> FieldWords:
    name = compared.field.name
    return FieldWords(
        f"{prefix}.{name}",
        gettext(FIELDS[name]),
        _value(name, compared.kept),
        _value(name, compared.gone),
        compared.suggested.value,
    )


def _value(name: str, value: Any) -> str:
    """Return a value in words; what is sealed says only that it is there."""
    if value is None or value == "":
        return gettext("未填")
    if name in ("address", "illness", "graduate_id"):
        return gettext("已登记")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if name == "region_code":
        return places.region(str(value))
    if name == "name":
        return mask_name(str(value))
    if isinstance(value, dt.date):
        return day(value)
    return label(value) if isinstance(value, StrEnum) else str(value)
