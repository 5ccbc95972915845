"""Claims of the training subsidy made before there was a ledger are booked by the revision, with their two times."""

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.migrations import run as migrations
from matcher.models.money import LedgerEntry
from matcher.models.training_records import TrainingSubsidy
from matcher.services.training import answers, certificates
from matcher.services.training.certificates import CertificateInput
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate
from tests.factories.training import begin_today, make_course, make_training


def test_claims_of_before_stand_in_the_ledger_after_the_revision(
    session_factory: SessionFactory, engine: sa.Engine
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        clerk = make_actor(session, Role.CASEWORKER, union=union)
        course = make_course(session, union, cost_fen=200_000)
        begin_today(session, course)
        referral = make_training(session, clerk, course, make_graduate(session, union))
        answers.accept(session, clerk, referral.id)
        answers.start(session, clerk, referral.id)
        answers.finish(session, clerk, referral.id)
        paper = CertificateInput(number="AB123456", issued_on=clock.today())
        certificates.certify(session, clerk, referral.id, paper)
        certificates.claim_subsidy(
            session, clerk, referral.id, own_cost_fen=200_000, amount_fen=150_000
        )
        booked = _entry(session.connection())

    migrations.downgrade(engine, "0036")
    migrations.upgrade(engine)

    with transaction(session_factory) as session:
        again = _entry(session.connection())
        claim = session.scalars(sa.select(TrainingSubsidy)).one()
        entry = session.scalars(sa.select(LedgerEntry)).one()
        assert again == booked
        assert (entry.entered_at, entry.happened_on) == (claim.entered_at, claim.claimed_on)
        assert len(entry.public_id) == 18


def _entry(connection: sa.Connection) -> dict[str, object]:
    """Return the one entry as it stands, but for its random number and the moment it was typed."""
    row = connection.execute(sa.select(LedgerEntry.__table__)).mappings().one()
    apart = {"id", "public_id", "entered_at"}
    return {name: value for name, value in row.items() if name not in apart}
