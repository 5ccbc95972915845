"""Slow oracle of the statistics sheet: plain loops over raw rows (`figure_cut`), no code shared with the engine."""

import datetime as dt
from typing import Any

from tests.oracles.figure_cut import KIND_OF_COURSE, CutLogs, Logs, Row, china_day

__all__ = ["Logs", "Recount"]


class Recount(CutLogs):
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
        super().__init__(logs, drive_id, from_on=from_on, until_on=until_on, known_at=known_at)
        self._cohort_lines()
        self._homes_lines()
        self._times()
        self._event_lines()
        self._post_lines()
        self._other_lines()
        self._money_lines()

    def _cohort_lines(self) -> None:
        reached = self._reached()
        for graduate, row in self.people.items():
            if self._gone(row):
                self._person(row, "left_counted" if self._stays(row) else "left_out")
            if not self._stays(row):
                continue
            self._census_of(row)
            self._outcome_of(graduate, row, reached.get(graduate, set()))

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

    def _outcome_of(  # noqa: C901 - one plain loop over a person's placements
        self, graduate: int, row: Row, reached: set[str]
    ) -> None:
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
                self._kind_of_work(row, one)
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

    def _kind_of_work(self, row: Row, one: Row) -> None:
        if one["kind"] == "business":
            self._person(row, "start_ups")
        if one["kind"] is not None and one["facts"].get("is_public_welfare"):
            self._person(row, "public_welfare_posts")

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
        self._effect_lines()
        self._joint_lines()

    def _effect_lines(self) -> None:
        effects: dict[int, Row] = {}
        for row in self.logs.rows["business_effect"]:
            if self.known(row["entered_at"]) and row["happened_on"] <= self.until:
                effects[row["placement_id"]] = row
        for placement_id, row in effects.items():
            placement = self.told.get(placement_id)
            person = self.counted.get(placement["graduate_id"]) if placement else None
            if placement and person and placement["state"] == "verified":
                self.put("start_up_jobs", person["union_id"], row["id"], amount=row["n_jobs"])

    def _joint_lines(self) -> None:
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
