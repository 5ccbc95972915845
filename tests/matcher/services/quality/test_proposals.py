"""Proposals of points: from outcomes alone, never from what a person is protected by, decided by a person."""

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import HardshipTier, JobState, Role
from matcher.kinds.households import Sex
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.models.audit import AuditEntry
from matcher.models.drives import Drive, DriveRevision
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.ranking_studies import RankingStudy
from matcher.policy.outcomes import CALIBRATE_GOOD
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.services.drives import revise_parameters
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.quality import proposals, studies
from matcher.services.quality.hits import known_pairs
from matcher.services.quality.outcomes import Outcomes
from matcher.services.quality.proposals import propose
from matcher.services.quality.shapes import Calibration
from tests.factories.accounts import make_actor, make_union
from tests.factories.judged_drives import make_judged_drive
from tests.factories.people import make_member
from tests.factories.ranked_drives import drain, rank


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "least", lambda _rule: 20)


def proposed(factory: SessionFactory, drive_id: int) -> Calibration:
    with reading(factory) as session:
        return propose(session, session.get_one(Drive, drive_id))


def manager(factory: SessionFactory, drive_id: int, role: Role = Role.DRIVE_MANAGER) -> Actor:
    with transaction(factory) as session:
        union = session.get_one(Union, session.get_one(Drive, drive_id).union_id)
        return make_actor(session, role, union=union)


def test_too_few_outcomes_give_no_proposal(sqlite_factory: SessionFactory) -> None:
    found = proposed(sqlite_factory, make_judged_drive(sqlite_factory))

    assert found.proposal is None
    assert found.without_proposal == "too_few"
    assert (found.outcomes.least, found.least_good) == (300, 60)


@pytest.mark.usefixtures("_few")
def test_enough_outcomes_give_one_with_its_uncertainty(sqlite_factory: SessionFactory) -> None:
    found = proposed(sqlite_factory, make_judged_drive(sqlite_factory, pairs=150)).proposal

    assert found is not None
    assert found.gain_low <= found.gain <= found.gain_high
    assert found.comparisons > found.postings >= 10
    DriveParameters.from_dict(found.parameters)


def test_interviews_of_pairs_the_run_did_not_know_are_not_counted_as_enough(
    sqlite_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=150)
    monkeypatch.setattr(proposals, "least", lambda rule: 40 if rule == CALIBRATE_GOOD else 20)
    before = proposed(sqlite_factory, drive_id)
    monkeypatch.setattr(proposals, "known_pairs", without_interviews)

    after = proposed(sqlite_factory, drive_id)

    assert before.proposal is not None
    assert (after.proposal, after.without_proposal) == (None, "too_few")


def without_interviews(snapshot: Snapshot, outcomes: Outcomes) -> dict[int, dict[int, int]]:
    """Return the known pairs but for those that went well, as if their people had come after the run."""
    known = known_pairs(snapshot, outcomes)
    return {
        posting: {one: grade for one, grade in grades.items() if not grade}
        for posting, grades in known.items()
    }


@pytest.mark.usefixtures("_few")
def test_progress_says_of_how_much(sqlite_factory: SessionFactory) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=150)
    seen: list[tuple[int, int]] = []

    with reading(sqlite_factory) as session:
        propose(session, session.get_one(Drive, drive_id), lambda *done: seen.append(done))

    assert seen[0] == (1, len(seen))
    assert seen[-1] == (len(seen), len(seen))


