"""What graduates want (就业意向): places, occupations, industries, pay, and whether they will move."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds import Mobility, UnitKind
from matcher.models.graduates import Intent
from matcher.services import audit, ranking_changes
from matcher.services.graduates import get_editable
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version, touch
from matcher.vocabulary.regions import load_regions

CHOICES = 3
"""Up to three of a kind, in order of preference; what ranking packs (matching.md §1)."""


@dataclass(frozen=True, kw_only=True)
class IntentInput:
    """Wishes in order of preference; codes of places have six digits."""

    places: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    wanted_pay_yuan: int | None = None
    mobility: Mobility = Mobility.LISTED
    text: str | None = None


def set_intent(
    session: Session,
    by: Actor,
    graduate_id: int,
    wishes: IntentInput,
    *,
    expected_version: int | None = None,
) -> Intent:
    """Replace what a graduate wants: their own, or on behalf by who may edit graduates.

    Raises
    ------
    InvalidInputError
        More than three of a kind, one twice, an unknown place, or a pay that is none.
    """
    graduate = get_editable(session, by, graduate_id)
    expect_version(graduate, expected_version)
    _check(wishes)
    intent = session.get(Intent, graduate_id) or Intent(graduate_id=graduate_id)
    intent.places = list(wishes.places)
    intent.occupations = list(wishes.occupations)
    intent.industries = list(wishes.industries)
    intent.unit_kinds = [kind.value for kind in wishes.unit_kinds]
    intent.wanted_pay_yuan = wishes.wanted_pay_yuan
    intent.mobility = wishes.mobility
    intent.text = wishes.text or None
    session.add(intent)
    touch(graduate)
    audit.record(
        session,
        by,
        "graduate.intent_set",
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
    )
    ranking_changes.note_graduate(session, graduate_id)
    session.flush()
    return intent


def _check(wishes: IntentInput) -> None:
    fields: dict[str, str] = {}
    for name in ("places", "occupations", "industries", "unit_kinds"):
        chosen = getattr(wishes, name)
        if name != "unit_kinds" and len(chosen) > CHOICES:
            fields[name] = f"最多选 {CHOICES} 项。"
        elif len(set(chosen)) != len(chosen):
            fields[name] = "同一项选了两次。"
    regions = load_regions()
    if any(len(code) != 6 or regions.get(code) is None for code in wishes.places):
        fields["places"] = "有不认识的地区，请重新选择。"
    if wishes.wanted_pay_yuan is not None and not 0 < wishes.wanted_pay_yuan <= _MOST_PAY_YUAN:
        fields["wanted_pay_yuan"] = "期望月薪应为正数，单位为元。"
    if fields:
        raise InvalidInputError("intent_input", "就业意向有误，请修改标出的项目。", fields=fields)


_MOST_PAY_YUAN = 1_000_000
"""A million yuan a month is a slip of the keyboard, and pay is packed in 31 bits."""
