"""Accounts and roles: who may make them, whom an administrator sees, what ends sessions."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleBrokenError,
)
from matcher.kinds import DriveState, Role
from matcher.models.accounts import Account, ApiToken, Membership
from matcher.services import (
    accounts,
    api_tokens,
    passwords,
    sign_in,
    sign_in_sessions,
)
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer


def _admin(session: Session, **places: object) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR, **places)  # type: ignore[arg-type] # a union only


def test_only_administrators_make_accounts(session: Session) -> None:
    by = make_actor(session, Role.DRIVE_MANAGER)

    with pytest.raises(NotAllowedError):
        accounts.create_account(session, by, "new.one", display_name="新", password_hash=None)


def test_a_sign_in_name_is_given_once_whatever_its_case(session: Session) -> None:
    by = _admin(session)
    accounts.create_account(session, by, "Li.Ming", display_name="李明", password_hash=None)

    with pytest.raises(InvalidInputError) as refused:
        accounts.create_account(session, by, "li.MING ", display_name="李鸣", password_hash=None)

    assert "login" in refused.value.details["fields"]  # type: ignore[operator] # a dict of fields


def test_a_role_is_given_only_inside_the_own_part_of_the_tree(session: Session) -> None:
    city = make_union(session)
    county, elsewhere = make_union(session, city), make_union(session)
    by, somebody = _admin(session, union=city), make_account(session)

    inside = accounts.add_membership(
        session, by, somebody.id, role=Role.CASEWORKER, union_id=county.id
    )

    assert inside.union_id == county.id
    with pytest.raises(NotFoundError):
        accounts.add_membership(
            session, by, somebody.id, role=Role.CASEWORKER, union_id=elsewhere.id
        )


def test_the_same_role_twice_is_one_membership(session: Session) -> None:
    union, somebody = make_union(session), make_account(session)

    first, second = (
        accounts.add_membership(session, SYSTEM, somebody.id, role=Role.REVIEWER, union_id=union.id)
        for _ in range(2)
    )

    assert first.id == second.id


def test_a_role_stays_at_its_kind_of_place(session: Session) -> None:
    union, employer, somebody = make_union(session), make_employer(session), make_account(session)

    with pytest.raises(RuleBrokenError):
        accounts.add_membership(session, SYSTEM, somebody.id, role=Role.EMPLOYER, union_id=union.id)
    with pytest.raises(RuleBrokenError):
        accounts.add_membership(
            session, SYSTEM, somebody.id, role=Role.CASEWORKER, employer_id=employer.id
        )


def test_an_administrator_lists_and_mends_only_the_own_part_of_the_tree(session: Session) -> None:
    city = make_union(session)
    by = _admin(session, union=city)
    inside = make_actor(session, Role.CASEWORKER, union=make_union(session, city))
    outside = make_actor(session, Role.CASEWORKER)
    public_ids = {
        actor: session.get_one(Account, actor.account_id).public_id for actor in (inside, outside)
    }

    seen = {line.public_id for line in accounts.list_accounts(session, by)}

    assert public_ids[inside] in seen
    assert public_ids[outside] not in seen
    assert accounts.get_account(session, by, public_ids[inside]).id == inside.account_id
    with pytest.raises(NotFoundError):
        accounts.get_account(session, by, public_ids[outside])


def test_somebody_who_also_works_elsewhere_is_not_mended_from_here(session: Session) -> None:
    city = make_union(session)
    by, both = _admin(session, union=city), make_actor(session, Role.CASEWORKER, union=city)
    accounts.add_membership(
        session,
        SYSTEM,
        both.account_id or 0,
        role=Role.CASEWORKER,
        union_id=make_union(session).id,
    )

    with pytest.raises(NotFoundError):
        accounts.get_account(session, by, session.get_one(Account, both.account_id).public_id)


def test_a_reset_password_unlocks_and_signs_out_everywhere(session: Session) -> None:
    somebody = make_actor(session, Role.CASEWORKER)
    account = session.get_one(Account, somebody.account_id)
    token = sign_in.open_session(session, account.id)
    for _ in range(sign_in.FREE_ATTEMPTS):
        sign_in.note_failure(session, account.id)

    accounts.reset_password(
        session, SYSTEM, account, password_hash=passwords.hash_password("orange bicycle 47")
    )

    assert sign_in_sessions.find_signed_in(session, token) is None
    found = sign_in.check_password(session, account.login, "orange bicycle 47")
    assert (found.matches, found.locked_until) == (True, None)


def test_a_closed_account_cannot_be_used_and_ones_own_cannot_be_closed(session: Session) -> None:
    by = _admin(session)
    own = session.get_one(Account, by.account_id)
    somebody = session.get_one(Account, make_actor(session, Role.CASEWORKER).account_id)
    token = sign_in.open_session(session, somebody.id)

    accounts.set_active(session, SYSTEM, somebody, is_active=False)

    assert sign_in_sessions.find_signed_in(session, token) is None
    with pytest.raises(RuleBrokenError):
        sign_in.open_session(session, somebody.id)
    with pytest.raises(RuleBrokenError):
        accounts.set_active(session, by, own, is_active=False)


def test_a_phone_account_joins_one_record_and_no_second(session: Session) -> None:
    account = make_account(session, login=f"{sign_in_sessions.PHONE_LOGIN}abc")
    token = sign_in.open_session(session, account.id)
    before = sign_in_sessions.find_signed_in(session, token)
    graduate = make_graduate(session)
    assert before is not None

    accounts.link_graduate(session, before.actor, graduate.id)

    after = sign_in_sessions.find_signed_in(session, token)
    assert after is not None
    assert (before.actor.role, before.actor.graduate_id) == (Role.GRADUATE, None)
    assert after.actor.graduate_id == graduate.id
    with pytest.raises(RuleBrokenError):
        accounts.link_graduate(session, after.actor, graduate.id)


def test_outside_the_union_the_brand_is_the_neutral_name_of_the_nearest_open_drive(
    session: Session,
) -> None:
    city = make_union(session)
    county = make_union(session, city)
    make_drive(session, city, neutral_name="2026 毕业生就业服务", state=DriveState.OPEN)
    employer = make_actor(session, Role.EMPLOYER, employer=make_employer(session, county))
    inside = make_actor(session, Role.CASEWORKER, union=county)

    brands = []
    for actor in (employer, inside):
        token = sign_in.open_session(session, actor.account_id or 0)
        found = sign_in_sessions.find_signed_in(session, token)
        assert found is not None
        brands.append(found.brand)

    assert brands == ["2026 毕业生就业服务", None]


def test_reading_pages_marks_a_session_as_used_at_most_every_five_minutes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = make_actor(session)
    token = sign_in.open_session(session, actor.account_id or 0)
    start = clock.now()

    answers = []
    for minutes in (0, 4, 6):
        now = start + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        found = sign_in_sessions.find_signed_in(session, token)
        assert found is not None
        answers.append(sign_in_sessions.is_stale(found))

    assert answers == [False, False, True]


def test_an_api_token_acts_in_its_role_until_revoked_and_only_its_hash_is_kept(
    session: Session,
) -> None:
    actor = make_actor(session, Role.DRIVE_MANAGER)
    stranger = make_actor(session, Role.DRIVE_MANAGER)
    place = sign_in_sessions.list_places(session, actor)[0]

    token = api_tokens.issue_token(session, actor, "门户同步", membership_id=place.membership_id)
    bearer = api_tokens.find_bearer(session, token)
    kept = session.scalars(sa.select(ApiToken)).one()

    assert bearer is not None
    assert bearer.actor == actor
    assert token not in kept.token_hash
    with pytest.raises(NotFoundError):
        api_tokens.revoke_token(session, stranger, kept.id)
    api_tokens.revoke_token(session, actor, kept.id)
    assert api_tokens.find_bearer(session, token) is None


def test_nobody_issues_a_token_for_somebody_elses_role(session: Session) -> None:
    actor = make_actor(session, Role.DRIVE_MANAGER)
    other = make_actor(session, Role.DRIVE_MANAGER)
    place = sign_in_sessions.list_places(session, other)[0]

    with pytest.raises(NotFoundError):
        api_tokens.issue_token(session, actor, "x", membership_id=place.membership_id)


def test_made_up_passwords_pass_the_rules_and_differ() -> None:
    made = {accounts.new_password() for _ in range(50)}

    assert len(made) == 50
    assert {passwords.password_problem(one, "li.ming") for one in made} == {None}


def test_the_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    first, second = (passwords.hash_password("orange bicycle 47") for _ in range(2))

    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.password_matches(first, "orange bicycle 47")
    assert not passwords.password_matches(None, "orange bicycle 47")


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.EMPLOYER])
def test_the_database_holds_a_role_at_a_place_once(session: Session, role: Role) -> None:
    """Else two who give it at once make two rows, ending it ends one, and the person keeps it."""
    employer = make_employer(session) if role is Role.EMPLOYER else None
    held = make_actor(session, role, employer=employer)
    places = {"union_id": held.union_id, "employer_id": held.employer_id}
    session.add(Membership(account_id=held.account_id, role=role, **places))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_phone_account_registers_one_record_even_if_the_form_is_sent_twice_at_once(
    session: Session,
) -> None:
    account = make_account(session)
    by = Actor(account_id=account.id, role=Role.GRADUATE)
    accounts.link_graduate(session, by, make_graduate(session).id)

    with pytest.raises(RuleBrokenError) as refused:
        accounts.link_graduate(session, by, make_graduate(session).id)

    assert refused.value.code == "graduate_linked"
