"""A plan that is done, as rows alone: nothing is ranked or solved, no folder is written."""

import itertools
from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import RunState, SeatClass
from matcher.kinds.plan_runs import PublishedAs
from matcher.kinds.plans import ChangeReason, PinKind, PlanRule, SeatChange, SeatedAs
from matcher.models.drives import Drive, DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import (
    PlanCertificate,
    PlanPin,
    PlanPublication,
    PlanRun,
    PlanSeat,
    PlanShift,
    PlanUncovered,
)
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral
from matcher.services.plans.parameters import PlanParameters
from matcher.services.plans.pins import REASON_COLUMN

KINDS = tuple(SeatedAs)
_CLASSES = 6


def make_plan_rows(
    session: Session, drive_id: int, *, n_without: int = 1, is_dry: bool = False
) -> PlanRun:
    """Insert a plan of a drive: everybody but the last few sits by both rules, of each kind of seat in turn."""
    drive = session.get_one(Drive, drive_id)
    people = list(
        session.scalars(
            sa.select(DriveEntry.graduate_id)
            .where(DriveEntry.drive_id == drive_id)
            .order_by(DriveEntry.graduate_id)
        )
    )
    seated = people[: len(people) - n_without]
    plan = PlanRun(
        drive_id=drive_id,
        number=_next(session, drive_id),
        is_dry=is_dry,
        drive_revision=drive.revision,
        ranking_run_id=_run(session, drive).id,
        parameters=PlanParameters().to_dict(),
        state=RunState.DONE,
        input_hash="0" * 64,
        fair_hash="1" * 64,
        most_hash="2" * 64,
        code_version="1+0",
        lottery_commitment=drive.lottery_commitment,
        created_at=clock.now(),
        started_at=clock.now(),
        finished_at=clock.now(),
    )
    plan.figures = _figures(people, seated, n_pins=0)
    session.add(plan)
    session.flush()
    if not is_dry:
        add_seats(session, plan, seated)
    _add_proof(session, plan, people[len(seated) :])
    return plan


def _next(session: Session, drive_id: int) -> int:
    last = sa.select(sa.func.max(PlanRun.number)).where(PlanRun.drive_id == drive_id)
    return (session.scalar(last) or 0) + 1


def _run(session: Session, drive: Drive) -> RankingRun:
    """Return the drive's newest run, or one of no list."""
    found = sa.select(RankingRun).where(RankingRun.drive_id == drive.id)
    run = session.scalar(found.order_by(RankingRun.number.desc()).limit(1))
    if run is None:
        run = RankingRun(
            drive_id=drive.id,
            number=1,
            drive_revision=drive.revision,
            parameters={},
            state=RunState.DONE,
            created_at=clock.now(),
        )
        session.add(run)
        session.flush()
    return run


def _figures(people: Sequence[int], seated: Sequence[int], n_pins: int) -> dict[str, object]:
    def price(n_people: int, n_seated: int) -> dict[str, int]:
        return {
            "people": n_people, "seated": n_seated, "fit_sum": 900 * n_seated,
            "place_sum": 2 * n_seated, "first_wishes": n_seated // 2,
            "objecting_pairs": 0, "objectors": 0,
            "published_pairs": 0, "published_objectors": 0,
        }  # fmt: skip

    whole = price(len(people), len(seated))
    by_class = [whole, *(price(0, 0) for _ in range(_CLASSES - 2)), price(1, 0)]
    kinds = [KINDS[number % len(KINDS)].value for number in range(len(seated))]
    rule = {
        "kinds": {kind.value: kinds.count(kind.value) for kind in SeatedAs},
        "uncovered": len(people) - len(seated), "gave_way": 0, "gave_way_unseated": 0,
        "total": whole, "by_class": by_class, "seconds": 0.1,
    }  # fmt: skip
    market = {
        "graduates": len(people), "by_class": [len(people), 0, 0, 0, 0, 0], "guaranteed": 1,
        "postings": 1, "seats": [len(people), 0, 0], "edges": len(people), "provisional": 0,
        "changed_since_run": 0, "lists_behind": 0,
        "left_out": {"settled": 0, "under_way": 0, "no_consent": 0, "not_ranked": 0},
    }  # fmt: skip
    return {
        "market": market, "fair": rule, "most": rule, "pins": [],
        "certificate": {
            "components": 1, "short": len(people) - len(seated), "by_pins": 0, "pins": [],
        },
        "file_hashes": dict.fromkeys(("instance", "pins", "fair", "most"), "0" * 64),
    }  # fmt: skip


