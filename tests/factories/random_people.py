"""Random logs of people on a tree of three levels: corrections, late entries, people who leave and return."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from matcher.kinds import ConsentPurpose, Role
from matcher.models.drives import Drive
from matcher.services import consents
from matcher.services.permissions import Actor
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.figure_logs import LogWriter, at

OPENS = dt.date(2026, 7, 1)
CENSUS = dt.date(2026, 7, 10)
CLOSES = dt.date(2026, 8, 31)

_CODES = ("10", "11", "12", "46", "502", "75", "76", "80", "801", "85", "71")
_KINDS = (
    "policy",
    "guidance",
    "recommendation",
    "training",
    "internship",
    "business_guidance",
    "business_training",
    "call_back",
    "visit",
)
_OUTCOMES = ("done", "done", "reached", "declined", "no_answer", "void")


@dataclass(frozen=True)
class LogWorld:
    """The tree, the drive and somebody who sees all of it."""

    drive: Drive
    unions: tuple[int, ...]
    """City, two counties, three at the grass roots; the last one's parent is the second county."""
    manager: Actor


def make_log_world(session: Session) -> LogWorld:
    """Insert a city, its counties, their grass roots, and a drive of the city."""
    city = make_union(session)
    first, second = make_union(session, city), make_union(session, city)
    below = [make_union(session, parent) for parent in (first, first, second)]
    drive = make_drive(session, city, opens_on=OPENS, closes_on=CLOSES)
    unions = tuple(one.id for one in (city, first, second, *below))
    return LogWorld(drive, unions, make_actor(session, Role.DRIVE_MANAGER, union=city))


