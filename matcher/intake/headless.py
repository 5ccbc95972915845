"""Which concept the values of a column speak for, when its head does not."""

from collections.abc import Collection

from matcher.kinds import ImportKind

_SHARE = 0.6
_STRICT_SHARE = 0.75
_EVIDENCE: dict[ImportKind, tuple[tuple[str, str], ...]] = {
    ImportKind.POSTINGS: (
        ("url", "url"),
        ("email", "contact_email"),
        ("credit_code", "employer_credit_code"),
        ("phone", "contact_phone"),
        ("size", "unit_size"),
        ("pay", "pay_text"),
        ("date", "posted_on"),
        ("month_day", "posted_on"),
        ("unit_kind", "unit_kind"),
        ("level", "education"),
        ("region", "place"),
        ("company", "employer_name"),
        ("benefits", "benefits"),
        ("long_text", "description"),
        ("industry", "industry"),
        ("integer", "headcount"),
    ),
    ImportKind.EMPLOYERS: (
        ("url", "url"),
        ("email", "contact_email"),
        ("credit_code", "employer_credit_code"),
        ("phone", "contact_phone"),
        ("size", "unit_size"),
        ("unit_kind", "unit_kind"),
        ("company", "employer_name"),
        ("name", "contact_name"),
        ("region", "employer_address"),
        ("industry", "industry"),
        ("long_text", "employer_about"),
    ),
    ImportKind.GRADUATES: (
        ("id_number", "id_number"),
        ("phone", "phone"),
        ("email", "email"),
        ("sex", "sex"),
        ("ethnicity", "ethnicity"),
        ("political", "political_status"),
        ("marriage", "marriage"),
        ("level", "education_level"),
        ("school", "school_name"),
        ("name", "name"),
        ("date", "graduation_date"),
        ("region", "origin_place"),
        ("major", "major_name"),
    ),
    ImportKind.HOUSEHOLDS: (
        ("id_number", "member_id_number"),
        ("phone", "holder_phone"),
        ("sex", "sex"),
        ("ethnicity", "ethnicity"),
        ("marriage", "marriage"),
        ("relation", "relation"),
        ("name", "member_name"),
        ("tier", "tier"),
        ("level", "education_level"),
        ("region", "home_address"),
    ),
}
_TELLING = frozenset(
    {"id_number", "phone", "email", "url", "credit_code", "sex", "ethnicity", "relation", "name"}
)
"""Shapes that speak for a concept even beside named columns."""


def concept_by_values(
    kind: ImportKind, shares: dict[str, float], *, strict: bool, taken: Collection[str] = ()
) -> str | None:
    """Return the concept most values speak for, the narrowest shape first.

    Parameters
    ----------
    strict : only shapes that can hardly be anything else, in most cells
    taken : concepts that have a column already
    """
    for shape, concept in _EVIDENCE[kind]:
        if concept in taken or (strict and shape not in _TELLING):
            continue
        if shares.get(shape, 0.0) >= (_STRICT_SHARE if strict else _SHARE):
            return concept
    return None
