"""Asking both sides after a fair (会后询问): one neutral message with one link, for the survey and one's own intents.

A link is the number of an employer's place or of a visitor and a keyed hash of it; it needs no account and works until
its day. Looking changes nothing. Who is reminded gets the same link again.
"""

import datetime as dt
import hmac

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of, settings_of
from matcher.db.insertion import insert_if_new
from matcher.errors import NotFoundError
from matcher.kinds import MessageChannel, Role
from matcher.kinds.fair_reports import FollowState, SurveySide
from matcher.models.employers import Employer
from matcher.models.fair_reports import FairAsk, FairFollow
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.graduates import Graduate
from matcher.policy.deadlines import get_deadline
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.fair_reports import figures
from matcher.services.permissions import Actor

LINK_RULE = "answer_link.fair_after"
TEMPLATE = "fair_after"
AGAIN = "fair_after_again"
_PURPOSE = "fair_after.link"
_ID_LENGTH = 18
_MAC_LENGTH = 24
"""Hex signs kept of the hash: 96 bits."""
_LETTERS = {SurveySide.EMPLOYER: "e", SurveySide.VISITOR: "v"}
_SIDES = {letter: side for side, letter in _LETTERS.items()}


def last_day(region: str | None, start: dt.date) -> dt.date:
    """Return the last day of links given out on a day."""
    return get_deadline(LINK_RULE, region, start).after(start)


def token_of(session: Session, side: SurveySide, public_id: str) -> str:
    """Return the token of a side's link: of an employer's place, or of a visitor."""
    return f"{_LETTERS[side]}{public_id}{_mac(session, side, public_id)}"


def _mac(session: Session, side: SurveySide, public_id: str) -> str:
    return ring_of(session).blind_index(f"{side.value}|{public_id}", _PURPOSE)[:_MAC_LENGTH]


def address_of(session: Session, ask: FairAsk) -> str:
    """Return the whole address of an ask's link."""
    public_id = _asked(session, ask).public_id
    return f"{settings_of(session).address}/after/{token_of(session, ask.side, public_id)}"


def _asked(session: Session, ask: FairAsk) -> FairEmployer | FairVisitor:
    if ask.side is SurveySide.EMPLOYER:
        return session.get_one(FairEmployer, ask.fair_employer_id)
    return session.get_one(FairVisitor, ask.visitor_id)


def look(session: Session, token: str, *, lock: bool = False) -> FairAsk:
    """Return the ask of a token.

    Raises
    ------
    NotFoundError
        Made up, cut short, over, or of somebody whose data were forgotten: one answer for all.
    """
    side = _SIDES.get(token[:1])
    public_id = token[1 : 1 + _ID_LENGTH]
    sent = token[1 + _ID_LENGTH :]
    if side is not None and hmac.compare_digest(
        sent.encode(), _mac(session, side, public_id).encode()
    ):
        found = sa.select(FairAsk).where(
            _of_place(public_id) if side is SurveySide.EMPLOYER else _of_visitor(public_id),
            FairAsk.expires_at > clock.now(),
        )
        if lock:
            found = found.with_for_update().execution_options(populate_existing=True)
        ask = session.scalar(found)
        if ask is not None:
            return ask
    raise NotFoundError(
        "fair_link_unusable", "这个链接不能用了：可能过了期限，或者地址没有复制全。"
    )


def _of_place(public_id: str) -> sa.ColumnElement[bool]:
    return FairAsk.fair_employer_id.in_(
        sa.select(FairEmployer.id).where(FairEmployer.public_id == public_id)
    )


def _of_visitor(public_id: str) -> sa.ColumnElement[bool]:
    found = sa.select(FairVisitor.id).where(
        FairVisitor.public_id == public_id, FairVisitor.forgotten_at.is_(None)
    )
    return FairAsk.visitor_id.in_(found)


def actor_of(session: Session, ask: FairAsk) -> Actor:
    """Return who speaks through a link; a visitor who is no graduate on file has no number to act under."""
    if ask.side is SurveySide.EMPLOYER:
        place = session.get_one(FairEmployer, ask.fair_employer_id)
        return Actor(account_id=None, role=Role.EMPLOYER, employer_id=place.employer_id)
    return Actor(account_id=None, role=None)


