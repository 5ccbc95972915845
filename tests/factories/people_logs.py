"""Writes rows of the logs figures are counted from: many at once, with nothing but what the tables ask for.

Rows are kept by table and go in by one insert a table, in the order of their foreign keys; numbers are given here,
from a million up, so that rows made by other factories stand beside them.
"""

import datetime as dt
import itertools
from collections import defaultdict
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base

_ORDER = (
    "household",
    "household_member",
    "graduate",
    "consent",
    "drive_entry",
    "census",
    "cohort_household_act",
    "cohort_act",
    "employer",
    "employer_mark",
    "posting",
    "posting_step",
    "graduate_case",
    "service_act",
    "service_event",
    "referral",
    "referral_step",
    "placement",
    "placement_step",
    "business_effect",
    "training_provider",
    "course",
    "training_referral",
    "training_step",
    "training_certificate",
    "pairing",
    "cooperation",
    "cooperation_act",
    "ledger_entry",
)

Fields = dict[str, Any]


def at(day: dt.date, hour: int = 10) -> dt.datetime:
    """Return an instant of a day in China."""
    return dt.datetime.combine(day, dt.time(hour), tzinfo=clock.CHINA)


class PeopleWriter:
    """Collects rows and writes them.

    Parameters
    ----------
    drive_id, account_id : the drive the rows are of and who entered them
    day : what happened without a day of its own happened then
    """

    def __init__(self, session: Session, *, drive_id: int, account_id: int, day: dt.date) -> None:
        self.session, self.drive_id, self.account_id, self.day = session, drive_id, account_id, day
        self._rows: dict[str, list[Fields]] = defaultdict(list)
        self._ids: dict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(1_000_000))

    def put(self, table: str, **fields: Any) -> int:
        """Keep a row and return its number."""
        number = next(self._ids[table])
        self._rows[table].append({"id": number} | fields)
        return number

    def write(self) -> None:
        """Insert everything kept, and forget it."""
        for name in _ORDER:
            for part in itertools.groupby(self._rows.pop(name, []), key=lambda row: tuple(row)):
                self.session.execute(Base.metadata.tables[name].insert(), list(part[1]))
        assert not self._rows, "a table is not in the order"
        self.session.flush()

    def household(self, union_id: int, *, zero: bool = False, n_in_school: int = 0) -> int:
        """Keep an open file and its place in the cohort."""
        number = self.put(
            "household",
            union_id=union_id,
            file_number=f"L{next(self._ids['file'])}",
            tier="relative",
            tier_on=self.day,
            is_zero_employment=zero,
            zero_employment_on=self.day if zero else None,
            created_at=at(self.day),
        )
        self.put(
            "cohort_household_act",
            drive_id=self.drive_id,
            household_id=number,
            kind="counted",
            union_id=union_id,
            tier="relative",
            is_zero_employment=zero,
            n_in_school=n_in_school,
            since_on=self.day,
            counts_out=False,
            happened_on=self.day,
            entered_at=at(self.day),
        )
        return number

    def graduate(self, union_id: int, household_id: int | None = None) -> int:
        """Keep a graduate with a case that is open since long."""
        number = self.put(
            "graduate",
            union_id=union_id,
            household_id=household_id,
            name="王小明",
            education="bachelor",
            entered_through="import",
            created_at=at(self.day),
        )
        self.put(
            "graduate_case",
            union_id=union_id,
            graduate_id=number,
            opened_on=self.day - dt.timedelta(days=90),
            created_at=at(self.day),
        )
        return number

    def case_of(self, graduate_id: int) -> int:
        """Return the case of a graduate made here: they have the same number."""
        return graduate_id

    def cohort(self, graduate_id: int, union_id: int, **changes: Any) -> int:
        """Keep a row of the cohort's log."""
        fields: Fields = {
            "drive_id": self.drive_id,
            "graduate_id": graduate_id,
            "kind": "counted",
            "replaces_id": None,
            "union_id": union_id,
            "household_id": None,
            "tier": "relative",
            "is_zero_employment": False,
            "is_earlier_year": False,
            "standing": "seeking",
            "standing_basis": "survey",
            "since_on": self.day,
            "left_on": None,
            "reason": None,
            "counts_out": False,
            "happened_on": self.day,
            "entered_at": at(self.day),
        }
        return self.put("cohort_act", **(fields | changes))

    def act(self, graduate_id: int, union_id: int, kind: str, **changes: Any) -> int:
        """Keep a service act that reached the person."""
        fields: Fields = {
            "case_id": self.case_of(graduate_id),
            "union_id": union_id,
            "kind": kind,
            "happened_on": self.day,
            "entered_at": at(self.day),
            "credited_to_id": self.account_id,
            "outcome": "done",
            "replaces_id": None,
        }
        return self.put("service_act", **(fields | changes))

    def placement(self, graduate_id: int, union_id: int, on: dt.date, **facts: Any) -> int:
        """Keep a placement with the step that records it; its own columns say nothing true on purpose."""
        number = self.put(
            "placement",
            union_id=union_id,
            graduate_id=graduate_id,
            drive_id=self.drive_id,
            source="staff",
            destination_list="graduate_destination",
            destination_code="70",
            is_outcome=False,
            started_on=dt.date(2000, 1, 1),
            ended_on=dt.date(2000, 1, 1),
            end_reason="other",
            recorded_at=at(on),
        )
        told = {
            "destination": "graduate_destination:11",
            "started_on": on.isoformat(),
            "signed_on": None,
            "is_outcome": True,
            "is_helped": True,
            "is_public_welfare": False,
        } | facts
        entered = told.pop("entered_at", at(on))
        self.placement_step(number, "recorded", "reported", entered, told)
        return number

    def placement_step(
        self,
        placement_id: int,
        act: str,
        after: str,
        when: dt.datetime,
        facts: Fields | None = None,
    ) -> int:
        """Keep a step of a placement."""
        return self.put(
            "placement_step",
            placement_id=placement_id,
            act=act,
            after=after,
            at=when,
            via="staff",
            facts=facts or {},
        )

    def verified(self, graduate_id: int, union_id: int, on: dt.date, **facts: Any) -> int:
        """Keep a placement that was checked on the day it began."""
        number = self.placement(graduate_id, union_id, on, **facts)
        self.placement_step(number, "verified", "verified", at(on, 12))
        return number