def add_seats(session: Session, plan: PlanRun, people: Sequence[int]) -> None:
    """Insert seats by both rules, posting after posting of the drive."""
    postings = session.scalars(
        sa.select(Posting.id).where(Posting.drive_id == plan.drive_id).order_by(Posting.id)
    ).all()
    for rule in PlanRule:
        for number, (person, posting) in enumerate(
            zip(people, itertools.cycle(postings), strict=False)
        ):
            session.add(
                PlanSeat(
                    plan_id=plan.id,
                    rule=rule,
                    graduate_id=person,
                    posting_id=posting,
                    seat_group=SeatClass.ORDINARY,
                    kind=KINDS[number % len(KINDS)],
                    wish_rank=number + 1,
                    fit=900,
                    own_key=1_000 + number,
                )
            )
    session.flush()


def _add_proof(session: Session, plan: PlanRun, people: Sequence[int]) -> None:
    for rule in PlanRule:
        for person in people:
            session.add(
                PlanUncovered(
                    plan_id=plan.id, rule=rule, graduate_id=person, priority_rank=5, component=1
                )
            )
    if people:
        session.add(
            PlanCertificate(
                plan_id=plan.id,
                component=1,
                graduates=np.asarray(people, dtype="<i4").tobytes(),
                postings=b"",
                n_people=len(people),
                n_seats=0,
                n_short=len(people),
            )
        )
    session.flush()


def add_pin(
    session: Session, drive_id: int, graduate_id: int, posting_id: int, words: str = "单位说不合适"
) -> PlanPin:
    """Insert a pair that is ruled out."""
    pin = PlanPin(
        drive_id=drive_id,
        graduate_id=graduate_id,
        posting_id=posting_id,
        kind=PinKind.FORBID,
        reason_cipher=ring_of(session).encrypt(words, REASON_COLUMN),
        made_at=clock.now(),
    )
    session.add(pin)
    session.flush()
    return pin


def add_shift(session: Session, plan: PlanRun, referral: Referral) -> None:
    """Insert that somebody would lose what was proposed last, by both rules."""
    for rule in PlanRule:
        session.add(
            PlanShift(
                plan_id=plan.id,
                rule=rule,
                graduate_id=referral.graduate_id,
                referral_id=referral.id,
                before_id=referral.posting_id,
                kind=SeatChange.LOST,
                reason=ChangeReason.OUTRANKED,
            )
        )
    session.flush()


def mark_published(session: Session, plan: PlanRun, referrals: Sequence[Referral]) -> None:
    """Say that a plan was published by the fair rule, and that some referrals came of it, none confirmed."""
    plan.chosen_rule, plan.chosen_at, plan.published_at = PlanRule.FAIR, clock.now(), clock.now()
    for one in referrals:
        session.add(
            PlanPublication(
                plan_id=plan.id,
                graduate_id=one.graduate_id,
                posting_id=one.posting_id,
                referral_id=one.id,
                published_as=PublishedAs.MADE,
            )
        )
    session.flush()


def people_of(session: Session, plan: PlanRun) -> Sequence[Graduate]:
    """Return who sits in a plan by the fair rule."""
    seats = sa.select(PlanSeat.graduate_id).where(
        PlanSeat.plan_id == plan.id, PlanSeat.rule == PlanRule.FAIR
    )
    return session.scalars(
        sa.select(Graduate).where(Graduate.id.in_(seats)).order_by(Graduate.id)
    ).all()
