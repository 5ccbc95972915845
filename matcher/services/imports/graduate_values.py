"""Graduate drafts → prepared columns (毕业生草稿): keys, majors, wishes read into codes."""

from typing import Any

from matcher.identity import normalise_id_number, normalise_phone
from matcher.intake.drafts import GraduateDraft
from matcher.keys import KeyRing
from matcher.kinds import EducationLevel, MajorLevel
from matcher.services.imports.graduate_wishes import intent_values, region_of
from matcher.services.imports.rows import Values
from matcher.services.sealing import ID_NUMBERS, PHONES
from matcher.vocabulary.certificates import find_certificates
from matcher.vocabulary.majors import load_catalogue

MAJOR_LEVEL = {
    EducationLevel.SECONDARY: MajorLevel.COLLEGE,
    EducationLevel.COLLEGE: MajorLevel.COLLEGE,
    EducationLevel.BACHELOR: MajorLevel.BACHELOR,
    EducationLevel.MASTER: MajorLevel.GRADUATE,
    EducationLevel.DOCTOR: MajorLevel.GRADUATE,
}
"""At which level a graduate's major is looked up; secondary schools have no catalogue here."""


def graduate_values(draft: GraduateDraft, ring: KeyRing) -> Values:
    """Return the prepared columns of a graduate; numbers are plain here, staged rows are encrypted."""
    id_number = normalise_id_number(draft.id_number) if draft.id_number else None
    phone = normalise_phone(draft.phone) if draft.phone else None
    id_index = ring.blind_index(id_number, ID_NUMBERS) if id_number else None
    phone_index = ring.blind_index(phone, PHONES) if phone else None
    keys = _keys(draft, id_index, phone_index)
    level = draft.level or EducationLevel.COLLEGE
    return {
        "key": keys[0] if keys else None,
        "keys": keys,
        "id_number": id_number,
        "id_number_index": id_index,
        "phone": phone,
        "phone_index": phone_index,
        "graduate": {
            "name": draft.name,
            "school": draft.school,
            "student_number": draft.student_no,
            "education": level.value,
            "graduates_on": draft.graduation_date.isoformat() if draft.graduation_date else None,
            "origin_region": region_of(draft.origin_code) or region_of(draft.origin_place),
            "hardship_codes": draft.hardship_mask,
            "certificates": list(find_certificates(draft.certificates))
            if draft.certificates
            else None,
            "about": draft.about,
        },
        "majors": _majors(draft, MAJOR_LEVEL[level]),
        "intent": intent_values(draft),
        "household": _household_link(draft, ring),
    }


def _keys(draft: GraduateDraft, id_index: str | None, phone_index: str | None) -> list[str]:
    """Return natural keys, surest first: identity number, school and number, phone and name."""
    keys = []
    if id_index:
        keys.append(f"id:{id_index}")
    if draft.school and draft.student_no:
        keys.append(f"number:{draft.school}|{draft.student_no}")
    if phone_index and not keys:
        keys.append(f"phone:{phone_index}|{draft.name}")
    return keys


def _majors(draft: GraduateDraft, level: MajorLevel) -> list[dict[str, str]]:
    named = [(draft.major_name, draft.major_code), (draft.second_major, None)]
    return [_major(level, name, code) for name, code in named if name]


def _major(level: MajorLevel, name: str, code: str | None) -> dict[str, str]:
    catalogue = load_catalogue()
    found = catalogue.find(level, name, code)
    return {
        "level": level.value,
        "name": name,
        "code": found.code if found else (code or ""),
        "edition": catalogue.edition_of(found) if found else "",
    }


def _household_link(draft: GraduateDraft, ring: KeyRing) -> str | None:
    """Return how the roster names the household: its file number, or its holder."""
    if draft.file_no:
        return f"file:{draft.file_no}"
    if draft.holder_id_number:
        number = normalise_id_number(draft.holder_id_number)
        return f"holder:{ring.blind_index(number, ID_NUMBERS)}"
    return None


def intent_columns(values: Values) -> dict[str, Any]:
    """Return the columns of the intent of prepared values."""
    return dict(values["intent"])
