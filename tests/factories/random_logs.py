"""Random logs of a small drive: people, and around them posts, marks, events and money, corrected and entered late."""

import datetime as dt

from tests.factories.figure_logs import at
from tests.factories.random_people import (
    CENSUS,
    CLOSES,
    OPENS,
    LogWorld,
    RandomPeople,
    make_log_world,
)

__all__ = ["CENSUS", "CLOSES", "OPENS", "LogWorld", "RandomLogs", "make_log_world"]


class RandomLogs(RandomPeople):
    """Fills a world from one source of chance."""

    def fill(self, n_people: int) -> None:
        """Write everything."""
        out, pick = self.writer, self.random
        out.put(
            "census",
            drive_id=self.world.drive.id,
            counted_on=CENSUS,
            taken_at=at(CENSUS),
            n_people=n_people,
            n_households=0,
            n_not_counted=0,
            digest="-",
        )
        homes = [
            out.household(self.union(), zero=pick.random() < 0.4, n_in_school=pick.randint(0, 2))
            for _ in range(max(1, n_people // 2))
        ]
        employers = [out.employer(self.union()) for _ in range(3)]
        postings = [self._posting(pick.choice(employers)) for _ in range(4)]
        courses = [
            out.course(self.union(), kind, employer_id=pick.choice([None, employers[0]]))
            for kind in ("skill", "business", "internship", "start_up")
        ]
        for employer in employers:
            self._mark(employer)
        for _ in range(n_people):
            person = out.graduate(self.union(), pick.choice([None, *homes]))
            self._cohort(person, pick.choice([None, *homes]))
            self._acts(person)
            self._referral(person, postings, employers)
            self._placements(person)
            self._training(person, courses)
            self._hanging(person)
        for _ in range(5):
            self._event()
        self._money(homes)
        out.write()

    def _posting(self, employer: int) -> int:
        pick, out = self.random, self.writer
        when = at(self.day(), pick.randint(0, 23))
        facts = {
            "n_reserved": pick.randint(0, 6),
            "n_pledged": pick.randint(0, 6),
            "unit_kind": pick.choice(["private", "state_owned"]),
            "is_public_welfare": pick.random() < 0.2,
        }
        posting = out.posting(employer, pick.randint(1, 9), at=when, **facts)
        for _ in range(pick.randint(0, 2)):
            when += dt.timedelta(days=pick.randint(0, 20))
            state = pick.choice(["closed", "published"])
            out.posting_step(posting, employer, state, pick.randint(1, 9), at=when, **facts)
        return posting

    def _mark(self, employer: int) -> None:
        pick, out = self.random, self.writer
        if pick.random() < 0.5:
            from_on = self.day()
            fields = {
                "employer_id": employer,
                "kind": "caring",
                "from_on": from_on,
                "until_on": pick.choice([None, from_on + dt.timedelta(days=10)]),
                "source": "名单",
            }
            entered = self.entered(from_on)
            first = out.put(
                "employer_mark", **fields, entered_at=entered, replaces_id=None, is_void=False
            )
            if pick.random() < 0.5:
                later = entered + dt.timedelta(days=9)
                out.put(
                    "employer_mark", **fields, entered_at=later, replaces_id=first, is_void=True
                )

    def _event(self) -> None:
        pick, out = self.random, self.writer
        n_posts = pick.choice([None, 40])
        fields = {
            "kind": pick.choice(["fair", "fair", "policy_talk"]),
            "channel": pick.choice(["on_site", "online", "livestream", "mixed"]),
            "n_employers": pick.choice([None, 3]),
            "n_posts": n_posts,
            "n_distinct_posts": pick.randint(0, 40) if n_posts else None,
            "n_visitors": pick.choice([None, 0, 50]),
            "n_intents": pick.choice([None, 7]),
        }
        day, union = self.day(), self.union()
        entered = self.entered(day)
        last = out.event(union, happened_on=day, until_on=day, entered_at=entered, **fields)
        if pick.random() < 0.5:
            out.event(
                union,
                happened_on=day,
                until_on=day,
                entered_at=entered + dt.timedelta(days=8),
                replaces_id=last,
                is_void=pick.random() < 0.4,
                **(fields | {"n_visitors": 61}),
            )

    def _money(self, homes: list[int]) -> None:
        pick, out = self.random, self.writer
        people = [row["id"] for row in out._rows["graduate"]]
        for _ in range(12):
            payer, programme = pick.choice(
                [
                    ("union", "union_job_search"),
                    ("union", "tuition_aid"),
                    ("government", "gov_internship"),
                    ("other", "charity"),
                ]
            )
            who = pick.choice(
                [{"graduate_id": pick.choice(people)}, {"household_id": pick.choice(homes)}]
            )
            day, amount, union = self.day(), pick.randint(1, 9) * 100, self.union()
            entered = self.entered(day)
            first = out.entry(
                union,
                programme,
                amount,
                payer=payer,
                happened_on=day,
                entered_at=entered,
                **who,
            )
            if pick.random() < 0.3:
                out.entry(
                    union,
                    programme,
                    -amount,
                    payer=payer,
                    happened_on=day + dt.timedelta(days=5),
                    entered_at=entered + dt.timedelta(days=5),
                    reverses_id=first,
                    reversal_reason="returned",
                    **who,
                )
