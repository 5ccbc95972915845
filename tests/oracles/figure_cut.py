"""Ground of the slow oracle: reads the raw rows of the logs one at a time and shares no code with the engine.

Everything is a loop over plain dictionaries. The union tree is walked by parents, not by the closure; days of
instants are taken by adding eight hours; placements are read from their steps in the order they were written.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.base import Base

TABLES = (
    "union_org",
    "drive",
    "census",
    "cohort_act",
    "cohort_household_act",
    "graduate_case",
    "service_act",
    "service_event",
    "business_effect",
    "employer_mark",
    "employer",
    "posting_step",
    "referral",
    "referral_step",
    "placement",
    "placement_step",
    "course",
    "training_referral",
    "training_step",
    "training_certificate",
    "pairing",
    "cooperation",
    "cooperation_act",
    "ledger_entry",
    "household_member",
)

NO_CONTACT = {"no_answer", "wrong_number", "void"}
UNIT = {"10", "11", "12", "27", "271", "272"}
PROJECT = {"50", "501", "502", "503", "51", "511", "512", "519"}
KIND_OF_CODE = (
    dict.fromkeys(UNIT, "unit")
    | dict.fromkeys(PROJECT, "project")
    | {"46": "enlisted", "75": "business", "76": "flexible", "77": "flexible"}
)
"""Codes of the current list that are employment; 80… and 85 are not."""

KIND_OF_COURSE = {
    "skill": "training",
    "business": "business_training",
    "internship": "internship",
    "start_up": "business_guidance",
}

Row = dict[str, Any]


def china_day(instant: dt.datetime) -> dt.date:
    return (instant.astimezone(dt.UTC) + dt.timedelta(hours=8)).date()


def plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


class Logs:
    """The rows of the logs as they lie there, in the order they were written."""

    def __init__(self, session: Session) -> None:
        self.rows: dict[str, list[Row]] = {}
        for name in TABLES:
            table = Base.metadata.tables[name]
            found = session.execute(sa.select(table).order_by(table.c.id)).mappings()
            self.rows[name] = [{key: plain(one) for key, one in row.items()} for row in found]

    def by_id(self, name: str) -> dict[int, Row]:
        return {row["id"]: row for row in self.rows[name]}


class CutLogs:
    """The logs of one drive cut at one moment: who is counted, who was served when, which placements are known."""

    def __init__(
        self,
        logs: Logs,
        drive_id: int,
        *,
        from_on: dt.date,
        until_on: dt.date,
        known_at: dt.datetime,
    ) -> None:
        self.logs, self.drive_id = logs, drive_id
        self.from_on, self.until, self.known_at = from_on, until_on, known_at
        self.drive = logs.by_id("drive")[drive_id]
        days = [row["counted_on"] for row in logs.rows["census"] if row["drive_id"] == drive_id]
        self.since = min([self.drive["opens_on"], *days])
        self.parents = {row["id"]: row["parent_id"] for row in logs.rows["union_org"]}
        self.people = self._newest("cohort_act", "graduate_id")
        self.homes = self._newest("cohort_household_act", "household_id")
        self.counted = {g: row for g, row in self.people.items() if self._stays(row)}
        self.lists: dict[str, list[tuple[int, Any, int, bool]]] = defaultdict(list)
        """Code → (union, what is counted once, how much, of an earlier year)."""
        self.services = self._services()
        self.placements = self._placements()

    # --- cutting

    def known(self, instant: dt.datetime) -> bool:
        return instant < self.known_at

    def step_passed(self, instant: dt.datetime) -> bool:
        return self.known(instant) and china_day(instant) <= self.until

    def in_days(self, day: dt.date) -> bool:
        return self.from_on <= day <= self.until

    def _newest(self, table: str, person: str) -> dict[int, Row]:
        state: dict[int, Row] = {}
        for row in self.logs.rows[table]:
            if row["drive_id"] == self.drive_id and self.known(row["entered_at"]):
                state[row[person]] = row
        return {key: row for key, row in state.items() if row["since_on"] <= self.until}

    def _gone(self, row: Row) -> bool:
        return row["left_on"] is not None and row["left_on"] <= self.until

    def _stays(self, row: Row) -> bool:
        return not (self._gone(row) and row["counts_out"])

    def _standing(self, table: str) -> list[Row]:
        """Rows of a log of corrections that no later known row replaces."""
        known = [row for row in self.logs.rows[table] if self.known(row["entered_at"])]
        replaced = {row["replaces_id"] for row in known if row["replaces_id"] is not None}
        return [row for row in known if row["id"] not in replaced]

    def put(
        self, code: str, union: int, key: Any, *, amount: int = 1, earlier: bool = False
    ) -> None:
        self.lists[code].append((union, key, amount, earlier))

    def figure(self, code: str, union_id: int) -> tuple[int, int]:
        """Return the figure of a union with everything below it, and what of it is of earlier years."""
        total: dict[Any, int] = {}
        earlier: dict[Any, int] = {}
        for union, key, amount, is_earlier in self.lists[code]:
            if self.is_below(union, union_id):
                total[key] = amount
                if is_earlier:
                    earlier[key] = amount
        return sum(total.values()), sum(earlier.values())

    def is_below(self, union: int | None, above: int) -> bool:
        while union is not None:
            if union == above:
                return True
            union = self.parents[union]
        return False

    # --- services

    def _acts(self) -> list[Row]:
        cases = self.logs.by_id("graduate_case")
        found = []
        for row in self._standing("service_act"):
            if row["outcome"] in NO_CONTACT or row["credited_to_id"] is None:
                continue
            if row["kind"] == "call_back" or not self.since <= row["happened_on"] <= self.until:
                continue
            found.append(row | {"graduate_id": cases[row["case_id"]]["graduate_id"]})
        return found

    def _trainings(self) -> list[Row]:
        referrals = self.logs.by_id("training_referral")
        courses = self.logs.by_id("course")
        first: dict[int, Row] = {}
        for step in self.logs.rows["training_step"]:
            if step["after"] == "attending" and self.known(step["at"]):
                first.setdefault(step["referral_id"], step)
        found = []
        for referral_id, step in first.items():
            referral = referrals[referral_id]
            course = courses[referral["course_id"]]
            told = step["facts"].get("on")
            day = dt.date.fromisoformat(told) if told else china_day(step["at"])
            ordered = step["facts"].get("ordered")
            if ordered is None:
                ordered = course["employer_id"] is not None
            if day <= self.until:
                found.append(referral | {"day": day, "course": course["kind"], "ordered": ordered})
        return found

    def _services(self) -> dict[int, dt.date]:
        """First day of a service for everybody."""
        first: dict[int, dt.date] = {}

        def note(graduate: int, day: dt.date) -> None:
            first[graduate] = min(day, first.get(graduate, day))

        for act in self._acts():
            note(act["graduate_id"], act["happened_on"])
        for training in self._trainings():
            if training["day"] >= self.since:
                note(training["graduate_id"], training["day"])
        referrals = self.logs.by_id("referral")
        staffed: set[int] = set()
        for step in self.logs.rows["referral_step"]:
            if step["via"] == "staff" and step["after"] in ("proposed", "sent"):
                staffed.add(step["referral_id"])
            sent = step["after"] == "sent" and step["referral_id"] in staffed
            if sent and self.step_passed(step["at"]) and china_day(step["at"]) >= self.since:
                note(referrals[step["referral_id"]]["graduate_id"], china_day(step["at"]))
        return first

    # --- placements

    def _placements(self) -> dict[int, Row]:
        owners = self.logs.by_id("placement")
        told: dict[int, Row] = {}
        for step in self.logs.rows["placement_step"]:
            if not self.known(step["at"]):
                continue
            one = told.setdefault(
                step["placement_id"],
                {
                    "graduate_id": owners[step["placement_id"]]["graduate_id"],
                    "facts": None,
                    "end": None,
                },
            )
            one["state"] = step["after"]
            if step["act"] in ("recorded", "begun"):
                one["facts"] = step["facts"]
            elif step["act"] == "changed":
                one["facts"] = step["facts"]["now"]
            elif step["act"] == "ended":
                day = step["facts"].get("on")
                one["end"] = dt.date.fromisoformat(day) if day else china_day(step["at"])
        self.told = told
        found = {}
        for placement_id, one in told.items():
            if one["facts"] is None:
                continue
            days = [one["facts"].get(name) for name in ("signed_on", "started_on")]
            one["day"] = min(dt.date.fromisoformat(day) for day in days if day)
            list_name, code = one["facts"]["destination"].split(":")
            one["kind"] = KIND_OF_CODE.get(code) if list_name == "graduate_destination" else None
            if one["day"] <= self.until:
                found[placement_id] = one
        return found

    def _of_person(self, graduate: int) -> list[tuple[int, Row]]:
        return [(n, one) for n, one in self.placements.items() if one["graduate_id"] == graduate]

    def _reached(self) -> dict[int, set[str]]:
        """Who was sent, interviewed, taken by a referral of the drive's days."""
        referrals = self.logs.by_id("referral")
        reached: dict[int, set[str]] = defaultdict(set)
        for step in self.logs.rows["referral_step"]:
            if not self.step_passed(step["at"]) or china_day(step["at"]) < self.since:
                continue
            graduate = referrals[step["referral_id"]]["graduate_id"]
            if step["after"] == "sent":
                reached[graduate].add("referred")
            elif step["after"] == "interview":
                reached[graduate].add("interviewed")
            elif step["after"] in ("accepted", "reported", "in_post"):
                reached[graduate].add("hired")
        return reached

    def _person(self, row: Row, *codes: str) -> None:
        for code in codes:
            self.put(code, row["union_id"], row["graduate_id"], earlier=row["is_earlier_year"])

    def _home(self, row: Row, code: str) -> None:
        if row["household_id"] is not None:
            self.put(code, row["union_id"], row["household_id"])

    def _events(self) -> list[Row]:
        return [
            row
            for row in self._standing("service_event")
            if row["drive_id"] == self.drive_id
            and not row["is_void"]
            and self.in_days(row["happened_on"])
        ]
