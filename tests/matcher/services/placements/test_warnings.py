"""What looks wrong with a placement but may be right is shown, and goes on with a reason only."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import Role
from matcher.kinds.placements import (
    PlacementWarning,
)
from matcher.models.organisations import Union
from matcher.models.placements import Placement
from matcher.policy.destinations import Destination, find_destination
from matcher.services.permissions import Actor
from matcher.services.placements import recording
from matcher.services.placements.warnings import find_warnings
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.placements import CREDIT_CODE, facts, make_placement
from tests.factories.postings import make_employer, make_posting


@pytest.fixture
def union(session: Session) -> Union:
    return make_union(session)


@pytest.fixture
def clerk(session: Session, union: Union) -> Actor:
    return make_actor(session, Role.CASEWORKER, union=union)


_WARNED = [
    ({"credit_code": None}, PlacementWarning.CREDIT_CODE_MISSING),
    ({"credit_code": "91350203M0001QAY9B"}, PlacementWarning.CREDIT_CODE_CHECK),
    ({"signed_on": None, "contract_from_on": None, "contract_until_on": None}, None),
    ({"job_title": "前台实习生"}, PlacementWarning.INTERNSHIP_WORDS),
    ({"destination": "graduate_destination:272"}, PlacementWarning.CODE_UNCONFIRMED),
]


@pytest.mark.parametrize(("change", "warning"), _WARNED)
def test_what_looks_wrong_goes_on_only_with_a_reason(
    session: Session,
    union: Union,
    clerk: Actor,
    change: dict[str, object],
    warning: PlacementWarning | None,
) -> None:
    graduate = make_graduate(session, union)
    wanted = warning or PlacementWarning.CONTRACT_MISSING

    with pytest.raises(InvalidInputError) as refused:
        recording.record(session, clerk, graduate.id, facts(**change))
    assert refused.value.code == "placement_warned"
    assert wanted.value in refused.value.details["warnings"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 0

    made = recording.record(
        session, clerk, graduate.id, facts(**change), reason="已核对营业执照原件"
    )

    assert wanted.value in made.warnings
    assert made.warning_reason_cipher is not None


def test_a_contract_signed_after_a_month_is_warned_of(
    session: Session, union: Union, clerk: Actor
) -> None:
    started = clock.today() - dt.timedelta(days=70)
    late = facts(started_on=started, signed_on=started + dt.timedelta(days=45))
    none = facts(started_on=started, signed_on=None, contract_from_on=None, contract_until_on=None)

    for given in (late, none):
        with pytest.raises(InvalidInputError) as refused:
            recording.record(session, clerk, make_graduate(session, union).id, given)
        assert refused.value.details["warnings"] == [PlacementWarning.CONTRACT_LATE.value]


def test_one_licence_for_a_second_start_up_is_warned_of(
    session: Session, union: Union, clerk: Actor
) -> None:
    start_up = facts(destination="graduate_destination:75")
    recording.record(session, clerk, make_graduate(session, union).id, start_up)
    second = make_graduate(session, union)

    with pytest.raises(InvalidInputError) as refused:
        recording.record(session, clerk, second.id, start_up)

    assert refused.value.details["warnings"] == [PlacementWarning.LICENCE_SHARED.value]
    made = recording.record(session, clerk, second.id, start_up, reason="两人合伙，均在股东名册")
    assert made.id


def _hire(session: Session, union: Union, employer_id: int, n: int) -> None:
    day = clock.today() - dt.timedelta(days=10)
    for _ in range(n):
        make_placement(
            session, make_graduate(session, union), employer_id=employer_id, started_on=day
        )


def test_many_hires_on_one_day_are_asked_about_unless_size_or_seats_explain_them(
    session: Session, union: Union, clerk: Actor
) -> None:
    small = make_employer(session, union, size_text="10人以下", credit_code=CREDIT_CODE)
    large = make_employer(session, union, size_text="1000人以上")
    seats = make_posting(session, headcount=8).employer_id
    for one in (small.id, large.id, seats):
        _hire(session, union, one, 5)

    with pytest.raises(InvalidInputError) as refused:
        recording.record(
            session, clerk, make_graduate(session, union).id, facts(employer_id=small.id)
        )

    assert PlacementWarning.HIRES_ON_DAY.value in refused.value.details["warnings"]
    for one in (large.id, seats):
        made = make_placement(
            session,
            make_graduate(session, union),
            employer_id=one,
            warnings=[],
        )
        found = find_warnings(session, made, _destination("11"))
        assert PlacementWarning.HIRES_ON_DAY not in found


def _destination(code: str) -> Destination:
    found = find_destination("graduate_destination", code, clock.today())
    assert found is not None
    return found
