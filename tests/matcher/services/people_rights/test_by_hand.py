"""Who withdraws from ranking is out of the next run, still in caseload and denominator, and served by hand."""

import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ConsentPurpose, ListSide, Role, TaskState
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.ranking_runs import RankingRun
from matcher.models.tasks import Task
from matcher.services.consent_acts import give_consent, withdraw_consent
from matcher.services.consents import current_text, seed_consent_texts
from matcher.services.people_rights import by_hand
from matcher.services.ranking_overlays import stored_list
from tests.factories.accounts import make_actor
from tests.factories.cases import make_case
from tests.factories.ranked_drives import make_ranked_drive, rank


def _ranked(factory: SessionFactory, drive_id: int, graduate_id: int) -> bool:
    """Rank the drive anew and say whether the person has a list."""
    run_id = rank(factory, drive_id)
    with reading(factory) as session:
        run = session.get_one(RankingRun, run_id)
        found = stored_list(session, run, ListSide.GRADUATE, graduate_id)
        return found is not None and len(found.partners) > 0


def _entries(factory: SessionFactory, drive_id: int) -> int:
    with reading(factory) as session:
        found = sa.select(sa.func.count()).where(
            DriveEntry.drive_id == drive_id, DriveEntry.left_at.is_(None)
        )
        return session.scalar(found) or 0


def test_a_withdrawal_works_in_the_next_run_and_leaves_caseload_and_denominator(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        seed_consent_texts(session)
        drive = make_ranked_drive(session, graduates=8, postings=6)
        drive_id = drive.id
        entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
        ids = list(session.scalars(entered.order_by(DriveEntry.id)))
    chosen = next(one for one in ids if _ranked(sqlite_factory, drive_id, one))
    before = _entries(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        graduate = session.get_one(Graduate, chosen)
        worker = make_actor(session, Role.CASEWORKER)
        case = make_case(session, graduate, owner_id=worker.account_id)
        own = make_actor(session, Role.GRADUATE, graduate=graduate)
        withdraw_consent(session, own, chosen, ConsentPurpose.RANKING)
        case_id = case.id

    assert not _ranked(sqlite_factory, drive_id, chosen)

    assert _entries(sqlite_factory, drive_id) == before
    with reading(sqlite_factory) as session:
        task = session.scalars(sa.select(Task).where(Task.rule == by_hand.RULE)).one()
        assert (task.subject_id, task.assignee_id) == (chosen, worker.account_id)
        assert task.state is TaskState.OPEN
        kept = session.get_one(type(case), case_id)
        assert (kept.closed_on, kept.owner_id) == (None, worker.account_id)

    with transaction(sqlite_factory) as session:
        text = current_text(session, ConsentPurpose.RANKING, clock.today())
        give_consent(session, own, chosen, ConsentPurpose.RANKING, text_id=text.id)
    assert _ranked(sqlite_factory, drive_id, chosen)
    with reading(sqlite_factory) as session:
        assert session.get_one(Task, task.id).state is TaskState.DROPPED
