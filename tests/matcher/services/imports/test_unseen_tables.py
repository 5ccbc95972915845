"""What imported rows are known by: local numbers, shared addresses, households without a number."""

import random

from matcher.intake.drafts import EmployerDraft, HouseholdDraft, MemberDraft, PostingDraft
from matcher.keys import KeyRing
from matcher.services.imports.households import file_number_of
from matcher.services.imports.posting_values import posting_values
from tests.matcher.intake.messy import valid_id

_RING = KeyRing({1: bytes(32)}, 1, index_key=b"i" * 32, signing_key=b"s" * 32)


def _posting(
    title: str = "科员",
    *,
    office: str | None = None,
    external_id: str | None = None,
    url: str | None = None,
) -> PostingDraft:
    employer = EmployerDraft("市委办公室", external_code=office)
    return PostingDraft(employer=employer, title=title, external_id=external_id, url=url)


def test_a_short_number_counts_within_its_office() -> None:
    first = posting_values(_posting(external_id="01", office="0211"))
    second = posting_values(_posting(external_id="01", office="0507"))

    assert first["key"] != second["key"]


def test_a_long_number_stands_alone() -> None:
    values = posting_values(_posting(external_id="300110001001", office="0211"))

    assert values["external_id"] == "300110001001"


def test_postings_that_share_an_address_are_two() -> None:
    first = posting_values(_posting("会计", url="http://hr.example.cn/apply"))
    second = posting_values(_posting("出纳", url="http://hr.example.cn/apply"))

    assert first["key"] != second["key"]
    assert first["external_id"] != second["external_id"]


def test_a_file_number_made_here_tells_no_identity_number() -> None:
    number = valid_id(random.Random(1))
    draft = HouseholdDraft(key=f"id:{number}", members=(MemberDraft("赵大", id_number=number),))

    made = file_number_of(_RING, draft)

    assert number not in made
    assert made == file_number_of(_RING, draft)
