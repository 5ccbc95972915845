"""Writes rows of the logs figures are counted from: beside those of people, events, posts, courses and money."""

import datetime as dt
from typing import Any

from tests.factories.people_logs import Fields, PeopleWriter, at

__all__ = ["LogWriter", "at"]


class LogWriter(PeopleWriter):
    """Collects rows of every log and writes them."""

    def event(self, union_id: int, kind: str = "fair", **changes: Any) -> int:
        """Keep a service event."""
        fields: Fields = {
            "union_id": union_id,
            "drive_id": self.drive_id,
            "kind": kind,
            "channel": "on_site",
            "title": "招聘会",
            "happened_on": self.day,
            "until_on": self.day,
            "n_employers": None,
            "n_posts": None,
            "n_distinct_posts": None,
            "n_visitors": None,
            "n_intents": None,
            "entered_at": at(self.day),
            "replaces_id": None,
            "is_void": False,
        }
        return self.put("service_event", **(fields | changes))

    def employer(self, union_id: int) -> int:
        """Keep an employer."""
        return self.put(
            "employer",
            union_id=union_id,
            name=f"单位{next(self._ids['name'])}",
            state="verified",
            created_at=at(self.day),
        )

    def posting(self, employer_id: int, n_seats: int, **changes: Any) -> int:
        """Keep a published posting with the step that says so."""
        number = next(self._ids["lottery"])
        posting = self.put(
            "posting",
            drive_id=self.drive_id,
            employer_id=employer_id,
            title="岗位",
            headcount=1,
            state="published",
            fingerprint=f"log-{number}",
            lottery_number=number,
            created_at=at(self.day),
        )
        self.posting_step(posting, employer_id, "published", n_seats, **changes)
        return posting

    def posting_step(
        self, posting_id: int, employer_id: int, after: str, n_seats: int, **changes: Any
    ) -> int:
        """Keep a step of a posting."""
        fields: Fields = {
            "posting_id": posting_id,
            "employer_id": employer_id,
            "drive_id": self.drive_id,
            "act": "published",
            "after": after,
            "n_seats": n_seats,
            "n_reserved": 0,
            "n_pledged": 0,
            "unit_kind": "private",
            "is_public_welfare": False,
            "at": at(self.day),
        }
        return self.put("posting_step", **(fields | changes))

    def course(self, union_id: int, kind: str = "skill", *, employer_id: int | None = None) -> int:
        """Keep a course with a provider of its own."""
        provider = self.put(
            "training_provider",
            union_id=union_id,
            name=f"机构{next(self._ids['name'])}",
            created_at=at(self.day),
        )
        return self.put(
            "course",
            union_id=union_id,
            provider_id=provider,
            kind=kind,
            title="培训",
            starts_on=self.day,
            ends_on=self.day + dt.timedelta(days=60),
            places=1_000_000,
            payer="union",
            employer_id=employer_id,
            created_at=at(self.day),
        )

    def training(
        self, course_id: int, graduate_id: int, union_id: int, on: dt.date, **changes: Any
    ) -> int:
        """Keep a training referral of somebody who began that day."""
        entered = changes.pop("entered_at", at(on))
        facts = {"on": on.isoformat()} | changes.pop("facts", {})
        fields: Fields = {
            "course_id": course_id,
            "graduate_id": graduate_id,
            "union_id": union_id,
            "state": "finished",
            "proposed_at": at(on),
            "asked_at": at(on),
            "service_act_id": None,
        }
        number = self.put("training_referral", **(fields | changes))
        self.training_step(number, "attending", entered, facts)
        return number

    def training_step(self, referral_id: int, after: str, when: dt.datetime, facts: Fields) -> int:
        """Keep a step of a training referral."""
        return self.put(
            "training_step", referral_id=referral_id, after=after, at=when, via="staff", facts=facts
        )

    def certificate(self, referral_id: int, on: dt.date, **changes: Any) -> int:
        """Keep a certificate."""
        number = next(self._ids["certificate"])
        fields: Fields = {
            "referral_id": referral_id,
            "kind": "skill_level",
            "name": "证书",
            "number_cipher": b"-",
            "number_index": f"log-{number}",
            "number_masked": "****",
            "issued_on": on,
            "entered_at": at(on),
            "via": "staff",
        }
        return self.put("training_certificate", **(fields | changes))

    def referral(self, graduate_id: int, union_id: int, posting_id: int, employer_id: int) -> int:
        """Keep a referral without steps; its own state says nothing true."""
        return self.put(
            "referral",
            drive_id=self.drive_id,
            posting_id=posting_id,
            employer_id=employer_id,
            graduate_id=graduate_id,
            union_id=union_id,
            state="withdrawn",
            asked_at=at(self.day),
            proposed_at=at(self.day),
        )

    def referral_step(
        self, referral_id: int, after: str, when: dt.datetime, via: str = "staff"
    ) -> int:
        """Keep a step of a referral."""
        return self.put("referral_step", referral_id=referral_id, after=after, at=when, via=via)

    def entry(self, union_id: int, programme: str, amount_fen: int, **changes: Any) -> int:
        """Keep an entry of the ledger, of union money unless said."""
        payer = changes.get("payer", "union")
        fields: Fields = {
            "payer": payer,
            "payer_union_id": union_id if payer == "union" else None,
            "programme": programme,
            "union_id": union_id,
            "graduate_id": None,
            "member_id": None,
            "household_id": None,
            "year": self.day.year,
            "purpose": "job_search",
            "amount_fen": amount_fen,
            "happened_on": self.day,
            "entered_at": at(self.day),
            "source": "recorded",
            "reverses_id": None,
            "reversal_reason": None,
        }
        return self.put("ledger_entry", **(fields | changes))
