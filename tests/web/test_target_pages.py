"""Rules of the targets' pages: figures open lists as long as they say, denominators are told, nothing leaks."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.targets import Town, fill_town, make_town, make_year_before
from tests.support.pages import PageClient

SignInAs = Callable[[Actor], PageClient]


@pytest.fixture
def town(sqlite_factory: SessionFactory) -> Town:
    """Give a town with fourteen people who need help."""
    with transaction(sqlite_factory) as session:
        made = make_town(session)
        fill_town(session, made)
    return made


def test_the_page_says_each_target_with_its_denominator(signed_in_as: SignInAs, town: Town) -> None:
    page = signed_in_as(town.manager).get(f"/drives/{town.drive.id}/targets").text

    assert "64%" in page
    print(page)
