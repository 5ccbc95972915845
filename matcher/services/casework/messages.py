"""Messages about the caseworker's work (站内信): a hand-over offered, a hand-over answered."""

from sqlalchemy.orm import Session

from matcher.kinds import MessageChannel
from matcher.models.day import HandOver
from matcher.services import outbox


def tell_of_offer(session: Session, offered: HandOver, count: int) -> None:
    """Tell the receiver that a hand-over waits."""
    outbox.write(
        session,
        unique_key=f"hand-over:{offered.id}:offered",
        channel=MessageChannel.SITE,
        template="hand_over_offered",
        parameters={"count": count},
        account_id=offered.to_id,
    )


def tell_of_answer(session: Session, settled: HandOver, accepted: int, declined: int) -> None:
    """Tell who offered, and who ordered it, what became of it."""
    for account_id in {settled.from_id, settled.ordered_by_id} - {None}:
        outbox.write(
            session,
            unique_key=f"hand-over:{settled.id}:settled:{account_id}",
            channel=MessageChannel.SITE,
            template="hand_over_settled",
            parameters={"accepted": accepted, "declined": declined},
            account_id=account_id,
        )
