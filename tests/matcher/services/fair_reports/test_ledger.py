"""The service ledger: whole to the last day of its two years, then without a person in it, of one fair alone."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import PaperSheet, PaperVerdict
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_guests import FairRoute
from matcher.models.fair_reports import FairFollow, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_reports import closing, keeping, nights
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair, make_contact, make_held_fair
from tests.factories.people import make_graduate
from tests.factories.placements import make_placement

_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("held_on", "last_on"),
    [
        (dt.date(2026, 11, 23), dt.date(2028, 11, 23)),
        (dt.date(2028, 2, 29), dt.date(2030, 2, 28)),
        (dt.date(2026, 2, 28), dt.date(2028, 2, 28)),
    ],
)
def test_a_ledger_is_whole_on_its_last_day_and_forgotten_the_day_after(
    session: Session, made: HeldFair, organiser: Actor, held_on: dt.date, last_on: dt.date
) -> None:
    closing.close_fair(session, organiser, made.fair.public_id)
    made.fair.first_on, made.fair.last_on = held_on - _DAY, held_on
    session.flush()
    noon = dt.datetime.combine(last_on, dt.time(23, 59), tzinfo=clock.CHINA)

    with clock.set_by_hand(noon.astimezone(dt.UTC)) as hands:
        assert (nights.fairs_followed(session), keeping.fairs_to_forget(session)) == (
            [made.fair.id],
            [],
        )
        hands.move_to(hands.instant + dt.timedelta(minutes=1))
        assert (nights.fairs_followed(session), keeping.fairs_to_forget(session)) == (
            [],
            [made.fair.id],
        )


def _fill(session: Session, made: HeldFair) -> None:
    """Put words about people wherever a fair may hold them."""
    visitor, place = made.visitors[0], made.places[0]
    graduate = make_graduate(session)
    visitor.graduate_id, visitor.school, visitor.shown = graduate.id, "宁夏大学", ["phone"]
    visitor.person_index, visitor.major_text = "x", "会计学"
    contact = make_contact(session, place, visitor, ContactState.INTENT, note_cipher=b"x")
    placement = make_placement(session, graduate, employer_id=place.employer_id)
    batch = FairPaperBatch(
        fair_id=made.fair.id, file_name="张三.xlsx", sha256="0", uploaded_at=clock.now()
    )
    session.add(batch)
    session.flush()
    session.add_all(
        [
            FairRoute(visitor_id=visitor.id, stops=[], made_at=clock.now()),
            FairFollow(
                fair_id=made.fair.id,
                contact_id=contact.id,
                fair_employer_id=place.id,
                visitor_id=visitor.id,
                due_on=clock.today(),
                opened_at=clock.now(),
                placement_id=placement.id,
            ),
            FairSurveyAnswer(
                fair_id=made.fair.id,
                side="visitor",
                channel="open",
                answered_on=clock.today(),
                edition="1",
                words_cipher=b"x",
            ),
            FairPaperRow(
                batch_id=batch.id,
                sheet=PaperSheet.SIGN_IN,
                sheet_name="签到表",
                line_number=3,
                code="A",
                verdict=PaperVerdict.NEW,
                values_cipher=b"x",
            ),
            FairPaperLine(fair_id=made.fair.id, batch_id=batch.id, code="A", content_mark="x"),
        ]
    )
    session.flush()


_HELD = (
    FairVisitor.graduate_id,
    FairVisitor.name_cipher,
    FairVisitor.name_masked,
    FairVisitor.phone_cipher,
    FairVisitor.phone_index,
    FairVisitor.phone_masked,
    FairVisitor.person_index,
    FairVisitor.school,
    FairVisitor.major_text,
    FairContact.note_cipher,
    FairFollow.placement_id,
    FairSurveyAnswer.words_cipher,
    FairPaperRow.values_cipher,
)
_EMPTIED = (FairPaperBatch.file_name, FairPaperLine.content_mark)


def _left(session: Session) -> set[str]:
    """Return where something is held."""
    session.expire_all()
    found = {
        str(one) for one in _HELD if session.scalars(sa.select(one).where(one.is_not(None))).all()
    }
    found |= {
        str(one) for one in _EMPTIED if session.scalars(sa.select(one).where(one != "")).all()
    }
    shown = [one for one in session.scalars(sa.select(FairVisitor.shown)) if one]
    routes = session.scalars(sa.select(FairRoute.id)).all()
    return found | ({"shown"} if shown else set()) | ({"route"} if routes else set())


def test_every_word_about_a_person_goes_and_every_row_stays(
    session: Session, made: HeldFair
) -> None:
    _fill(session, made)
    n_visitors = len(made.visitors)
    held = _left(session)
    assert held > {"shown", "route"} | {str(one) for one in _EMPTIED}

    assert keeping.forget(session, made.fair.id) == n_visitors

    assert _left(session) == set()
    for model in (FairContact, FairFollow, FairSurveyAnswer, FairPaperRow, FairPaperLine):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 1
    assert session.scalar(sa.select(sa.func.count(FairVisitor.id))) == n_visitors


def test_another_fair_is_not_forgotten_with_it(session: Session, made: HeldFair) -> None:
    other = make_held_fair(session)
    _fill(session, other)
    before = _left(session)

    keeping.forget(session, made.fair.id)

    assert _left(session) == before
    gone = session.scalars(
        sa.select(FairVisitor.fair_id).where(FairVisitor.forgotten_at.is_not(None))
    )
    assert set(gone) == {made.fair.id}


def test_forgetting_again_keeps_the_instant_of_the_first_time(
    session: Session, made: HeldFair
) -> None:
    made.visitors[0].forgotten_at = before = clock.now() - _DAY
    session.flush()

    assert keeping.forget(session, made.fair.id) == len(made.visitors) - 1
    assert keeping.forget(session, made.fair.id) == 0

    session.refresh(made.visitors[0])
    assert made.visitors[0].forgotten_at == before


@pytest.mark.parametrize("what", ["visitor", "route", "note", "words", "paper"])
def test_whatever_is_left_of_a_person_brings_the_night_back(
    session: Session, made: HeldFair, what: str
) -> None:
    _fill(session, made)
    emptied = {
        "note": sa.update(FairContact).values(note_cipher=None),
        "words": sa.update(FairSurveyAnswer).values(words_cipher=None),
        "paper": sa.update(FairPaperRow).values(values_cipher=None),
        "route": sa.delete(FairRoute),
        "visitor": sa.update(FairVisitor).values(forgotten_at=clock.now()),
    }
    for name, change in emptied.items():
        if name != what:
            session.execute(change, execution_options={"synchronize_session": False})
    made.fair.first_on = made.fair.last_on = clock.today() - dt.timedelta(days=800)
    session.flush()

    assert keeping.fairs_to_forget(session) == [made.fair.id]
    keeping.forget(session, made.fair.id)

    assert keeping.fairs_to_forget(session) == []
