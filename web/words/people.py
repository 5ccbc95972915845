"""What the union side reads of one graduate: facts, wishes, consents."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.identity import mask_name
from matcher.kinds import ConsentPurpose, HardshipTier, UnitKind
from matcher.models.consents import Consent
from matcher.models.graduates import Graduate, Intent
from matcher.services.graduate_pages import HouseholdMark
from matcher.vocabulary.industries import load_industries
from web.filters import day, figure, moment
from web.i18n import gettext, label
from web.words import places


@dataclass(frozen=True)
class ConsentWords:
    """One purpose and how it stands."""

    purpose: str
    is_given: bool
    words: str


def name_of(graduate: Graduate) -> str:
    """Return the masked name."""
    return mask_name(graduate.name)


def profile(graduate: Graduate) -> list[tuple[str, str]]:
    """Return the facts of a graduate, masked, as (term, words)."""
    majors = [
        f"{one.name}{f'（{one.code}）' if one.code else ''}"
        f"{gettext('（第二专业）') if one.position > 1 else ''}"
        for one in graduate.majors
    ]
    facts = [
        (gettext("学校"), graduate.school or ""),
        (gettext("学历"), label(graduate.education)),
        (gettext("专业"), "、".join(majors)),
        (gettext("学号"), graduate.student_number or ""),
        (gettext("毕业时间"), day(graduate.graduates_on)),
        (gettext("生源地"), places.region(graduate.origin_region)),
        (gettext("证书"), places.certificates(graduate.certificates)),
        (gettext("手机"), graduate.phone_masked or ""),
        (gettext("证件号码"), graduate.id_number_masked or ""),
        (gettext("技能说明"), graduate.about or ""),
        (gettext("登记方式"), label(graduate.entered_through)),
    ]
    return [(term, words) for term, words in facts if words]


def wishes(intent: Intent | None) -> list[tuple[str, str]]:
    """Return what a graduate wants, as (term, words)."""
    if intent is None:
        return []
    facts = [
        (gettext("地区"), _numbered(places.region(code) for code in intent.places)),
        (gettext("异地"), label(intent.mobility)),
        (gettext("职业"), _numbered(places.occupation(code) for code in intent.occupations)),
        (gettext("行业"), "、".join(_industry(code) for code in intent.industries)),
        (gettext("单位类型"), "、".join(label(UnitKind(kind)) for kind in intent.unit_kinds)),
        (gettext("期望薪酬"), _pay(intent.wanted_pay_yuan)),
        (gettext("其他"), intent.text or ""),
    ]
    return [(term, words) for term, words in facts if words]


def _numbered(names: object) -> str:
    listed = list(names)  # type: ignore[call-overload]  # generators of names
    return "，".join(f"{number}. {name}" for number, name in enumerate(listed, start=1))


def _industry(code: str) -> str:
    found = load_industries().get(code)
    return found.name if found is not None else code


def _pay(yuan: int | None) -> str:
    return "" if yuan is None else gettext("%(amount)s 元/月以上", amount=figure(yuan))


def consents(found: Sequence[Consent]) -> list[ConsentWords]:
    """Return each general purpose and how it stands, newest row first given."""
    shown = []
    for purpose in (ConsentPurpose.SERVICE, ConsentPurpose.RANKING, ConsentPurpose.DISCLOSURE):
        rows = [one for one in found if one.purpose == purpose]
        live = next((one for one in rows if one.withdrawn_at is None), None)
        if live is not None:
            words = gettext(
                "%(when)s 同意，%(how)s", when=moment(live.given_at), how=label(live.given_through)
            )
        elif rows:
            words = gettext("%(when)s 撤回", when=moment(rows[0].withdrawn_at))
        else:
            words = gettext("没有登记")
        shown.append(ConsentWords(label(purpose), live is not None, words))
    return shown


def household_words(mark: HouseholdMark) -> str:
    """Return what is said of a household for who may see hardship."""
    words = gettext("困难职工档案 %(number)s", number=mark.file_number)
    if mark.tier is not HardshipTier.NONE:
        words += gettext("，%(tier)s", tier=label(mark.tier))
    return words + gettext("，零就业家庭") if mark.is_zero_employment else words