@pytest.mark.usefixtures("_few")
def test_hardship_sex_ethnicity_and_household_change_nothing(
    sqlite_factory: SessionFactory,
) -> None:
    """The ranking's own order of the same people may change; what is learnt from them may not."""
    drive_id = make_judged_drive(sqlite_factory, pairs=150)
    before = proposed(sqlite_factory, drive_id)

    with transaction(sqlite_factory) as session:
        for household in session.scalars(sa.select(Household).order_by(Household.id)):
            household.is_zero_employment = not household.is_zero_employment
            household.zero_employment_on = clock.today() if household.is_zero_employment else None
            household.tier = (
                HardshipTier.NONE if household.tier is HardshipTier.DEEP else HardshipTier.DEEP
            )
            for number, one in enumerate(
                session.scalars(sa.select(Graduate).order_by(Graduate.id))
            ):
                if number % 5 == household.id % 5:
                    one.household_id = household.id
                    sex, ethnicity = (Sex.FEMALE, "回族") if number % 2 else (Sex.MALE, "汉族")
                    make_member(session, household, sex=sex, ethnicity=ethnicity)
    rank(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        session.execute(sa.text("UPDATE referral SET run_id = (SELECT max(id) FROM ranking_run)"))
    after = proposed(sqlite_factory, drive_id)

    assert before.run == 1
    assert after.run == 2
    assert after.proposal == before.proposal


def worth(study: RankingStudy) -> None:
    """Make the stored proposal one that is worth taking over."""
    proposal = {**study.result["proposal"], "is_worth": True}
    study.result = {**study.result, "proposal": proposal}


def a_proposal(factory: SessionFactory, *, is_worth: bool = True) -> tuple[Actor, int, str]:
    """Make a drive with a computed proposal; return its manager, the drive, the public number."""
    drive_id = make_judged_drive(factory, pairs=150)
    by = manager(factory, drive_id)
    with transaction(factory) as session:
        public_id = studies.ask(session, by, drive_id, StudyKind.CALIBRATION).public_id
    drain(factory)
    with transaction(factory) as session:
        study = studies.find(session, by, public_id)
        assert study.state is StudyState.DONE
        if is_worth:
            worth(study)
    return by, drive_id, public_id


@pytest.mark.usefixtures("_few")
def test_an_accepted_proposal_becomes_the_next_revision(session_factory: SessionFactory) -> None:
    by, drive_id, public_id = a_proposal(session_factory)

    with transaction(session_factory) as session:
        study = studies.accept(session, by, public_id)
        wanted = study.result["proposal"]["parameters"]

    with reading(session_factory) as session:
        assert session.get_one(Drive, drive_id).revision == 2
        assert session.get_one(DriveRevision, (drive_id, 2)).parameters == wanted
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert {"ranking.study_asked", "ranking.study_accepted", "drive.parameters_revised"} <= set(
        actions
    )
    with transaction(session_factory) as session, pytest.raises(RuleBrokenError) as refused:
        studies.accept(session, by, public_id)
    assert refused.value.code == "study_state"


@pytest.mark.usefixtures("_few")
def test_rules_revised_while_a_proposal_was_computed_outdate_it(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=150)
    found = proposed(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        revise_parameters(session, SYSTEM, drive_id, DriveParameters(equal_width=1))

    with transaction(sqlite_factory) as session:
        kept = studies.keep_proposal(session, SYSTEM, drive_id, found.model_dump(mode="json"))
        worth(kept)
        with pytest.raises(RuleBrokenError) as refused:
            studies.accept(session, SYSTEM, kept.public_id)

    assert refused.value.code == "study_outdated"


@pytest.mark.usefixtures("_few")
def test_a_proposal_of_old_rules_cannot_be_taken_over(sqlite_factory: SessionFactory) -> None:
    by, drive_id, public_id = a_proposal(sqlite_factory)
    with transaction(sqlite_factory) as session:
        revise_parameters(session, SYSTEM, drive_id, DriveParameters(equal_width=1))

    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError) as refused:
        studies.accept(session, by, public_id)

    assert refused.value.code == "study_outdated"


@pytest.mark.usefixtures("_few")
def test_one_that_may_be_chance_cannot_be_taken_over(sqlite_factory: SessionFactory) -> None:
    by, _, public_id = a_proposal(sqlite_factory, is_worth=False)

    with transaction(sqlite_factory) as session:
        study = studies.find(session, by, public_id)
        study.result = {**study.result, "proposal": {**study.result["proposal"], "is_worth": False}}
        with pytest.raises(RuleBrokenError) as refused:
            studies.accept(session, by, public_id)

    assert refused.value.code == "study_without_proposal"


@pytest.mark.usefixtures("_few")
def test_a_proposal_is_turned_down_with_a_reason(sqlite_factory: SessionFactory) -> None:
    by, drive_id, public_id = a_proposal(sqlite_factory)

    with transaction(sqlite_factory) as session, pytest.raises(InvalidInputError):
        studies.decline(session, by, public_id, " 不好 ")
    with transaction(sqlite_factory) as session:
        study = studies.decline(session, by, public_id, "样本都来自一个县")

    assert (study.state, study.decision_words) == (StudyState.DECLINED, "样本都来自一个县")
    with reading(sqlite_factory) as session:
        assert session.get_one(Drive, drive_id).revision == 1


def test_only_who_manages_the_drive_asks_and_sees(sqlite_factory: SessionFactory) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=12)
    with transaction(sqlite_factory) as session:
        stranger = make_actor(session, Role.DRIVE_MANAGER, union=make_union(session))
    worker = manager(sqlite_factory, drive_id, Role.CASEWORKER)

    with transaction(sqlite_factory) as session, pytest.raises(NotAllowedError):
        studies.ask(session, worker, drive_id, StudyKind.EVALUATION)
    with transaction(sqlite_factory) as session, pytest.raises(NotFoundError):
        studies.ask(session, stranger, drive_id, StudyKind.EVALUATION)
    with transaction(sqlite_factory) as session, pytest.raises(NotFoundError):
        studies.newest(session, stranger, drive_id, StudyKind.EVALUATION)


def test_asking_twice_while_it_is_computed_gives_the_same_study(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = make_judged_drive(sqlite_factory, pairs=12)
    by = manager(sqlite_factory, drive_id)
    with transaction(sqlite_factory) as session:
        first = studies.ask(session, by, drive_id, StudyKind.EVALUATION).id
        assert studies.ask(session, by, drive_id, StudyKind.EVALUATION).id == first

    drain(sqlite_factory)

    with transaction(sqlite_factory) as session:
        assert studies.ask(session, by, drive_id, StudyKind.EVALUATION).id != first
        jobs = session.scalars(sa.select(Job.state).where(Job.name == studies.STUDY)).all()
    assert sorted(jobs) == [JobState.DONE, JobState.QUEUED]
