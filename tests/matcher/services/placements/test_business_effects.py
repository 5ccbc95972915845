"""What a start-up did for others hangs on the founder's placement; the newest row stands."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.placements import PlacementState, RevocationReason
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.services.permissions import Actor
from matcher.services.placements import business_effects
from matcher.services.placements.business_effects import EffectInput
from tests.factories.accounts import make_actor
from tests.factories.cohorts import fields_of
from tests.factories.placements import make_placement
from tests.support.noon import TODAY, on_the_day_read

FIXTURES = (on_the_day_read,)
pytestmark = pytest.mark.usefixtures("on_the_day_read")


def _start_up(session: Session, **changes: object) -> tuple[Actor, Placement]:
    placement = make_placement(session, None, **({"destination_code": "75"} | changes))
    union = session.get_one(Union, placement.union_id)
    return make_actor(session, Role.CASEWORKER, union=union), placement


def test_a_later_number_replaces_the_earlier_and_both_are_kept(session: Session) -> None:
    by, placement = _start_up(session)
    first = business_effects.record_effect(
        session, by, placement.id, EffectInput(5, TODAY, "社保缴费名单")
    )

    second = business_effects.record_effect(
        session, by, placement.id, EffectInput(3, TODAY, "社保缴费名单")
    )

    assert second.replaces_id == first.id
    assert business_effects.list_effects(session, by, placement) == [second, first]


def test_only_a_standing_business_of_ones_own_gives_others_work(session: Session) -> None:
    by, job = _start_up(session, destination_code="11")
    other, gone = _start_up(
        session, state=PlacementState.REVOKED, revocation_reason=RevocationReason.OTHER
    )
    facts = EffectInput(1, TODAY, "合同")

    with pytest.raises(RuleBrokenError) as no_start_up:
        business_effects.record_effect(session, by, job.id, facts)
    with pytest.raises(RuleBrokenError) as revoked:
        business_effects.record_effect(session, other, gone.id, facts)

    assert no_start_up.value.code == "effect_no_start_up"
    assert revoked.value.code == "effect_revoked"


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("n_jobs", EffectInput(-1, TODAY, "合同")),
        ("n_jobs", EffectInput(5_001, TODAY, "合同")),
        ("happened_on", EffectInput(1, TODAY + dt.timedelta(days=1), "合同")),
        ("happened_on", EffectInput(1, TODAY - dt.timedelta(days=11), "合同")),
        ("evidence", EffectInput(1, TODAY, " ")),
    ],
)
def test_a_number_has_a_day_and_something_that_shows_it(
    session: Session, field: str, facts: EffectInput
) -> None:
    by, placement = _start_up(session)

    with pytest.raises(InvalidInputError) as refused:
        business_effects.record_effect(session, by, placement.id, facts)

    assert fields_of(refused.value) == {field}


def test_others_placements_are_not_there(session: Session) -> None:
    _, placement = _start_up(session)
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        business_effects.record_effect(
            session, stranger, placement.id, EffectInput(1, TODAY, "合同")
        )
