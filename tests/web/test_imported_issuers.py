"""Issuer and directory of a table of postings (发布机构、专业目录): said with the file, held by its postings."""

import html
import re

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.postings import Posting
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.matcher.services.imports.taking_in import GRADUATES, POSTINGS, graduate, posting
from tests.web.conftest import SignInAs
from tests.web.import_world import Office, batch_address, last_batch, upload, work
from web.choices import directory_names

SAID = {"issuer": "宁夏某某人力资源中心", "directory": "广东2025"}


@pytest.fixture
def office(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> Office:
    """Give a union with a drive, and its manager at the screen."""
    with transaction(sqlite_factory) as session:
        union = make_union(session)
        drive = make_drive(session, union)
        manager = make_actor(session, union=union)
    return Office(signed_in_as(manager), drive.id, union)


@pytest.mark.parametrize("kind", ["postings", "auto"])
def test_what_was_said_of_the_table_is_held_by_every_posting_of_it(
    office: Office, sqlite_factory: SessionFactory, kind: str
) -> None:
    rows = [POSTINGS, posting("A1"), posting("A2", 单位名称="石嘴山另一有限公司")]

    upload(office.client, office.drive_id, *rows, kind=kind, **SAID)
    work(sqlite_factory)
    office.client.submit(f"{batch_address(sqlite_factory)}/commit")
    work(sqlite_factory)

    with reading(sqlite_factory) as session:
        made = session.execute(sa.select(Posting.issuer, Posting.directory)).all()
    assert [tuple(one) for one in made] == [tuple(SAID.values())] * 2


def test_a_batch_shows_what_was_said_of_its_table(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    upload(office.client, office.drive_id, POSTINGS, posting("A1"), **SAID)
    address = batch_address(sqlite_factory)
    waiting = office.client.get(address).text
    work(sqlite_factory)

    for page in (
        waiting,
        *(office.client.get(f"{address}{more}").text for more in ("", "/columns")),
    ):
        assert "发布机构：宁夏某某人力资源中心" in page
        assert "专业目录：广东2025" in page


def test_a_table_nothing_was_said_of_leaves_each_employer_its_own_issuer(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    upload(office.client, office.drive_id, POSTINGS, posting("A1"), issuer="  ", directory="")
    work(sqlite_factory)

    batch = last_batch(sqlite_factory)
    assert (batch.issuer, batch.directory) == (None, None)
    page = office.client.get(batch_address(sqlite_factory)).text
    assert "发布机构：" not in page
    assert "专业目录：" not in page


def test_a_table_that_turns_out_to_hold_people_has_no_issuer(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    upload(office.client, office.drive_id, GRADUATES, graduate("王小明"), **SAID)

    batch = last_batch(sqlite_factory)
    assert (batch.kind, batch.issuer, batch.directory) == ("graduates", None, None)


def test_a_refused_file_loses_nothing_that_was_typed(office: Office) -> None:
    answer = upload(office.client, office.drive_id, content=b"%PDF-1.7 x", **SAID)

    assert answer.status_code == 422
    for words in SAID.values():
        assert f'value="{words}"' in answer.text


def test_another_file_is_asked_for_with_what_was_said_of_the_first(
    office: Office, sqlite_factory: SessionFactory
) -> None:
    upload(office.client, office.drive_id, POSTINGS, posting("A1"), **SAID)
    work(sqlite_factory)
    columns = office.client.get(f"{batch_address(sqlite_factory)}/columns").text
    link = re.search(r'href="(/imports/new[^"]*)"', columns)
    assert link is not None

    page = office.client.get(html.unescape(link[1])).text

    for words in SAID.values():
        assert f'value="{words}"' in page


def test_an_issuer_longer_than_the_field_is_refused_beside_it(office: Office) -> None:
    answer = upload(office.client, office.drive_id, POSTINGS, posting("A1"), issuer="某" * 101)

    assert answer.status_code == 422
    assert 'id="error-issuer"' in answer.text


def test_the_form_offers_the_directories_at_hand(office: Office) -> None:
    page = office.client.get("/imports/new").text

    assert directory_names()
    for name in directory_names():
        assert f'<option value="{name}"></option>' in page
