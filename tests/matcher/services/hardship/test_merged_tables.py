"""Which tables move when two files are merged (合并档案), and which stay on purpose."""

from matcher.db.base import Base
from matcher.models.households import Household, HouseholdMember
from matcher.services.hardship import merge_rows

MOVES = {
    "call_result",
    "case_note",
    "case_proposal",
    "cooperation",
    "entitlement_application",
    "entitlement_fact",
    "graduate",
    "graduate_case",
    "home_visit",
    "household_cause",
    "household_document",
    "household_expense",
    "household_income",
    "member_employment",
    "member_schooling",
    "referral_refusal",
    "retirement_class",
    "rights_request",
    "side_exit",
    "storage_only",
    "story_consent",
    "survey_person",
    "tuition_application",
    "zero_employment_claim",
}


def test_every_table_that_points_to_a_file_moves_in_a_merge_or_stays_on_purpose() -> None:
    pointing = {
        column.table.name
        for model in (Household, HouseholdMember)
        for column in merge_rows.pointing_columns(model)
    }

    assert pointing == MOVES
    assert set(Base.metadata.tables) >= merge_rows.STAYS
    assert {len(Base.metadata.tables[name].primary_key) for name in MOVES} == {1}
