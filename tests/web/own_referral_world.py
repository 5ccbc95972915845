"""A graduate with referrals in all states, signed in, and somebody of staff: what own pages are tried on."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import HardshipTier, Role, SeatClass
from matcher.kinds.referrals import ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_household
from tests.factories.postings import make_employer, make_posting
from tests.factories.referrals import make_referable, make_referral
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

_R = ReferralState


@dataclass(frozen=True)
class World:
    """A graduate with referrals in all states, signed in."""

    client: PageClient
    graduate: str
    employer: str
    referrals: dict[ReferralState, str]
    staff: PageClient


_STATES = (_R.PROPOSED, _R.SENT, _R.INTERVIEW, _R.OFFERED, _R.REFUSED, _R.DECLINED, _R.EXPIRED)


def _referrals(
    session: Session, union: Union, drive: Drive, graduate: Graduate
) -> tuple[dict[ReferralState, str], str]:
    """Insert a referral in each state; return their numbers, and the employer of the one that was sent."""
    numbers, employers = {}, {}
    for place, state in enumerate(_STATES):
        employers[state] = make_employer(session, union, name=f"{state.value}有限公司")
        posting = make_posting(
            session,
            drive,
            employers[state],
            title=f"岗位{place}",
            reserved={SeatClass.ZERO_EMPLOYMENT: 1},
        )
        referral = make_referral(
            session,
            posting,
            graduate,
            state=state,
            seat=state is _R.OFFERED,
            is_fallback=place == 0,
        )
        numbers[state] = referral.public_id
    return numbers, employers[_R.SENT].public_id


def open_world(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> World:
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union, name="阳光就业", neutral_name="2026 毕业生就业服务")
        household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
        graduate = make_graduate(
            session,
            union,
            household=household,
            name="陈小辰",
            about="会用 Linux。父亲下岗，家里困难。",
        )
        make_referable(session, drive, graduate)
        numbers, hides_from = _referrals(session, union, drive, graduate)
        actor = make_actor(session, Role.GRADUATE, graduate=graduate)
        staff = make_actor(session, Role.CASEWORKER, union=union)
        ids = graduate.public_id, hides_from
    return World(signed_in_as(actor), *ids, numbers, signed_in_as(staff))
