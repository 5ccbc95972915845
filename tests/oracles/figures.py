"""Slow oracle of the statistics sheet: reads the raw rows of the logs one at a time and shares no code with the engine.

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


class Recount:
    """The sheet of one drive at one moment, for any union."""

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
        self._cohort_lines()
        self._homes_lines()
        self._times()
        self._event_lines()
        self._post_lines()
        self._other_lines()
        self._money_lines()

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

    def _cohort_lines(self) -> None:
        reached = self._reached()
        for graduate, row in self.people.items():
            if self._gone(row):
                self._person(row, "left_counted" if self._stays(row) else "left_out")
            if not self._stays(row):
                continue
            self._census_of(row)
            self._outcome_of(graduate, row, reached.get(graduate, set()))

    def _person(self, row: Row, *codes: str) -> None:
        for code in codes:
            self.put(code, row["union_id"], row["graduate_id"], earlier=row["is_earlier_year"])

    def _home(self, row: Row, code: str) -> None:
        if row["household_id"] is not None:
            self.put(code, row["union_id"], row["household_id"])

    def _census_of(self, row: Row) -> None:
        year = "graduates_earlier" if row["is_earlier_year"] else "graduates_this_year"
        self._person(row, "graduates", year)
        if row["is_zero_employment"]:
            self._person(row, "zero_employment")
            self._home(row, "zero_households")
        if row["standing"] == "signed":
            self._person(row, "signed")
        elif row["standing"] == "further_study":
            self._person(row, "study")
        else:
            self._person(row, "need_help")
            if row["is_zero_employment"]:
                self._person(row, "zero_need_help")
                self._home(row, "zero_need_households")

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

    def _outcome_of(self, graduate: int, row: Row, reached: set[str]) -> None:
        first = self.services.get(graduate)
        helped: list[tuple[int, Row]] = []
        reported = no_service = still = working = settled = False
        for number, one in self._of_person(graduate):
            facts = one["facts"]
            if not facts["is_outcome"]:
                continue
            verified = one["state"] == "verified"
            waiting = one["state"] in ("reported", "checking")
            preceded = first is not None and first <= one["day"]
            ours = facts["is_helped"] and one["kind"] is not None
            if verified:
                settled = True
                working = working or one["kind"] is not None
                if one["kind"] == "business":
                    self._person(row, "start_ups")
                if one["kind"] is not None and facts.get("is_public_welfare"):
                    self._person(row, "public_welfare_posts")
            if ours and verified and preceded:
                helped.append((number, one))
                still = still or one["end"] is None or one["end"] > self.until
            if ours and verified and not preceded:
                no_service = True
            if ours and waiting and preceded:
                reported = True
            if ours and (verified or waiting):
                reached = reached | {"hired"}
        if working or row["standing"] == "signed":
            self._person(row, "employed")
        if settled or row["standing"] in ("signed", "further_study"):
            self._person(row, "settled")
        if row["standing"] not in ("signed", "further_study"):
            self._needing(row, helped, reported=reported, no_service=no_service, still=still)
            self._person(row, *sorted(reached))

    def _needing(
        self,
        row: Row,
        helped: list[tuple[int, Row]],
        *,
        reported: bool,
        no_service: bool,
        still: bool,
    ) -> None:
        zero = row["is_zero_employment"]
        self._person(row, "served" if row["graduate_id"] in self.services else "not_served")
        if helped:
            self._person(row, "helped", f"helped_{min(helped)[1]['kind']}")
            if still:
                self._person(row, "helped_still_there")
            if zero:
                self._person(row, "zero_helped")
                self._home(row, "zero_helped_households")
            return
        self._person(row, "not_placed")
        if zero:
            self._person(row, "zero_not_placed")
        if reported:
            self._person(row, "helped_reported")
            if zero:
                self._person(row, "zero_helped_reported")
        if no_service:
            self._person(row, "helped_no_service")

    def _homes_lines(self) -> None:
        for household, row in self.homes.items():
            if self._stays(row):
                self.put("households", row["union_id"], household)
                self.put(
                    "children_in_school", row["union_id"], household, amount=row["n_in_school"]
                )

    # --- by times

    def _times(self) -> None:
        said = {row["service_act_id"] for row in self.logs.rows["training_referral"]} - {None}
        for act in self.logs.rows["service_act"]:
            if act["replaces_id"] in said:
                said.add(act["id"])
        for act in self._acts():
            if act["id"] not in said:
                self._time(act["kind"], act, act["happened_on"], ("act", act["id"]))
        for training in self._trainings():
            key = ("training", training["id"])
            self._time(KIND_OF_COURSE[training["course"]], training, training["day"], key)
            if training["course"] == "skill" and training["ordered"]:
                self._time("ordered", training, training["day"], key)

    def _time(self, kind: str, row: Row, day: dt.date, key: Any) -> None:
        person = self.counted.get(row["graduate_id"])
        if person is None or not self.in_days(day):
            return
        once, union, earlier = row["graduate_id"], row["union_id"], person["is_earlier_year"]
        times = {
            "policy": "policy_times",
            "guidance": "guidance_times",
            "recommendation": "recommendation_times",
            "training": "training_times",
            "business_guidance": "business_guidance_times",
            "business_training": "business_training_times",
            "ordered": "training_ordered",
        }
        people = {
            "recommendation": "recommended",
            "training": "training_people",
            "internship": "internships",
        }
        if kind in times:
            self.put(times[kind], union, key, earlier=earlier)
        if kind in people:
            self.put(people[kind], union, once, earlier=earlier)

    def _events(self) -> list[Row]:
        return [
            row
            for row in self._standing("service_event")
            if row["drive_id"] == self.drive_id
            and not row["is_void"]
            and self.in_days(row["happened_on"])
        ]

    def _event_lines(self) -> None:
        for row in self._events():
            union, key = row["union_id"], ("event", row["id"])
            self.put("events", union, key)
            if row["kind"] == "fair":
                self.put("fairs", union, key)
                self.put(f"fairs_{row['channel']}", union, key)
            for code, column in {
                "event_employers": "n_employers",
                "visitors": "n_visitors",
                "intents": "n_intents",
                "posts": "n_distinct_posts",
            }.items():
                if row[column]:
                    self.put(code, union, key, amount=row[column])

    def _post_lines(self) -> None:
        newest: dict[int, Row] = {}
        for step in self.logs.rows["posting_step"]:
            ours = step["drive_id"] == self.drive_id and self.step_passed(step["at"])
            if ours and step["act"] == "removed":
                newest.pop(step["posting_id"], None)
            elif ours and step["after"] == "published":
                newest[step["posting_id"]] = step
        marked = {
            row["employer_id"]
            for row in self._standing("employer_mark")
            if not row["is_void"]
            and row["from_on"] <= self.until
            and (row["until_on"] is None or row["until_on"] >= self.since)
        }
        employers = self.logs.by_id("employer")
        top = self.drive["union_id"]
        for posting_id, step in newest.items():
            employer = step["employer_id"]
            union = employers[employer]["union_id"]
            union = union if self.is_below(union, top) else top
            seats, key = step["n_seats"], ("posting", posting_id)
            self.put("posts", union, key, amount=seats)
            kept = min(seats, max(step["n_reserved"], step["n_pledged"]))
            self.put("posts_reserved", union, key, amount=kept)
            supplied = step["unit_kind"] == "state_owned" or step["is_public_welfare"]
            if supplied or employer in marked:
                self.put("posts_supplied", union, key, amount=seats)

    def _other_lines(self) -> None:
        referrals, courses = self.logs.by_id("training_referral"), self.logs.by_id("course")
        for paper in self.logs.rows["training_certificate"]:
            referral = referrals[paper["referral_id"]]
            assessed = paper["kind"] in ("qualification", "skill_level", "special_ability")
            if assessed and self.known(paper["entered_at"]) and self.in_days(paper["issued_on"]):
                self._hanging(
                    "certificates", referral["graduate_id"], referral["union_id"], paper["id"]
                )
        for step in self.logs.rows["training_step"]:
            referral = referrals[step["referral_id"]]
            day = china_day(step["at"])
            if step["facts"].get("on"):
                day = dt.date.fromisoformat(step["facts"]["on"])
            interned = courses[referral["course_id"]]["kind"] == "internship"
            if (
                step["after"] == "hired"
                and interned
                and self.known(step["at"])
                and self.in_days(day)
            ):
                person = referral["graduate_id"]
                self._hanging("internships_kept", person, referral["union_id"], person)
        effects: dict[int, Row] = {}
        for row in self.logs.rows["business_effect"]:
            if self.known(row["entered_at"]) and row["happened_on"] <= self.until:
                effects[row["placement_id"]] = row
        for placement_id, row in effects.items():
            placement = self.told.get(placement_id)
            person = self.counted.get(placement["graduate_id"]) if placement else None
            if placement and person and placement["state"] == "verified":
                self.put("start_up_jobs", person["union_id"], row["id"], amount=row["n_jobs"])
        for row in self.logs.rows["pairing"]:
            ended = row["ended_on"] is not None and row["ended_on"] < self.since
            if self.known(row["created_at"]) and row["started_on"] <= self.until and not ended:
                self._hanging("pairings", row["graduate_id"], row["union_id"], row["id"])
        joint = self.logs.by_id("cooperation")
        for row in self.logs.rows["cooperation_act"]:
            graduate = joint[row["cooperation_id"]]["graduate_id"]
            person = self.counted.get(graduate)
            done = row["kind"] == "service" and self.known(row["entered_at"])
            if person and done and self.in_days(row["happened_on"]):
                self.put("cooperation_times", person["union_id"], row["id"])

    def _hanging(self, code: str, graduate: int, union: int, key: Any) -> None:
        person = self.counted.get(graduate)
        if person:
            self.put(code, union, key, earlier=person["is_earlier_year"])

    def _money_lines(self) -> None:
        members = self.logs.by_id("household_member")
        known = [row for row in self.logs.rows["ledger_entry"] if self.known(row["entered_at"])]
        taken_back = {row["reverses_id"] for row in known if row["happened_on"] <= self.until}
        programmes = {
            ("union", "union_job_search"): "job_aid",
            ("union", "tuition_aid"): "tuition",
        }
        for row in known:
            if not self.in_days(row["happened_on"]):
                continue
            name = programmes.get((row["payer"], row["programme"]))
            name = "government" if row["payer"] == "government" else name
            if name is None:
                continue
            self.put(f"{name}_fen", row["union_id"], row["id"], amount=row["amount_fen"])
            if row["reverses_id"] is None and row["id"] not in taken_back:
                member = members.get(row["member_id"] or 0, {})
                graduate = row["graduate_id"] or member.get("graduate_id")
                who = ("g", graduate) if graduate else None
                who = who or (("n", n) if (n := member.get("id_number_index")) else None)
                who = who or (("m", row["member_id"]) if row["member_id"] else None)
                who = who or ("h", row["household_id"])
                once = row["id"] if name == "job_aid" else who
                code = "job_aid_times" if name == "job_aid" else f"{name}_people"
                self.put(code, row["union_id"], once)
