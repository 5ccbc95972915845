"""Rules of correcting a text (更正读法): a stretch is clicked, seen what it changes, saved with who and why."""

import re

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.models.audit import AuditEntry
from matcher.models.postings import Posting
from matcher.models.readings import RequirementTerm
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs
from tests.web.ranking_world import World, make_world_of_own_words

CORRECTION = {
    "words": "账房类",
    "meaning": "major",
    "target": "工商管理类 1202",
    "scope": "text",
    "reason": "电话问过",
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


def _requirement(world: World) -> str:
    return f"/postings/{world.posting}/requirement"


def test_every_stretch_is_a_link_that_opens_the_panel_without_a_script(
    client: PageClient, world: World
) -> None:
    page = client.get(_requirement(world)).text
    links = re.findall(r'<a class="r-\w+" href="([^"#]+)#correct"', page)

    opened = client.get(links[0].replace("&amp;", "&")).text

    assert len(links) == 2
    assert 'id="correct"' not in page
    assert 'id="correct"' in opened
    assert 'name="words" type="text" value="账房类"' in opened


def test_words_named_in_the_address_open_the_panel_only_if_they_stand_in_the_text(
    client: PageClient, world: World
) -> None:
    there = client.get(f"{_requirement(world)}?words=账房").text
    not_there = client.get(f"{_requirement(world)}?words=土木").text

    assert 'id="correct"' in there
    assert 'id="correct"' not in not_there


def test_a_correction_says_first_what_it_decides_differently(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    answer = client.submit(f"{_requirement(world)}/correct", **CORRECTION, act="preview")

    assert "1 个岗位、5 人的结论会变" in answer.text
    assert 'value="电话问过"' in answer.text
    assert _terms(sqlite_factory) == []


def test_what_a_correction_changes_is_shown_before_anybody_has_to_say_why(
    client: PageClient, world: World
) -> None:
    sent = {**CORRECTION, "reason": ""}
    tried = client.submit(f"{_requirement(world)}/correct", **sent, act="preview")
    saved = client.submit(f"{_requirement(world)}/correct", **sent, act="save")

    assert tried.status_code == 200
    assert "1 个岗位、5 人的结论会变" in tried.text
    assert saved.status_code == 422
    assert 'id="error-reason"' in saved.text


def test_a_saved_correction_is_read_by_and_shown_with_who_and_why(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    client.submit(f"{_requirement(world)}/correct", **CORRECTION, act="save")

    page = client.get(_requirement(world)).text
    (term,) = _terms(sqlite_factory)
    assert term.text_key
    assert "电话问过" in page
    assert "工商管理类" in page.split('id="levels"', 1)[1].split("</section>", 1)[0]
    with reading(sqlite_factory) as session:
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert "requirement_term.made" in actions


def test_a_correction_is_taken_back_and_stays_to_be_seen(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    client.submit(f"{_requirement(world)}/correct", **CORRECTION, act="save")
    (address,) = re.findall(r'action="([^"]+/take-back)"', client.get(_requirement(world)).text)[:1]

    client.submit(address)

    page = client.get(_requirement(world)).text
    assert _terms(sqlite_factory)[0].ended_at is not None
    assert "已撤回" in page


def test_a_correction_for_the_whole_issuer_goes_on_its_alias_list(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    client.submit(f"{_requirement(world)}/correct", **{**CORRECTION, "scope": "issuer"}, act="save")

    (term,) = _terms(sqlite_factory)
    assert (term.text_key, term.issuer_name) == ("", "甲市人社局")
    assert "电话问过" in client.get("/aliases").text


def test_words_that_do_not_stand_in_the_text_are_refused_at_their_field(
    client: PageClient, world: World
) -> None:
    sent = {**CORRECTION, "words": "土木工程"}

    answer = client.submit(f"{_requirement(world)}/correct", **sent, act="save")

    assert answer.status_code == 422
    assert 'id="error-words"' in answer.text


def test_a_caseworker_sees_the_reading_but_no_stretch_to_click(
    world: World, signed_in_as: SignInAs
) -> None:
    page = signed_in_as(world.caseworker).get(f"{_requirement(world)}?at=0-3").text

    assert '<mark class="r-' in page
    assert 'id="correct"' not in page
    assert "#correct" not in page


def test_a_posting_without_a_requirement_has_nothing_to_correct(
    client: PageClient, world: World, sqlite_factory: SessionFactory
) -> None:
    with transaction(sqlite_factory) as session:
        session.get_one(Posting, world.posting_id).requirement = {}

    answer = client.get(_requirement(world))

    assert answer.status_code == 200
    assert "#correct" not in answer.text