def follows_of(session: Session, ask: FairAsk) -> list[FairFollow]:
    """Return the followed intents of whom is asked, open ones first."""
    own = (
        FairFollow.fair_employer_id == ask.fair_employer_id
        if ask.side is SurveySide.EMPLOYER
        else FairFollow.visitor_id == ask.visitor_id
    )
    found = sa.select(FairFollow).where(own, FairFollow.ended_at.is_(None))
    is_open = sa.case((FairFollow.state == FollowState.OPEN, 0), else_=1)
    return list(session.scalars(found.order_by(is_open, FairFollow.id)))


def places_to_ask(session: Session, fair: Fair) -> list[int]:
    """Return the employers that came and were not asked yet."""
    asked = sa.exists().where(FairAsk.fair_employer_id == FairEmployer.id)
    found = figures.present(fair).where(~asked)
    return list(session.scalars(found.order_by(FairEmployer.id)))


def visitors_to_ask(session: Session, fair: Fair) -> list[int]:
    """Return the visitors who took part, are not forgotten and were not asked yet."""
    asked = sa.exists().where(FairAsk.visitor_id == FairVisitor.id)
    took_part = FairVisitor.id.in_(figures.people(fair))
    found = sa.select(FairVisitor.id).where(took_part, ~asked, FairVisitor.forgotten_at.is_(None))
    return list(session.scalars(found.order_by(FairVisitor.id)))


def ask_place(session: Session, place_id: int) -> bool:
    """Ask an employer once; False if it was asked before."""
    place = session.get_one(FairEmployer, place_id)
    return _ask(session, place.fair_id, SurveySide.EMPLOYER, place_id=place_id)


def ask_visitor(session: Session, visitor_id: int) -> bool:
    """Ask a visitor once; False if asked before."""
    visitor = session.get_one(FairVisitor, visitor_id)
    return _ask(session, visitor.fair_id, SurveySide.VISITOR, visitor_id=visitor_id)


def _ask(
    session: Session,
    fair_id: int,
    side: SurveySide,
    *,
    place_id: int | None = None,
    visitor_id: int | None = None,
) -> bool:
    fair = session.get_one(Fair, fair_id)
    last = last_day(fair.venue_region, clock.today())
    values = {
        "fair_id": fair_id,
        "side": side,
        "fair_employer_id": place_id,
        "visitor_id": visitor_id,
        "asked_at": clock.now(),
        "expires_at": dt.datetime.combine(
            last + dt.timedelta(days=1), dt.time.min, tzinfo=clock.CHINA
        ),
    }
    ask = insert_if_new(session, FairAsk, values)
    if ask is not None:
        send(session, ask, TEMPLATE)
    return ask is not None


def send(session: Session, ask: FairAsk, template: str) -> bool:
    """Write a message with the link to whom is asked; False if there is no number to send to."""
    fair = session.get_one(Fair, ask.fair_id)
    phone = _phone(session, ask)
    if phone is None:
        return False
    quiet = quiet_hours(fair.venue_region or "", clock.today())
    outbox.write(
        session,
        unique_key=f"{template}:{ask.id}",
        channel=MessageChannel.SMS,
        template=template,
        parameters={"fair": fair.title},
        address=phone,
        secret=address_of(session, ask),
        send_after=first_loud(clock.in_china(clock.now()), quiet),
    )
    return True


def _phone(session: Session, ask: FairAsk) -> str | None:
    if ask.side is SurveySide.EMPLOYER:
        place = session.get_one(FairEmployer, ask.fair_employer_id)
        return sealing.open_sealed(
            session, session.get_one(Employer, place.employer_id), "contact_phone"
        )
    visitor = session.get_one(FairVisitor, ask.visitor_id)
    if visitor.phone_cipher is not None:
        return ring_of(session).decrypt(visitor.phone_cipher, "fair_visitor.phone")
    if visitor.graduate_id is None:
        return None
    return sealing.open_sealed(session, session.get_one(Graduate, visitor.graduate_id), "phone")
