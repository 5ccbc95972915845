"""What an administrator does to a colleague's account works at once, is noted, and stops at the own union."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from matcher.models.audit import AuditEntry
from matcher.services import passwords
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs


@dataclass
class Office:
    """An administrator and a colleague of the same union, both signed in."""

    admin: PageClient
    colleague: PageClient
    actor: Actor
    public_id: str


@pytest.fixture
def office(signed_in_as: SignInAs, sqlite_factory: SessionFactory) -> Office:
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        admin = make_actor(session, Role.ADMINISTRATOR, union=union)
        actor = make_actor(session, Role.CASEWORKER, union=union)
        account = session.get_one(Account, actor.account_id)
        account.totp_cipher, account.failed_attempts = b"\0", 7
        public_id = account.public_id
    return Office(signed_in_as(admin), signed_in_as(actor), actor, public_id)


def _account(factory: SessionFactory, office: Office) -> Account:
    with reading(factory) as session:
        return session.get_one(Account, office.actor.account_id)


def _acts(factory: SessionFactory) -> list[str]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.number)))


def test_a_new_password_is_shown_once_unlocks_and_signs_out_everywhere(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    assert office.colleague.get("/home").status_code == 200

    page = office.admin.submit(f"/accounts/{office.public_id}/password")

    kept = _account(sqlite_factory, office)
    shown = next(word for word in page.text.replace("<", " ").replace(">", " ").split()
                 if passwords.password_matches(kept.password_hash, word))  # fmt: skip
    assert len(shown) >= 15
    assert kept.failed_attempts == 0
    assert office.colleague.get("/home").status_code == 303
    assert "account.password_reset" in _acts(sqlite_factory)


def test_a_lost_phone_is_taken_off_and_signs_out_everywhere(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    office.admin.submit(f"/accounts/{office.public_id}/second-factor")

    assert _account(sqlite_factory, office).totp_cipher is None
    assert office.colleague.get("/home").status_code == 303
    assert "account.totp_cleared" in _acts(sqlite_factory)


def test_a_closed_account_is_out_at_once_and_may_be_opened_again(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    office.admin.submit(f"/accounts/{office.public_id}/active", active="false")
    closed = _account(sqlite_factory, office).is_active
    out = office.colleague.get("/home").status_code
    office.admin.submit(f"/accounts/{office.public_id}/active", active="true")

    assert (closed, out) == (False, 303)
    assert _account(sqlite_factory, office).is_active
    assert office.colleague.get("/home").status_code == 303


@pytest.mark.parametrize("act", ["password", "second-factor", "active"])
def test_half_a_colleague_is_no_colleague(
    office: Office, sqlite_factory: SessionFactory, act: str
) -> None:
    """Who has a role elsewhere too is that place's as well: its administrator cannot be passed by."""
    with transaction(sqlite_factory) as session:
        elsewhere = make_actor(session, Role.CASEWORKER)
        before = session.get_one(Account, office.actor.account_id).password_hash
        session.execute(
            sa.text("UPDATE membership SET account_id = :own WHERE account_id = :other"),
            {"own": office.actor.account_id, "other": elsewhere.account_id},
        )

    answer = office.admin.submit(f"/accounts/{office.public_id}/{act}", active="false")

    assert answer.status_code == 404
    kept = _account(sqlite_factory, office)
    assert (kept.password_hash, kept.is_active) == (before, True)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("INSERT", {}, Exception("DETAIL: 张三")), 409),
        (StaleDataError("UPDATE"), 409),
    ],
)
def test_what_the_database_refuses_at_the_last_moment_is_told_in_words_and_nothing_is_kept(
    app: object,
    client: PageClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
) -> None:
    def refuse(_status: int) -> None:
        raise error

    token = client.token()
    monkeypatch.setattr("web.session.commit_request", refuse)

    answer = client.post("/language", data={"csrf_token": token, "language": "zh"})

    assert answer.status_code == status
    assert "张三" not in answer.text
    assert "重新打开" in answer.text
