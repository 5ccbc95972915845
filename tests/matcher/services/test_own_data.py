"""People get a copy of all that is held of them, and no word of it tells a household's state."""

import json

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import NotAllowedError
from matcher.kinds import ConsentPurpose, HardshipTier, Role, SeatClass
from matcher.kinds.referrals import DeclineReason, LinkPurpose, ReferralState
from matcher.models.graduates import Graduate
from matcher.services import consent_acts, graduate_links
from matcher.services.consents import current_text, seed_consent_texts
from matcher.services.own_data import own_data
from matcher.services.placements import evidence
from matcher.services.referrals.links import issue
from matcher.services.referrals.person_answers import decline
from matcher.services.reveals import reveal
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.follow_ups import make_call_back
from tests.factories.interviews import make_interview_rows
from tests.factories.people import make_graduate, make_household, make_id_number
from tests.factories.placements import make_evidence, make_placement
from tests.factories.postings import make_posting
from tests.factories.referrals import make_referral
from tests.factories.training import make_course, make_training

TELLING = ("困难", "零就业", "household", "hardship", "tier", "帮扶", "低保", "救助")


def test_the_copy_holds_numbers_wishes_consents_drives_and_who_looked(session: Session) -> None:
    seed_consent_texts(session)
    union = make_union(session)
    number = make_id_number()
    graduate = make_graduate(session, union, id_number=number)
    own = make_actor(session, Role.GRADUATE, graduate=graduate)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    drive = make_drive(session, union)
    make_entry(session, drive, graduate)
    text = current_text(session, ConsentPurpose.RANKING, clock.today())
    consent_acts.give_consent(session, own, graduate.id, ConsentPurpose.RANKING, text_id=text.id)
    reveal(session, worker, ("graduate", graduate.id), "phone", reason="电话回访")
    session.commit()

    copy = own_data(session, own)

    assert json.dumps(copy)
    assert copy["profile"]["id_number"] == number
    assert copy["majors"][0]["name"] == "会计学"
    assert copy["intent"]["places"] == ["640100"]
    assert [one["purpose"] for one in copy["consents"]] == ["ranking"]
    assert [(one["name"], one["number"]) for one in copy["drives"]] == [(drive.neutral_name, 1)]
    assert {"role": "工会工作人员", "action": "number.revealed"}.items() <= {
        key: value for entry in copy["seen_by"] for key, value in entry.items()
        if entry["action"] == "number.revealed"
    }.items()  # fmt: skip


def test_the_copy_of_somebody_with_a_file_reads_like_anybodys(session: Session) -> None:
    union = make_union(session)
    household = make_household(session, union, tier=HardshipTier.DEEP, zero_employment=True)
    graduate = make_graduate(session, union, hardship_codes=3)
    plain = make_graduate(session, union)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    graduate_links.link_household(session, worker, graduate.id, household.id)
    session.commit()

    copies = [
        own_data(session, make_actor(session, Role.GRADUATE, graduate=person))
        for person in (graduate, plain)
    ]

    text = json.dumps(copies[0], ensure_ascii=False)
    assert [word for word in TELLING if word in text] == []
    assert copies[0].keys() == copies[1].keys()
    assert copies[0]["elsewhere"] == copies[1]["elsewhere"]


def test_the_copy_holds_referrals_and_answers_but_nothing_of_the_seat(session: Session) -> None:
    kept = {SeatClass.ZERO_EMPLOYMENT: 1}
    posting = make_posting(session, headcount=1, reserved=kept)
    referral = make_referral(session, posting, state=ReferralState.OFFERED, seat=True)
    graduate = session.get_one(Graduate, referral.graduate_id)
    own = make_actor(session, Role.GRADUATE, graduate=graduate)
    decline(session, own, referral.id, reason=DeclineReason.PLACE, words="路上要两个小时")

    (told,) = own_data(session, own)["referrals"]

    assert (told["state"], told["decline"]) == ("本人未接受", "地点太远或不便")
    assert told["decline_words"] == "路上要两个小时"
    assert "seat" not in json.dumps(told)


def test_the_copy_holds_interviews_jobs_papers_calls_and_training(session: Session) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    drive = make_drive(session, union)
    referral = make_referral(session, make_posting(session, drive=drive, headcount=1))
    graduate = session.get_one(Graduate, referral.graduate_id)
    make_interview_rows(session, referral)
    placement = make_placement(session, graduate)
    number = ring_of(session).encrypt("HY-7788", evidence.NUMBER)
    make_evidence(session, placement, sha256=None, number_index="7", number_cipher=number)
    make_call_back(session, placement)
    make_training(session, worker, make_course(session, union), graduate)
    issue(session, purpose=LinkPurpose.REFERRAL, subject=("referral", 1), graduate_id=graduate.id)
    session.commit()

    copy = own_data(session, make_actor(session, Role.GRADUATE, graduate=graduate))

    assert json.dumps(copy)
    assert [one["state"] for one in copy["interviews"]] == ["已约"]
    (job,) = copy["placements"]
    assert job["employer"] == placement.employer_name
    assert [one["number"] for one in job["papers"]] == ["HY-7788"]
    assert [one["months"] for one in copy["call_backs"]] == [1]
    (training,) = copy["training"]
    assert training["agreed_at"]
    assert (training["attendance"], training["certificates"]) == ([], [])
    assert copy["links"]
    assert copy["resume"] is None


def test_only_the_person_gets_the_copy(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        own_data(session, make_actor(session, Role.CASEWORKER))
