"""Which family counts which indicator: the one table counting and lists go by."""

import sqlalchemy as sa

from matcher.services.figures import (
    courses,
    effects,
    events,
    households,
    money,
    offers,
    people,
    services_done,
)
from matcher.services.figures.lines import Family, Line, MakeFamily
from matcher.services.permissions import Actor, Permission, may
from matcher.statistics.indicators import Indicator, indicators_by_code

_MONEY = (
    "job_aid_times",
    "job_aid_fen",
    "government_people",
    "government_fen",
    "tuition_people",
    "tuition_fen",
)

_EVENTS = (
    "events",
    "fairs",
    "fairs_on_site",
    "fairs_online",
    "fairs_livestream",
    "fairs_mixed",
    "event_employers",
    "visitors",
    "intents",
)

_SERVICES = (
    "policy_times",
    "guidance_times",
    "recommendation_times",
    "recommended",
    "training_times",
    "training_people",
    "training_ordered",
    "business_guidance_times",
    "business_training_times",
    "internships",
)

_ELSEWHERE: dict[str, MakeFamily] = {
    "households": households.family,
    "children_in_school": households.family,
    "certificates": courses.certificates,
    "internships_kept": courses.kept_interns,
    "posts": offers.family,
    "posts_reserved": offers.family,
    "posts_supplied": offers.family,
    "start_up_jobs": effects.start_up_jobs,
    "pairings": effects.pairings,
    "cooperation_times": effects.cooperation,
    **dict.fromkeys(_MONEY, money.family),
    **dict.fromkeys(_EVENTS, events.family),
    **dict.fromkeys(_SERVICES, services_done.family),
}
"""Every other line is of people."""


def maker_of(indicator: Indicator) -> MakeFamily:
    """Return the family that counts an indicator; a ratio is of its parts' family."""
    code = indicator.numerator[0] if indicator.is_ratio else indicator.code
    return _ELSEWHERE.get(code, people.family)


def may_list(by: Actor, code: str) -> bool:
    """Say whether an actor who sees a figure may open its rows: those of money tell who got how much (台账明细)."""
    return code not in _MONEY or may(by, Permission.VIEW_MONEY)


def by_family(codes: tuple[str, ...]) -> dict[MakeFamily, list[str]]:
    """Return counted codes by the family that counts them, ratios replaced by their parts."""
    registry = indicators_by_code()
    wanted: dict[MakeFamily, dict[str, None]] = {}
    for code in codes:
        one = registry[code]
        reported = (one.reported_code,) if one.reported_code else ()
        for part in (*one.parts, *reported) if one.is_ratio else (code, *reported):
            wanted.setdefault(maker_of(registry[part]), {})[part] = None
    return {maker: list(parts) for maker, parts in wanted.items()}


def line_of(family: Family, indicator: Indicator) -> Line:
    """Return the line of an indicator; a ratio's is everything its numerator counts."""
    if not indicator.is_ratio:
        return family.lines[indicator.code]
    parts = [family.lines[code] for code in indicator.numerator]
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    return Line(
        first.subject_kind,
        first.subject_id,
        first.on,
        first.entered_at,
        where=sa.or_(*(one.condition for one in parts)),
        graduate_id=first.graduate_id,
        is_earlier=first.is_earlier,
        words=first.words,
    )
