"""The same people referred, their hardship turned round: no answer to their employer differs by a byte.

Every address an employer may open is walked, pages and programs, and every file an employer can take along; a new
route is walked by itself.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from matcher import clock
from matcher.db.engine import transaction
from matcher.kinds import Role, SeatClass
from matcher.models.outbox import OutboxMessage
from matcher.models.postings import Seat
from matcher.models.referrals import SeatHold
from matcher.services import message_texts
from matcher.services.permissions import GRANTS, SYSTEM, Permission
from matcher.services.referrals import digests
from tests.factories.employer_side import CONTACT, NEUTRAL_NAME, TELLING_NAME
from tests.web.employer_world import (
    ACTS,
    TAKEN,
    World,
    differing,
    open_twins,
    open_world,
    said_by,
    turn_round,
)
from tests.web.test_matrix import _rules
from web.pages import own_people


@pytest.fixture(scope="module", params=[False, True], ids=["open", "blind"])
def both(
    request: pytest.FixtureRequest,
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Give an open and a blind drive, one after the other."""
    with open_world(
        sqlite_template, tmp_path_factory.mktemp("people"), is_blind=request.param
    ) as made:
        yield made


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give an open drive."""
    with open_world(sqlite_template, tmp_path_factory.mktemp("people")) as made:
        yield made


def test_hardship_turned_round_changes_no_byte_an_employer_gets(both: World) -> None:
    before = both.answers()

    with transaction(both.house.factory) as session:
        turn_round(session, both.side)
    after = both.answers()

    assert len(before) > 90
    assert {status for status, _, _ in before.values()} <= {200, 303, 404}
    assert differing(before, after) == {}


@pytest.fixture
def twins(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Give a world and a copy of it in which hardship is turned round."""
    with open_twins(sqlite_template, tmp_path) as made:
        yield made


def test_answers_are_taken_alike_whoever_holds_which_seat(twins: tuple[World, World]) -> None:
    """An offer to somebody for whom no seat is free must not be refused for that."""
    day = clock.today().isoformat()
    given = [
        *(("offer", place, {"reports_on": day}) for place in (14, 15, 16, 0)),
        ("invite", 1, {"on": day, "note": "九点"}),
        ("refuse", 2, {"reason": "skill"}),
        ("attendance", 3, {"attended": "true"}),
        ("offer", 3, {"reports_on": day}),
        ("resume", 4, {}),
        ("refuse", 5, {"reason": "cancelled"}),
        ("report", 6, {"on": day}),
        ("missing", 7, {"reason": "person"}),
        ("left", 8, {"on": day}),
        ("offer", 12, {}),
    ]
    said: list[list[tuple[int, str, bytes]]] = []
    for world in twins:
        answers = [*_elsewhere(world)]
        answers += [
            world.client.submit(f"/people/{world.people[place]}/answers/{act}", **fields)
            for act, place, fields in given
        ]
        many = world.client.submit("/people/many", act="refuse", reason="filled", pick=world.people)
        said.append(
            [
                (one.status_code, one.headers.get("Location", ""), said_by(one)[2])
                for one in [*answers, many]
            ]
        )

    assert [one[:2] for one in said[0]] == [one[:2] for one in said[1]]
    assert said[0] == said[1]
    assert {one[0] for one in said[0]} >= {200, 303}
    assert [one[0] for one in said[0][:3]] == [303, 303, 303]
    assert differing(twins[0].answers("/people"), twins[1].answers("/people")) == {}


def _elsewhere(world: World) -> Iterator[TestResponse]:
    """Offer the job by the digest's link without an account, say who came, tell how seats were filled."""
    fields = {"act": "offer", "person": world.people[2], "seen": "sent"}
    yield world.house.client(None).submit(world.links[0], **fields)
    came = f"/interviews/appointments/{world.interview}/attendance"
    yield world.client.submit(came, attended="yes")
    counts = {"referred": 3, "other": 3, "not_filled": 4}
    yield world.client.submit(f"/my/closed-postings/{world.survey}/answer", **counts)


def test_interviews_seats_and_links_show_their_people_here(world: World) -> None:
    """Else the walk over them would compare pages without anybody."""
    said = {one: world.house.client(None).get(one).text for one in world.links}

    assert world.interview in world.client.get("/my/interviews").text
    assert world.survey in world.client.get("/my/closed-postings").text
    assert world.people[0] in said[world.links[0]]
    assert world.survey in said[world.links[1]]


def test_a_leak_on_purpose_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would pass on pages that show nobody at all."""
    kept = own_people.employer_people.list_people

    def leaking(session: Session, by: Any, wish: Any, **more: Any) -> Any:
        found = kept(session, by, wish, **more)
        held = (
            sa.select(SeatHold.referral_id).join(Seat).where(Seat.seat_class != SeatClass.ORDINARY)
        )
        first = set(session.scalars(held))
        found.rows.sort(key=lambda row: row.id not in first)
        return found

    monkeypatch.setattr(own_people.employer_people, "list_people", leaking)
    leaked = world.answers(only="/people")
    with transaction(world.house.factory) as session:
        turn_round(session, world.side)
    after = world.answers(only="/people")

    assert "/people" in differing(leaked, after)


def test_what_is_taken_along_names_nobodys_status_in_its_properties(world: World) -> None:
    taken = world.answers()
    book = zipfile.ZipFile(io.BytesIO(taken["POST /people/sheet"][2]))
    inside = "".join(book.read(name).decode() for name in book.namelist())
    names = taken["POST /people/sheet"][1]["Content-Disposition"]
    names += taken["POST /people/print"][1]["Content-Disposition"]

    for word in ("困难", "零就业", "预留", "保底", "低保", "hardship", "reserved", TELLING_NAME):
        assert word not in inside
        assert word not in names


def test_the_drives_own_name_stands_nowhere_outside(world: World) -> None:
    with transaction(world.house.factory) as session:
        digests.write_digest(session, SYSTEM, world.side.employer.id)

    told = [
        address
        for address, (_, headers, body) in world.answers().items()
        if TELLING_NAME.encode() in body or TELLING_NAME in str(headers)
    ]
    with transaction(world.house.factory) as session:
        messages = [
            message_texts.compose(one.template, one.parameters).text
            for one in session.scalars(sa.select(OutboxMessage))
        ]

    assert told == []
    assert messages
    assert [text for text in messages if TELLING_NAME in text] == []


def test_the_neutral_words_stand_on_the_employers_pages(world: World) -> None:
    page = world.client.get("/people").text

    assert NEUTRAL_NAME in page
    assert CONTACT in page


def test_every_form_that_hands_something_to_an_employer_is_tried_here(world: World) -> None:
    handing = {
        rule.endpoint
        for method, rule in _rules(world.house)
        if method == "POST"
        and Permission.ANSWER_REFERRALS
        in getattr(world.house.app.view_functions[rule.endpoint], "needs", ())
    }

    # a statement is meant to be told
    assert handing == {*TAKEN, *ACTS, "own_people_files.statement"}
    assert Permission.ANSWER_REFERRALS in GRANTS[Role.EMPLOYER]
