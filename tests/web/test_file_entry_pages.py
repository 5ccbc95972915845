"""A file is opened step by step; who stands in one already is shown on the way."""

import datetime as dt
import re

import pytest

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.households import FileState
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.files import holder, open_draft
from tests.factories.people import make_household, make_id_number, make_member
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.file_world import SEALED, actions, file_of, hidden, people_of


@pytest.fixture
def worker(sqlite_factory: SessionFactory) -> Actor:
    with transaction(sqlite_factory) as session:
        return make_actor(session, Role.CASEWORKER)


@pytest.fixture
def clerk(worker: Actor, signed_in_as: SignInAs) -> PageClient:
    return signed_in_as(worker)


def test_a_file_is_opened_in_three_steps_and_undone_from_the_toast(
    clerk: PageClient, sqlite_factory: SessionFactory
) -> None:
    number = make_id_number(born=dt.date(1975, 3, 2))
    first = clerk.submit(
        "/files/new",
        step="holder",
        name="王芳",
        relation="本人",
        id_number=number,
        unit_name="某厂",
    )
    assert number not in first.text
    sealed = hidden(first.text, SEALED)
    second = clerk.submit("/files/new", step="member", people=sealed, name="王小", relation="子女")
    sealed = hidden(second.text, SEALED)
    third = clerk.submit("/files/new", step="check", people=sealed)
    assert "某厂" in third.text

    saved = clerk.submit("/files/new", step="save", people=sealed)

    assert saved.status_code == 303
    page = clerk.get(saved.headers["Location"]).text
    public_id = saved.headers["Location"].rsplit("/", 1)[-1]
    assert [one.name for one in people_of(sqlite_factory, public_id)] == ["王芳", "王小"]
    undo = re.search(r'action="([^"]*withdraw-new)"', page)
    assert undo is not None
    clerk.submit(undo.group(1))
    assert file_of(sqlite_factory, public_id).state is FileState.WITHDRAWN
    clerk.submit(f"/files/{public_id}/restore")
    assert file_of(sqlite_factory, public_id).state is FileState.DRAFT


def test_wrong_entries_keep_what_was_typed(clerk: PageClient) -> None:
    answer = clerk.submit(
        "/files/new", step="holder", name="王芳", relation="本人", id_number="123"
    )

    assert answer.status_code == 422
    assert "身份证号不正确" in answer.text
    assert 'value="王芳"' in answer.text


def test_a_person_of_another_unions_file_is_told_while_typing_and_never_whose(
    clerk: PageClient, sqlite_factory: SessionFactory
) -> None:
    number = make_id_number()
    with transaction(sqlite_factory) as session:
        far = make_household(session, make_union(session, name="秘密区总工会"), file_number="秘1")
        make_member(session, far, id_number=number, name="王芳")

    typed = clerk.submit("/files/duplicates", name="王芳", id_number=number)
    first = clerk.submit(
        "/files/new", step="holder", name="王芳", relation="本人", id_number=number
    )
    sealed = hidden(first.text, SEALED)
    refused = clerk.submit("/files/new", step="save", people=sealed, looked="yes")

    for page in (typed.text, first.text, refused.text):
        assert "请联系上级工会" in page
        assert "秘" not in page
    assert refused.status_code == 409
    assert "household.duplicates_sought" in actions(sqlite_factory)


def test_a_likeness_has_to_be_looked_at_before_saving(
    clerk: PageClient, sqlite_factory: SessionFactory, worker: Actor
) -> None:
    with transaction(sqlite_factory) as session:
        open_draft(session, worker, holder(name="王芳", phone="13912345678"))
    first = clerk.submit(
        "/files/new",
        step="holder",
        name="王芳",
        relation="本人",
        id_number=make_id_number(),
        phone="13912345678",
    )
    sealed = hidden(first.text, SEALED)
    assert "姓名、手机相同" in first.text

    assert clerk.submit("/files/new", step="save", people=sealed).status_code == 409
    assert clerk.submit("/files/new", step="save", people=sealed, looked="yes").status_code == 303
