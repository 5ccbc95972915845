"""At what level a child of a household studies (就学层次), told by level, grade and the school's name."""

import re

from matcher.intake.drafts import MemberDraft
from matcher.kinds import EducationLevel
from matcher.kinds.household_facts import SchoolLevel

_BY_LEVEL = {
    EducationLevel.COLLEGE: SchoolLevel.COLLEGE,
    EducationLevel.BACHELOR: SchoolLevel.BACHELOR,
    EducationLevel.MASTER: SchoolLevel.GRADUATE,
    EducationLevel.DOCTOR: SchoolLevel.GRADUATE,
}
_FORMS: tuple[tuple[str, SchoolLevel], ...] = (
    ("幼儿园|学前班", SchoolLevel.KINDERGARTEN),
    ("研究生|硕士|博士|研[一二三]", SchoolLevel.GRADUATE),
    (
        "中专|职高|技校|技工|职业高中|中职|中等职业|职教中心|职业(技术)?学校|卫校|技师",
        SchoolLevel.VOCATIONAL,
    ),
    ("高职|高专|专科|大专|职业(技术)?学院|职业技术大学", SchoolLevel.COLLEGE),
    ("小学|初中|初[一二三]|[一二三四五六七八九]年级|实验学校", SchoolLevel.COMPULSORY),
    ("高中|高[一二三]|[一二三四五六七八九十]中$|中学", SchoolLevel.SENIOR_HIGH),
    ("本科|大学", SchoolLevel.BACHELOR),
)


def school_level_of(member: MemberDraft) -> SchoolLevel | None:
    """Return the level of somebody's schooling, None where nothing tells it (某某学院 may be either)."""
    if member.school is None:
        return None
    if member.level in _BY_LEVEL:
        return _BY_LEVEL[member.level]
    said = (member.work_state, member.school_grade, member.school)
    for text in filter(None, said):
        found = next((level for form, level in _FORMS if re.search(form, text)), None)
        if found is not None and not (
            found is SchoolLevel.BACHELOR and "大学生" in text and text is not member.school
        ):
            return found
    return None
