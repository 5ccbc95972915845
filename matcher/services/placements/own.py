"""The graduate's own word on a recorded destination (本人确认): 属实, or 不属实 with words.

An objection makes the placement doubted at once, counted or not, and opens a task; a confirmation is kept and
replaces no evidence.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.placements import DoubtReason, PersonAnswer, PlacementState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.placements import Placement
from matcher.services.casework.sealed_words import seal
from matcher.services.permissions import Actor, Permission, require
from matcher.services.placements import asking
from matcher.services.placements.sight import SUBJECT, get_placement, placements_in_sight
from matcher.services.placements.stepping import note, step
from matcher.services.referrals import links
from matcher.services.rows import not_found

WORDS = "placement.person_words"


def own_placements(session: Session, by: Actor) -> list[Placement]:
    """Return what is recorded of the graduate who asks, newest first; what was revoked is left out."""
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if by.graduate_id is None:
        raise not_found()
    found = sa.select(Placement).where(
        placements_in_sight(by), Placement.state != PlacementState.REVOKED
    )
    return list(session.scalars(found.order_by(Placement.id.desc())))


def answer(
    session: Session,
    by: Actor,
    placement_id: int,
    said: PersonAnswer,
    words: str | None = None,
    *,
    expected_version: int | None = None,
) -> Placement:
    """Take the graduate's word, from the own page or a link.

    Raises
    ------
    RuleBrokenError
        The placement was revoked.
    InvalidInputError
        不属实 without a word on what is wrong.
    """
    require(by, Permission.ANSWER_OWN_REFERRALS)
    if by.graduate_id is None:
        raise not_found()
    placement = get_placement(
        session, by, placement_id, lock=True, expected_version=expected_version
    )
    if placement.state is PlacementState.REVOKED:
        raise RuleBrokenError("placement_over", "这条去向已经撤销，不用再确认。")
    if said is PersonAnswer.NOT_TRUE and not (words or "").strip():
        message = "请写一句哪里不对，工会会核查。"
        raise InvalidInputError("placement_words", message, fields={"words": message})
    placement.person_answer, placement.person_answered_at = said, clock.now()
    placement.person_words_cipher = seal(session, words, WORDS)
    note(session, by, placement, "answered", reason=said.value)
    if said is PersonAnswer.NOT_TRUE:
        _object(session, by, placement)
    links.revoke(session, (SUBJECT, placement.id), purposes=(LinkPurpose.PLACEMENT,))
    session.flush()
    return placement


def _object(session: Session, by: Actor, placement: Placement) -> None:
    if placement.state is not PlacementState.DOUBTED:
        step(
            session,
            by,
            placement,
            "doubted",
            after=PlacementState.DOUBTED,
            reason=DoubtReason.OBJECTION.value,
            columns={"doubt_reason": DoubtReason.OBJECTION},
        )
    asking.ask_to_clear_up(session, placement)


def ask_again(session: Session, by: Actor, placement_id: int) -> bool:
    """Send the graduate the link once more; False if there is no phone, an answer, or it was sent today."""
    require(by, Permission.RECORD_PLACEMENTS)
    placement = get_placement(session, by, placement_id)
    asked = asking.ask_person(session, placement, again=True)
    if asked:
        note(session, by, placement, "person_asked", before=placement.state)
    return asked
