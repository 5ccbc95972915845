"""Rules of the alias lists (专业别名表): what a change decides is seen first, then saved with who and why."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import MajorLevel, Role
from matcher.models.employers import Employer
from matcher.models.readings import RequirementTerm
from matcher.services.permissions import GRANTS, Permission
from matcher.vocabulary.requirements import Meaning
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world_of_own_words, posting_of

ENTRY = {
    "words": "账房类",
    "meaning": "major",
    "target": "工商管理类 1202",
    "issuer": "甲市人社局",
    "reason": "问过甲市人社局",
}


@pytest.fixture
def world(sqlite_factory: SessionFactory) -> World:
    """Give a ranked drive with a posting whose text has a word of its issuer's own."""
    return make_world_of_own_words(sqlite_factory)


@pytest.fixture
def client(world: World, signed_in_as: SignInAs) -> PageClient:
    """Give a drive manager's client."""
    return signed_in_as(world.manager)


def _terms(factory: SessionFactory) -> list[RequirementTerm]:
    with reading(factory) as session:
        return list(session.scalars(sa.select(RequirementTerm).order_by(RequirementTerm.id)).all())


def _save(client: PageClient, **changes: str) -> int:
    return client.submit("/aliases/new", **{**ENTRY, "act": "save", **changes}).status_code


def test_before_an_entry_is_saved_the_page_says_what_it_decides_differently(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    page = client.submit("/aliases/new", **ENTRY, act="preview").text

    assert "保存后，1 个岗位、5 人的结论会变" in page
    assert "会计学" in page
    assert "财务管理" in page
    assert "符合" in page.split('id="effects-head"', 1)[1]
    assert _terms(sqlite_factory) == []


def test_what_an_entry_changes_is_shown_before_anybody_has_to_say_why(client: PageClient) -> None:
    answer = client.submit("/aliases/new", **{**ENTRY, "reason": ""}, act="preview")

    assert answer.status_code == 200
    assert "保存后，1 个岗位、5 人的结论会变" in answer.text
    assert 'id="error-reason"' not in answer.text


def test_an_employer_that_issues_its_own_postings_is_an_issuer_by_its_name(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        posting = posting_of(session, world)
        posting.issuer = None
        employer_id = posting.employer_id
        name = session.get_one(Employer, employer_id).name

    page = client.submit("/aliases/new", **{**ENTRY, "issuer": name, "act": "preview"}).text
    _save(client, issuer=name)

    assert "1 个岗位、5 人的结论会变" in page
    assert [term.issuer_key for term in _terms(sqlite_factory)] == [f"e:{employer_id}"]


def test_an_entry_is_kept_with_its_issuer_who_and_why(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    status = _save(client)

    (term,) = _terms(sqlite_factory)
    assert status == 303
    assert (term.words, term.meaning, term.target) == ("账房类", Meaning.NODE, "national:1202")
    assert (term.level, term.issuer_name) == (MajorLevel.BACHELOR, "甲市人社局")
    assert (term.reason, term.made_by_id) == ("问过甲市人社局", world.manager.account_id)


def test_a_name_that_stands_in_several_catalogues_becomes_several_meanings(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    _save(client, target="计算机类")

    targets = {term.target for term in _terms(sqlite_factory)}
    assert {"national:0809", "college:5102"} <= targets


def test_a_name_in_no_catalogue_stays_a_name(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    _save(client, target="账房先生学")

    (term,) = _terms(sqlite_factory)
    assert (term.meaning, term.target) == (Meaning.NAME, "账房先生学")


@pytest.mark.parametrize(
    ("field", "value"),
    [("target", ""), ("reason", ""), ("words", "账"), ("valid_to", "2001-01-01")],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: PageClient, sqlite_factory: SessionFactory, field: str, value: str
) -> None:
    sent = {**ENTRY, "valid_from": "2020-01-01", field: value}

    answer = client.submit("/aliases/new", **sent, act="save")

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert 'value="甲市人社局"' in answer.text
    assert _terms(sqlite_factory) == []


def test_changing_an_entry_ends_it_and_keeps_both(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    _save(client)
    (before,) = _terms(sqlite_factory)
    page = client.get(f"/aliases/{before.id}/edit").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]

    _save(client, replaces=str(before.id), version=version, target="会计学 120203")

    old, new = _terms(sqlite_factory)
    assert old.ended_at is not None
    assert (new.target, new.ended_at) == ("national:120203", None)


def test_ending_says_what_it_decides_differently_and_leaves_the_entry_to_be_seen(
    client: PageClient, sqlite_factory: SessionFactory
) -> None:
    _save(client)
    (term,) = _terms(sqlite_factory)
    page = client.get(f"/aliases/{term.id}/end").text

    client.submit(f"/aliases/{term.id}/end", reason="目录改了", version=str(term.version_id))

    assert "5 人的结论会变" in page
    assert "账房类" not in client.get("/aliases").text
    assert "已结束" in client.get("/aliases?ended=yes").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=账房", True), ("q=别的", False), ("issuer=n:甲市人社局", True), ("issuer=all", False)],
)
def test_the_list_is_narrowed_by_words_and_issuer(
    client: PageClient, query: str, shown: bool
) -> None:
    _save(client)

    rows = client.get(f"/aliases?{query}").text.split("<tbody", 1)

    assert ("账房类" in rows[-1] and len(rows) == 2) is shown


def test_the_shipped_list_can_be_read_and_not_changed(client: PageClient) -> None:
    page = client.get("/aliases?list=shipped&q=财会").text

    assert "财会" in page
    assert "/edit" not in page
    assert "/end" not in page


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.FAIR_ORGANISER, Role.ADMINISTRATOR])
def test_who_may_not_change_lists_reads_them_at_most(
    as_role: Callable[[Role], PageClient], role: Role
) -> None:
    client = as_role(role)
    edits = Permission.EDIT_ALIASES in GRANTS[role]
    looks = edits or Permission.VIEW_RANKING in GRANTS[role]

    assert client.get("/aliases").status_code == (200 if looks else 403)
    assert client.get("/aliases/new").status_code == (200 if edits else 403)
    assert client.submit("/aliases/new", **ENTRY).status_code == (200 if edits else 403)


def test_the_own_entries_can_be_taken_along_as_a_workbook(client: PageClient) -> None:
    _save(client)

    answer = client.submit("/aliases/sheet")

    assert answer.data.startswith(b"PK")
    assert "aliases-" in answer.headers["Content-Disposition"]
