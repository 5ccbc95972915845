"""Whatever is done in whatever order: only allowed steps happen, a clock always has an owner, facts and state agree."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher import clock as time
from matcher.db.engine import SessionFactory
from matcher.errors import YangguangError
from matcher.kinds import Role
from matcher.kinds.approvals import Decision
from matcher.kinds.households import WorkStatus
from matcher.kinds.zero_employment import ClaimState, SideExitReason, StatementForm
from matcher.models.accounts import Membership
from matcher.models.clocks import Clock
from matcher.models.zero_employment import ClaimAct, SideExit, ZeroEmploymentClaim
from matcher.services.approvals import steps as approvals
from matcher.services.clock_escalation import look_at_clocks
from matcher.services.clock_owners import find_owner
from matcher.services.permissions import SYSTEM
from matcher.services.zero_employment import aid, claims, side_exits
from matcher.services.zero_employment.consequences import refresh
from matcher.services.zero_employment.side_exits import SideExitInput
from matcher.services.zero_employment.steps import CLOCKS, NEXT
from tests.factories.accounts import make_actor, make_union
from tests.factories.zero_employment import make_jobless, make_people, make_work, recognise

DAY = dt.date(2026, 11, 23)
Act = Callable[[], object]


class World:
    """One household in a street of a county of a city, and who may act on it."""

    def __init__(self, session: Session) -> None:
        self.session, self.day = session, DAY
        city = make_union(session)
        self.county = make_union(session, city)
        self.street = make_union(session, self.county)
        self.people = make_people(session, self.street)
        make_actor(session, Role.APPROVER, union=self.county)
        self.boss = make_actor(session, Role.APPROVER, union=city)
        self.household, (self.member,) = make_jobless(session, self.street)

    def acts(self) -> dict[str, Act]:
        """Return everything that can be done, by name."""
        s, by, number = self.session, self.people["clerk"], self.household.id
        return {
            "clue": lambda: claims.open_clue(s, by, number, note="反映"),
            "declare": lambda: claims.declare(s, by, number),
            "community": lambda: claims.send_to_community(s, by, number),
            "publicity": lambda: claims.begin_publicity(s, by, number),
            "back": lambda: claims.send_back(s, by, number, "补材料"),
            "reject": lambda: claims.reject(s, by, number, "不属实"),
            "recognise": self._recognise,
            "aid": lambda: aid.begin_aid(s, by, number),
            "stable": lambda: aid.confirm_stable(s, by, number, "在岗"),
            "finish": lambda: aid.finish(s, by, number, "稳定"),
            "return": lambda: aid.come_back(s, by, number, "来电"),
            "leave": self._leave,
            "agree": lambda: self._decide(Decision.PASS),
            "disagree": lambda: self._decide(Decision.REFUSE),
            "work": lambda: self._work(WorkStatus.EMPLOYED),
            "lose": lambda: self._work(WorkStatus.UNEMPLOYED),
            "wait": self._wait,
            "resign": self._resign,
        }

    def _recognise(self) -> None:
        if claims.open_claim_of(self.session, self.household.id) is not None:
            recognise(self.session, self.people["clerk"], self.household)

    def _leave(self) -> object:
        facts = SideExitInput(
            reason=SideExitReason.OWN_WISH,
            statement="不找了",
            statement_form=StatementForm.WRITTEN,
            statement_member_id=self.member.id,
            stated_on=self.day,
        )
        return side_exits.propose(self.session, self.people["clerk"], self.household.id, facts)

    def _decide(self, decision: Decision) -> object:
        leaving = self.session.scalars(sa.select(SideExit).order_by(SideExit.id.desc())).first()
        approval = side_exits.approval_of(self.session, leaving) if leaving else None
        if approval is None:
            return None
        by = self.people["approver"]
        return approvals.decide(self.session, by, approval.id, decision, comment="看过")

    def _work(self, status: WorkStatus) -> object:
        make_work(self.session, self.member, status, self.day)
        return refresh(self.session, self.household.id)

    def _wait(self) -> object:
        self.day += dt.timedelta(days=20)
        return look_at_clocks(self.session, SYSTEM)

    def _resign(self) -> object:
        """Let everybody of the street who owns a clock go; the next night finds others."""
        owner = self.people["other"].account_id
        self.session.execute(
            sa.update(Membership).where(Membership.account_id == owner).values(ended_on=self.day)
        )
        return look_at_clocks(self.session, SYSTEM)

    def check(self) -> None:
        """Hold what must hold whatever happened."""
        found = self.session.scalars(sa.select(ZeroEmploymentClaim)).all()
        assert sum(one.is_open for one in found) <= 1
        for one in found:
            assert one.is_open == one.state.is_open
        self._check_log()
        running = self.session.scalars(sa.select(Clock).where(Clock.stopped_on.is_(None))).all()
        current = next((one for one in found if one.is_open), None)
        allowed = set(CLOCKS[current.state]) if current else set()
        assert {one.rule for one in running} <= allowed
        for one in running:
            assert one.owner_union_id is not None
            assert one.owner_id is not None or find_owner(self.session, one.union_id) is None
        if current and current.state in (ClaimState.ONE_WORKING, ClaimState.STABLE):
            assert not self.household.is_zero_employment

    def _check_log(self) -> None:
        acts = self.session.scalars(sa.select(ClaimAct).order_by(ClaimAct.id)).all()
        for act in acts:
            same = act.from_state is None or act.from_state is act.to_state
            assert same or act.to_state in NEXT[act.from_state]


_NAMES = (
    *("clue", "declare", "community", "publicity", "back", "reject", "recognise", "aid", "stable"),
    *("finish", "return", "leave", "agree", "disagree", "work", "lose", "wait", "resign"),
)
_WAY = ["clue", "declare", "community", "publicity", "recognise", "aid"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(_WAY)), st.lists(st.sampled_from(_NAMES), max_size=14))
def test_whatever_is_done_the_rules_hold(
    sqlite_factory: SessionFactory, start: int, names: list[str]
) -> None:
    with sqlite_factory() as session, pytest.MonkeyPatch.context() as patch:
        world = World(session)
        patch.setattr(time, "today", lambda: world.day)
        acts = world.acts()
        for name in _WAY[:start] + names:
            try:
                with session.begin_nested():
                    acts[name]()
            except YangguangError:
                session.expire_all()
            world.check()
        session.rollback()
