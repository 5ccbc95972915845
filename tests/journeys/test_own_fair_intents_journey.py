"""A graduate signed in after a fair: finds the intent beside the own fairs, says what became of it, corrects it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fairs import FairState, VisitorState
from matcher.services.consents import seed_consent_texts
from matcher.services.fair_reports import closing
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.fair_after import come_in, make_contact, make_held_fair, place_employer
from tests.factories.fairs import make_fair, make_session, make_ticket, make_visitor
from tests.factories.people import make_graduate
from tests.factories.postings import make_posting
from tests.journeys.conftest import OpenAs
from tests.support.looks import complaints, look

_PICTURES = os.environ.get("YANGGUANG_PICTURES", "")
"""Folder for pictures of the pages; none are kept without it."""


@pytest.fixture
def graduate(sqlite_factory: SessionFactory) -> Actor:
    """Give a graduate with a ticket for a fair to come, and two intents of one that is over."""
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        union = make_union(session, name="滨州市总工会", region_code="371602")
        drive = make_drive(session, union, name="阳光就业 2026")
        made = make_held_fair(session, drive, n_visitors=0, title="春季招聘会")
        me = make_graduate(session, union)
        make_entry(session, drive, me)
        came = come_in(session, made, me)
        for number, title in enumerate(("装配工", "车间质量检验员（夜班）")):
            post = make_posting(
                session, drive, place_employer(session, made.places[number]), title=title
            )
            make_contact(
                session, made.places[number], came, ContactState.INTENT, posting_id=post.id
            )
        make_contact(session, made.places[2], came, ContactState.INTERVIEWED)
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
        closing.close_fair(session, organiser, made.fair.public_id)
        fair = make_fair(session, drive, state=FairState.ANNOUNCED, title="夏季招聘会")
        again = make_visitor(session, fair, me, state=VisitorState.COMING)
        make_ticket(session, again, make_session(session, fair))
        return make_actor(session, Role.GRADUATE, graduate=me)


def _see(page: Page, name: str, width: int) -> None:
    """Check a page, and keep a picture of it if somebody wants to look."""
    look(page)
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / f"hB-own-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_became_of_an_intent_is_told_and_corrected_on_the_own_page(
    address: str, open_as: OpenAs, graduate: Actor, width: int
) -> None:
    page = open_as(graduate, width)
    said = complaints(page)
    page.goto(f"{address}/my-fairs-visits")
    intents = page.get_by_role("region")
    expect(page.get_by_text("等你答复")).to_have_count(2)
    _see(page, "fairs", width)

    intents.filter(has_text="装配工").get_by_label("已被录用").check()
    intents.filter(has_text="装配工").get_by_role("button", name="告诉工会").click()
    expect(page.get_by_text("你上次说的是：已被录用")).to_be_visible()
    expect(page.get_by_text("等你答复")).to_have_count(1)

    told = intents.filter(has_text="装配工")
    told.get_by_text("改一下答复").click()
    told.get_by_label("已经上班").check()
    _see(page, "told", width)
    told.get_by_role("button", name="告诉工会").click()
    expect(page.get_by_text("你上次说的是：已经上班")).to_be_visible()

    page.get_by_role("link", name="春季招聘会").click()
    page.get_by_role("link", name="谈成的意向").click()
    expect(page.get_by_role("heading", name="谈成的意向")).to_be_visible()
    page.get_by_role("link", name="看入场码和路线").click()
    expect(page.get_by_role("heading", name="入场码")).to_be_visible()
    assert said == []