class RandomPeople:
    """Fills a world from one source of chance."""

    def __init__(self, session: Session, world: LogWorld, random: Random) -> None:
        self.random, self.world = random, world
        account = make_account(session)
        consents.seed_consent_texts(session)
        self.text_id = consents.current_text(session, ConsentPurpose.SERVICE, OPENS).id
        self.writer = LogWriter(session, drive_id=world.drive.id, account_id=account.id, day=CENSUS)

    def union(self) -> int:
        return self.random.choice(self.world.unions)

    def day(self, first: dt.date = dt.date(2026, 6, 20)) -> dt.date:
        return first + dt.timedelta(days=self.random.randint(0, 80))

    def entered(self, day: dt.date) -> dt.datetime:
        """An instant on that day or up to three weeks later, at any hour."""
        late = self.random.choice([0, 0, 0, 1, 9, 21])
        return at(day + dt.timedelta(days=late), self.random.randint(0, 23))

    def _cohort(self, person: int, household: int | None) -> None:
        pick, out = self.random, self.writer
        if pick.random() < 0.1:
            return
        joins = pick.random() < 0.2
        state = {
            "union_id": self.union(),
            "household_id": household,
            "is_zero_employment": pick.random() < 0.4,
            "is_earlier_year": pick.random() < 0.3,
            "standing": pick.choice(
                ["signed", "further_study", "seeking", "seeking", "seeking", "not_now", "unknown"]
            ),
            "since_on": self.day(CENSUS) if joins else CENSUS,
        }
        entered = self.entered(state["since_on"])
        last = out.cohort(
            person, kind="joined" if joins else "counted", entered_at=entered, **state
        )
        for _ in range(pick.choice([0, 0, 1, 2])):
            entered += dt.timedelta(days=pick.randint(0, 12))
            kind = pick.choice(["left", "returned", "corrected"])
            if kind == "left":
                left_on = state["since_on"] + dt.timedelta(days=pick.randint(0, 30))
                out_of = pick.random() < 0.5
                state |= {
                    "left_on": left_on,
                    "reason": "died" if out_of else "no_wish",
                    "counts_out": out_of,
                }
            elif kind == "returned":
                state |= {"left_on": None, "reason": None, "counts_out": False}
            else:
                state |= {"standing": pick.choice(["signed", "seeking"]), "union_id": self.union()}
            last = out.cohort(person, kind=kind, replaces_id=last, entered_at=entered, **state)

    def _acts(self, person: int) -> None:
        pick, out = self.random, self.writer
        for _ in range(pick.randint(0, 4)):
            day, kind, union = self.day(), pick.choice(_KINDS), self.union()
            credited = pick.choice([out.account_id, out.account_id, None])
            fields = {"outcome": pick.choice(_OUTCOMES), "credited_to_id": credited}
            entered = self.entered(day)
            last = out.act(person, union, kind, happened_on=day, entered_at=entered, **fields)
            for _ in range(pick.choice([0, 0, 0, 1, 2])):
                entered += dt.timedelta(days=pick.randint(0, 15))
                fields = {"outcome": pick.choice(_OUTCOMES), "credited_to_id": credited}
                last = out.act(
                    person,
                    union,
                    kind,
                    happened_on=self.day(),
                    entered_at=entered,
                    replaces_id=last,
                    **fields,
                )

    def _referral(self, person: int, postings: list[int], employers: list[int]) -> None:
        pick, out = self.random, self.writer
        for _ in range(pick.choice([0, 0, 1, 2])):
            referral = out.referral(
                person, self.union(), pick.choice(postings), pick.choice(employers)
            )
            when = at(self.day(), pick.randint(0, 23))
            via = pick.choice(["staff", "staff", "system"])
            for state in ("proposed", "sent", "interview", "offered", "accepted", "refused"):
                out.referral_step(referral, state, when, via)
                when += dt.timedelta(days=pick.randint(0, 9))
                via = pick.choice(["staff", "self", "employer"])
                if pick.random() < 0.3:
                    break

    def _facts(self, on: dt.date) -> dict[str, object]:
        pick = self.random
        signed = pick.choice([None, on - dt.timedelta(days=3), on + dt.timedelta(days=5)])
        code = pick.choice(_CODES)
        return {
            "destination": f"graduate_destination:{code}",
            "started_on": on.isoformat(),
            "signed_on": signed.isoformat() if signed else None,
            "is_outcome": code != "71",
            "is_helped": pick.random() < 0.7,
            "is_public_welfare": pick.random() < 0.2,
        }

    def _placements(self, person: int) -> None:
        pick, out = self.random, self.writer
        for _ in range(pick.choice([0, 1, 1, 2])):
            on = self.day()
            when = self.entered(on)
            facts = self._facts(on)
            placement = out.placement(person, self.union(), on, entered_at=when, **facts)
            state = "reported"
            for act in pick.choice(
                [
                    [],
                    ["changed"],
                    ["submitted"],
                    ["submitted", "verified"],
                    ["changed", "submitted", "verified"],
                    ["submitted", "verified", "ended"],
                    ["submitted", "verified", "doubted"],
                    ["submitted", "verified", "doubted", "submitted", "verified"],
                    ["submitted", "verified", "doubted", "revoked"],
                ]
            ):
                when += dt.timedelta(days=pick.randint(0, 8))
                told: dict[str, object] = {}
                if act == "changed":
                    told = {"was": facts, "now": self._facts(on)}
                elif act == "ended":
                    told = {"on": self.day().isoformat()}
                else:
                    state = "checking" if act == "submitted" else act
                out.placement_step(placement, act, state, when, told)
            if pick.random() < 0.3:
                self._effects(placement)

    def _effects(self, placement: int) -> None:
        last, entered = None, self.entered(self.day())
        for _ in range(self.random.randint(1, 2)):
            last = self.writer.put(
                "business_effect",
                placement_id=placement,
                n_jobs=self.random.randint(0, 9),
                happened_on=self.day(),
                evidence="社保名单",
                entered_at=entered,
                replaces_id=last,
            )
            entered += dt.timedelta(days=10)

    def _training(self, person: int, courses: list[int]) -> None:
        pick, out = self.random, self.writer
        for course in pick.sample(courses, pick.choice([0, 0, 1, 2])):
            day, union = self.day(), self.union()
            entered = self.entered(day)
            act = None
            if pick.random() < 0.5:
                kind = pick.choice(["training", "business_guidance"])
                act = out.act(person, union, kind, happened_on=day, entered_at=entered)
                if pick.random() < 0.3:
                    out.act(
                        person,
                        union,
                        kind,
                        happened_on=self.day(),
                        entered_at=entered + dt.timedelta(days=3),
                        replaces_id=act,
                    )
            facts = pick.choice([{}, {"ordered": True}, {"ordered": False}])
            number = out.training(
                course, person, union, day, entered_at=entered, facts=facts, service_act_id=act
            )
            if pick.random() < 0.5:
                day = self.day()
                out.certificate(
                    number,
                    day,
                    entered_at=self.entered(day),
                    kind=pick.choice(["skill_level", "qualification", "completion"]),
                )
            if pick.random() < 0.4:
                when = self.entered(self.day())
                out.training_step(number, "hired", when, {"on": self.day().isoformat()})

    def _hanging(self, person: int) -> None:
        pick, out = self.random, self.writer
        if pick.random() < 0.3:
            consent = out.put(
                "consent",
                graduate_id=person,
                purpose="service",
                text_id=self.text_id,
                given_at=at(OPENS),
                given_through="paper",
            )
            started = self.day()
            out.put(
                "pairing",
                union_id=self.union(),
                graduate_id=person,
                partner_unit="某单位",
                consent_id=consent,
                agreed_help="见面",
                rhythm_days=30,
                started_on=started,
                ended_on=pick.choice([None, started]),
                created_at=self.entered(started),
            )
        if pick.random() < 0.3:
            self._cooperation(person)

    def _cooperation(self, person: int) -> None:
        out = self.writer
        home = self.union()
        joint = out.put(
            "cooperation",
            household_id=next(row["id"] for row in out._rows["household"]),
            graduate_id=person,
            home_union_id=home,
            partner_name="外省工会",
            kind="workplace",
            scope=["posts"],
            paper_consent_on=OPENS,
            starts_on=OPENS,
            expires_on=CLOSES,
            state="running",
            asked_at=at(OPENS),
        )
        for _ in range(2):
            day = self.day()
            out.put(
                "cooperation_act",
                cooperation_id=joint,
                kind=self.random.choice(["service", "news"]),
                happened_on=day,
                text="推荐岗位",
                entered_at=self.entered(day),
                union_id=home,
            )
