"""Posting drafts → prepared columns (岗位草稿): occupation, certificates, requirement, findings."""

import hashlib
from typing import Any

from matcher.intake.compliance import Violation
from matcher.intake.drafts import PostingDraft
from matcher.kinds import PostingState
from matcher.services.imports.employers import employer_values
from matcher.services.imports.rows import Values
from matcher.vocabulary.certificates import find_certificates
from matcher.vocabulary.industries import load_industries
from matcher.vocabulary.occupations import load_occupations
from matcher.vocabulary.text import normalise

_LONGEST_LOCAL_NUMBER = 4
"""Characters up to which a posting's number is taken to count within one office only."""
_LONGEST_NUMBER = 200
"""Characters of a number or address that are kept."""
_LEAST_OCCUPATION_SCORE = 0.6
"""Below it a title's nearest occupation is as often wrong as right; then none is stored."""


def posting_values(draft: PostingDraft) -> Values:
    """Return the prepared columns of a posting, its employer's, and its seats."""
    employer = employer_values(draft.employer, draft.place_code)
    columns = _posting_columns(draft, employer)
    headcount = draft.headcount or 1
    reserved = {"hardship": draft.reserved_hardship, "zero_employment": draft.reserved_zero}
    number = _number(draft)
    key = f"{employer['key']}|{number}" if number else f"print|{columns['fingerprint']}"
    return {
        "key": key,
        "external_id": number,
        "employer": employer,
        "posting": {**columns, "headcount": headcount, "pledged": sum(reserved.values())},
        "seats": {"ordinary": headcount - sum(reserved.values()), **reserved},
    }


def _number(draft: PostingDraft) -> str | None:
    """Return what names a posting of its employer for good; None if it has nothing of the kind.

    Numbers of a few characters (01, A02) count within one office, which has a code of its own where
    offices are called alike. One page may offer several postings, so an address needs the title.
    """
    if draft.external_id and len(draft.external_id) > _LONGEST_LOCAL_NUMBER:
        return draft.external_id
    if draft.external_id:
        office = draft.employer.external_code
        return f"{office}/{draft.external_id}" if office else draft.external_id
    if draft.url:
        page = hashlib.sha256(f"{draft.url}|{draft.title}".encode()).hexdigest()[:16]
        return f"{draft.url[: _LONGEST_NUMBER - 17]}#{page}"
    return None


def _posting_columns(draft: PostingDraft, employer: Values) -> Values:
    certificates = " ".join(filter(None, (draft.certificates, draft.other_conditions)))
    industry = load_industries().find(draft.industry) if draft.industry else None
    requirement = _requirement(draft)
    place = draft.place_code or employer["region_code"]
    blocked = any(violation.severity == "block" for violation in draft.violations)
    state = PostingState.BLOCKED if blocked else PostingState.PUBLISHED
    return {
        "title": draft.title,
        "duties": draft.description,
        "conditions": _conditions(draft),
        "region_code": place,
        "place_text": draft.place,
        "pay_text": draft.pay_text,
        "pay_low_yuan": draft.pay.low_yuan if draft.pay else None,
        "pay_high_yuan": draft.pay.high_yuan if draft.pay else None,
        "valid_from": draft.posted_on.isoformat() if draft.posted_on else None,
        "closes_on": draft.valid_until.isoformat() if draft.valid_until else None,
        "education_min": draft.education_min.value if draft.education_min else None,
        "education_text": draft.education_text,
        "requirement": requirement,
        "certificates": list(find_certificates(certificates)) if certificates else [],
        "occupation_code": occupation_of(draft.title),
        "industry": industry.code if industry else employer["industry"],
        "unit_kind": employer["unit_kind"],
        "work_form": draft.work_form,
        "is_public_welfare": draft.is_public_welfare,
        "state": state.value,
        "incomplete": list(draft.incomplete),
        "findings": [finding(violation) for violation in draft.violations],
        "fingerprint": fingerprint(employer["key"], draft.title, draft.place or "", requirement),
    }


def _requirement(draft: PostingDraft) -> dict[str, str]:
    """Return 专业要求 by column level as written.

    Of a table with a column for each level an empty one stays out: beside filled ones it means that
    the level is not admitted, which the reader knows by the columns that are there.
    """
    by_level = {
        "研究生": draft.major_graduate,
        "本科": draft.major_bachelor,
        "专科": draft.major_college,
    }
    if any(by_level.values()):
        return {level: text or "" for level, text in by_level.items()}
    return {"混合": draft.major_any} if draft.major_any else {}


def _conditions(draft: PostingDraft) -> str | None:
    parts = (
        draft.degree_text,
        draft.experience,
        "限应届毕业生" if draft.fresh_graduates_only else None,
        draft.certificates,
        draft.other_conditions,
        draft.remark,
    )
    return "；".join(part for part in parts if part) or None


def occupation_of(title: str) -> str | None:
    """Return the code of the occupation a title names, if it is near enough."""
    found = load_occupations().find(title, 1)
    return found[0].code if found and found[0].score >= _LEAST_OCCUPATION_SCORE else None


def finding(violation: Violation) -> dict[str, Any]:
    """Return a compliance finding as the posting keeps it."""
    return {
        "code": violation.code,
        "severity": violation.severity,
        "words": violation.words,
        "article": violation.article,
        "suggestion": violation.suggestion,
    }


def fingerprint(employer_key: str, title: str, place: str, requirement: dict[str, str]) -> str:
    """Return the hash that recognises a posting without a number."""
    parts = [
        employer_key,
        normalise(title),
        normalise(place),
        *map(str, sorted(requirement.items())),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def numbered_print(values: Values, ordinal: int) -> Values:
    """Return the values of the n-th posting of one file that says the same but in details.

    Boards list the same title of the same employer at one place several times, with other pay or
    other work: those are postings of their own, told apart by their order.
    """
    if ordinal == 1:
        return values
    print_ = hashlib.sha256(f"{values['posting']['fingerprint']}\0{ordinal}".encode()).hexdigest()[
        :40
    ]
    return {
        **values,
        "key": f"print|{print_}",
        "posting": {**values["posting"], "fingerprint": print_},
    }
