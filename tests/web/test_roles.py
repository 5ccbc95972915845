"""The role in use: shown on every page, switched by its owner only, gone when ended; two faces."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Membership
from matcher.services import accounts
from matcher.services.permissions import GRANTS, Actor, Permission
from tests.factories.accounts import make_actor, make_union
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs, actor_of
from web.navigation import MENU, Menu

AsRole = Callable[[Role], PageClient]


def test_role_and_organisation_in_use_are_on_every_union_page(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        union = make_union(session, name="滨州市总工会")
        actor = make_actor(session, Role.DRIVE_MANAGER, union=union)

    page = signed_in_as(actor).get("/home").text

    assert "<b>活动主管</b><span>滨州市总工会</span>" in page
    assert "阳光就业" in page


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.GRADUATE])
def test_employers_and_graduates_never_read_the_drives_name(as_role: AsRole, role: Role) -> None:
    client = as_role(role)

    for address in ("/home", "/account", "/nowhere", "/accounts"):
        page = client.get(address).text
        assert "阳光就业" not in page
        for word in ("困难", "零就业", "低保", "帮扶", "援助", "优先", "预留"):
            assert word not in page


def _two_roles(session: Any) -> tuple[Actor, int]:
    union = make_union(session)
    actor = make_actor(session, Role.DRIVE_MANAGER, union=union)
    second = Membership(account_id=actor.account_id, role=Role.FAIR_ORGANISER, union_id=union.id)
    session.add(second)
    session.flush()
    return actor, second.id


def test_switching_changes_the_role_in_use(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor, second = _two_roles(session)
    client = signed_in_as(actor)

    answer = client.submit("/account/switch", membership=second)

    assert answer.status_code == 303
    assert "<b>招聘会组织者</b>" in client.get("/home").text


def test_nobody_switches_to_somebody_elses_role(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        actor, _ = _two_roles(session)
        _, others = _two_roles(session)
    client = signed_in_as(actor)

    answer = client.submit("/account/switch", membership=others)

    assert answer.status_code == 404
    assert "<b>活动主管</b>" in client.get("/home").text


def test_an_ended_role_is_gone_with_the_next_page(
    signed_in_as: SignInAs, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        admin = actor_of(session, Role.ADMINISTRATOR)
        assert admin.union_id is not None
        held = session.scalars(sa.select(Membership.id)).one()
    client = signed_in_as(admin)
    before = client.get("/accounts").status_code

    with transaction(sqlite_factory) as session:
        accounts.end_membership(session, admin, held)

    assert (before, client.get("/accounts").status_code) == (200, 403)


def test_a_user_of_the_menu_finds_every_entry_open(app: APIFlask, as_role: AsRole) -> None:
    menu: Menu = app.extensions[MENU]
    for role in Role:
        client = as_role(role)
        page = client.get("/home").text
        for item in menu.items:
            allowed = item.permission is None or item.permission in GRANTS[role]
            if allowed and (not item.roles or role in item.roles):
                with app.test_request_context():
                    address = app.url_for(item.endpoint)
                assert client.get(address).status_code in (200, 303)
                if role not in (Role.EMPLOYER, Role.GRADUATE):
                    assert f'href="{address}"' in page


def test_permissions_of_the_two_never_mixed_roles_stay_apart() -> None:
    assert Permission.VIEW_HARDSHIP not in GRANTS[Role.FAIR_ORGANISER]
