"""An employer's own doings with its seats, the people on them turned round: it is answered and reads alike."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from matcher.db.engine import transaction
from matcher.kinds.referrals import FallThroughReason
from matcher.services.permissions import SYSTEM
from matcher.services.referrals import arrivals
from tests.web.employer_world import World, differing, open_twins, said_by


@pytest.fixture
def twins(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Give a world and a copy of it in which hardship is turned round."""
    with open_twins(sqlite_template, tmp_path) as made:
        yield made


_WORDS = {
    "title": "会计",
    "duties": "负责日常账务处理",
    "place": "银川市兴庆区",
    "pay_low_yuan": "4000",
    "pay_high_yuan": "6000",
    "education_min": "college",
    "closes_on": "2030-12-31",
}
_WISHES = (
    (10, 3),
    (10, 5),
    (10, 0),
    (10, 10),
    (10, 4),
    (9, 3),
    (5, 5),
    (5, 0),
    (4, 1),
    (3, 1),
    (3, 0),
    (12, 6),
)
"""Headcount and pledge a form may ask for; four people of the posting have an offer or a job."""


def _differing(twins: tuple[World, World]) -> dict[str, Any]:
    """Return where the two differ, but for the sign-ins of the account itself: the copy is signed in once more."""
    found = differing(twins[0].answers(), twins[1].answers())
    return {one: said for one, said in found.items() if one not in ("/account", "/account/tokens")}


def _saved(world: World) -> Iterator[TestResponse]:
    """Save the posting with other headcounts and pledges, by page and by program."""
    posting = world.side.posting.public_id
    address = f"/api/v1/postings/{posting}"
    for headcount, pledged in _WISHES:
        numbers = {"headcount": str(headcount), "pledged": str(pledged)}
        yield world.client.submit(f"/my/postings/{posting}", act="publish", **_WORDS, **numbers)
        read = world.house.client(None).get(address, headers=world.bearer)
        assert read.json is not None
        wish = {
            "title": "会计",
            "headcount": pledged + 2,
            "pledged": min(pledged + 1, 4),
            "pledged_until": "2031-06-30",
            "version": read.json["version"],
        }
        yield world.house.client(None).put(address, json=wish, headers=world.bearer)


def test_headcount_and_pledge_are_changed_alike_whoever_holds_which_seat(
    twins: tuple[World, World],
) -> None:
    """Else an employer would learn by trial who sits on a pledged seat."""
    said: list[list[Any]] = []
    for world in twins:
        answers = list(_saved(world))
        said.append([(one.status_code, said_by(one)[2]) for one in answers])

    assert [one[0] for one in said[0]] == [one[0] for one in said[1]]
    assert said[0] == said[1]
    by_page = {wish: one[0] for wish, one in zip(_WISHES, said[0][::2], strict=True)}
    assert {wish for wish, status in by_page.items() if status == 409} == {(3, 1), (3, 0)}
    assert {status for status, _ in said[0][1::2]} == {200, 409}
    assert _differing(twins) == {}


def test_what_a_job_that_fell_through_elsewhere_brings_back_looks_alike(
    twins: tuple[World, World],
) -> None:
    """An offer must not be undone for want of a seat of one class."""
    job = twins[0].side.elsewhere
    assert job is not None
    for world in twins:
        with transaction(world.house.factory) as session:
            arrivals.fall_through(session, SYSTEM, job.id, reason=FallThroughReason.EMPLOYER)

    again = twins[0].people[-2]
    pages = [world.client.get("/people?group=offered").text for world in twins]
    assert [again in page for page in pages] == [True, True]
    assert _differing(twins) == {}
