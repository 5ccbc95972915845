"""Checked drafts: what one row of a sheet says, typed, before the database knows of it.

Plain dataclasses on purpose: drafts are made 50,000 at a time. None means "not said". Texts are as
written (cleaned of stray space); what a vocabulary could read stands beside them, typed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from matcher.intake.compliance import Violation
from matcher.intake.problems import Problem
from matcher.kinds import EducationLevel, HardshipTier, Mobility, UnitKind
from matcher.kinds.households import (
    HardshipCause,
    HealthState,
    HousingKind,
    HukouKind,
    MaritalStatus,
    Sex,
    WorkStatus,
)
from matcher.vocabulary.pay import Pay

Extras = tuple[tuple[str, str], ...]
"""Cells of columns nobody recognised: (head or column letter, text)."""


@dataclass(frozen=True, slots=True)
class EmployerDraft:
    """An employer (用人单位), from a row of its own or beside a posting."""

    name: str
    credit_code: str | None = None
    external_code: str | None = None
    unit_kind: UnitKind | None = None
    unit_kind_text: str | None = None
    unit_size: str | None = None
    industry: str | None = None
    address: str | None = None
    place_code: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    legal_person: str | None = None
    licence_until: dt.date | None = None
    union_name: str | None = None
    about: str | None = None
    url: str | None = None
    remark: str | None = None
    extras: Extras = ()


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """A posting (岗位). `incomplete` names the legal elements that are missing at the source.

    `place_code` is set when the place is one certain region; `violations` are conditions the law
    bans or limits, found in its texts.
    """

    employer: EmployerDraft
    title: str
    external_id: str | None = None
    headcount: int | None = None
    reserved_hardship: int = 0
    reserved_zero: int = 0
    is_public_welfare: bool = False
    education_text: str | None = None
    education_min: EducationLevel | None = None
    education_max: EducationLevel | None = None
    education_plain: bool = False
    degree_text: str | None = None
    major_any: str | None = None
    major_graduate: str | None = None
    major_bachelor: str | None = None
    major_college: str | None = None
    pay_text: str | None = None
    pay: Pay | None = None
    place: str | None = None
    place_code: str | None = None
    description: str | None = None
    industry: str | None = None
    work_form: str | None = None
    posting_kind: str | None = None
    experience: str | None = None
    certificates: str | None = None
    benefits: str | None = None
    other_conditions: str | None = None
    fresh_graduates_only: bool | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    valid_until: dt.date | None = None
    posted_on: dt.date | None = None
    url: str | None = None
    remark: str | None = None
    incomplete: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    extras: Extras = ()


@dataclass(frozen=True, slots=True)
class GraduateDraft:
    """A graduate (毕业生). `zero_employment_claim` is what the sheet says, never a finding.

    `hardship_mask` is 困难生类别: 1 就业困难 + 2 家庭困难 + 4 残疾, 0 none. A graduation date known only by month
    or year stands as its first day, with `graduation_precision`.
    """

    name: str
    id_number: str | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: dt.date | None = None
    school: str | None = None
    student_no: str | None = None
    candidate_no: str | None = None
    class_name: str | None = None
    level: EducationLevel | None = None
    level_text: str | None = None
    major_name: str | None = None
    major_code: str | None = None
    second_major: str | None = None
    enrolment_year: int | None = None
    graduation_date: dt.date | None = None
    graduation_precision: Literal["day", "month", "year"] | None = None
    origin_place: str | None = None
    origin_code: str | None = None
    hukou_place: str | None = None
    home_address: str | None = None
    hardship_mask: int | None = None
    certificates: str | None = None
    wanted_places: str | None = None
    wanted_occupations: str | None = None
    wanted_pay_text: str | None = None
    wanted_pay: Pay | None = None
    wanted_industries: str | None = None
    wanted_unit_kinds: tuple[UnitKind, ...] = ()
    mobility: Mobility | None = None
    about: str | None = None
    holder_name: str | None = None
    holder_id_number: str | None = None
    file_no: str | None = None
    tier: HardshipTier | None = None
    tier_text: str | None = None
    zero_employment_claim: bool | None = None
    work_state: str | None = None
    destination: str | None = None
    remark: str | None = None
    extras: Extras = ()


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """One person of a household (家庭成员), the holder (困难职工本人) included.

    `is_beside` marks the holder as columns beside a member's row name them.
    """

    name: str
    relation: str | None = None
    is_holder: bool = False
    is_beside: bool = False
    id_number: str | None = None
    birth_date: dt.date | None = None
    phone: str | None = None
    level: EducationLevel | None = None
    major_name: str | None = None
    work_state: str | None = None
    work_unit: str | None = None
    work_status: WorkStatus = WorkStatus.UNKNOWN
    is_registered_unemployed: bool | None = None
    registered_on: dt.date | None = None
    is_able: bool | None = None
    is_willing: bool | None = None
    health: str | None = None
    health_state: HealthState | None = None
    disability: str | None = None
    monthly_income_fen: int | None = None
    ethnicity: str | None = None
    sex: Sex | None = None
    marital: MaritalStatus | None = None
    hukou: HukouKind | None = None
    card: str | None = None
    bank_name: str | None = None
    school: str | None = None
    school_grade: str | None = None
    entered_on: dt.date | None = None
    graduates_on: dt.date | None = None
    tuition_fen: int | None = None


@dataclass(frozen=True, slots=True)
class HouseholdDraft:
    """What one row says about a household file (困难职工档案).

    A roster with a row for each member gives one draft a row, each with its one member;
    `merge_households` joins those of one file. `key` is what joins them: file number, else the
    holder's identity number. `zero_employment_claim` is a claim to verify. `lacks_holder` says that no row of
    the sheet is the holder's own and no column names the holder; `is_whole` that a row is a whole household.
    """

    key: str
    file_no: str | None = None
    holder_name: str | None = None
    holder_id_number: str | None = None
    holder_phone: str | None = None
    tier: HardshipTier | None = None
    tier_text: str | None = None
    zero_employment_claim: bool | None = None
    zero_since: dt.date | None = None
    union_name: str | None = None
    employer_name: str | None = None
    home_address: str | None = None
    hukou_place: str | None = None
    place_code: str | None = None
    family_size: int | None = None
    annual_income_fen: int | None = None
    income_per_head_fen: int | None = None
    cause_main: str | None = None
    cause_other: str | None = None
    causes: tuple[HardshipCause, ...] = ()
    housing: str | None = None
    housing_kind: HousingKind | None = None
    floor_area_m2: int | None = None
    is_single_parent: bool | None = None
    health_insurance: str | None = None
    filed_on: dt.date | None = None
    applied_on: dt.date | None = None
    members: tuple[MemberDraft, ...] = ()
    lacks_holder: bool = False
    is_whole: bool = False
    remark: str | None = None
    extras: Extras = ()


Draft = PostingDraft | EmployerDraft | GraduateDraft | HouseholdDraft
RowState = Literal["ok", "refused", "not_data"]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """The verdict on one row of a sheet; `row` is its number as the spreadsheet shows it.

    `draft` is set exactly when `status` is "ok". A row that is no data says why in its problem.
    """

    sheet: str
    row: int
    status: RowState
    draft: Draft | None
    problems: tuple[Problem, ...]
