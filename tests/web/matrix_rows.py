"""What the walks over all addresses need to know of them: rows for their values, fields for their forms."""

from typing import Any

from werkzeug.routing import Rule

from matcher.kinds import Role
from tests.web.house import Place

ANY_ACCOUNT = {
    "account.change_password": "one's own password",
    "account.home": "one's own account",
    "account.revoke": "one's own sessions",
    "account.second_factor_check": "one's own second factor",
    "account.second_factor_page": "one's own second factor",
    "account.switch": "one's own roles",
    "account.switch_form": "one's own roles",
    "home.home": "what the role in use may go to",
    "home.start": "leads to the role's first page",
    "jobs.progress": "a job of the reader's union; checked by scope",
    "reminders.messages": "one's own messages",
    "sign_in.leave": "signing out",
    "vocabulary_search.suggest": "public catalogues",
}
"""Views every signed-in account may call, with what they show; all others are public or ask."""

FORMS: dict[str, dict[str, str]] = {
    "plans.choose": {"rule": "fair"},
    "quality.decline": {"words": "样本都来自一个县"},
    "today.defer": {"to": "2099-01-01", "reason": "约好下周上门"},
    "employers.suspend": {"reason": "举报核实中"},
    "graduates.number": {"field": "phone", "reason": "核对本人电话"},
    "employers.open_agent": {"login": "new.agent", "display_name": "经办人"},
    "own_postings.close": {"reason": "filled"},
    "aliases.end": {"reason": "不用了"},
    "exports.decide": {"decision": "approve"},
    "sheet_templates.bind": {"sheet": "附件2", "cell": "D5", "code": "graduates"},
    "holder_access.link": {"phone": "13900000000", "document_seen": "yes"},
    "rights.answer": {"decision": "grant", "result": "已办理"},
    "stories.release": {"text": "全文", "medium": "日报"},
    "referral_acts.act": {"reason": "mistake"},
    "own_booth_slots.book": {"slot": "x"},
    "own_booth_slots.settle": {"to": "attended"},
    "registrations.update": {"name": "张三", "education": "bachelor", "major_1": "会计学"},
}
"""Fields of forms that are read before their row is looked up."""

BODIES: dict[str, dict[str, object]] = {
    "api_graduates.update": {
        "name": "张三",
        "education": "bachelor",
        "majors": [{"name": "会计学"}],
        "version": 1,
    },
    "api_postings.update": {"title": "出纳", "version": 1},
    "api_postings.close": {"reason": "已招满"},
    "api_postings.publish": {},
    "api_people.give_answer": {"act": "resume", "seen": "sent"},
}
"""The same for programs."""


OWN_ONLY = {
    "exports.show": (Role.CASEWORKER,),
    "jobs.progress": (Role.EMPLOYER, Role.GRADUATE, Role.HOLDER),
    "rights.show": (Role.CASEWORKER,),
    "snapshots.part": tuple(Role),
}
"""Rows a role sees only if it asked for them itself, and those of the place were asked by others."""


HIDDEN = {"snapshots.part"}
"""Public addresses that are not there for whoever lacks a pass of the house: programs alone have one."""


HUNG_UP = {"fair_queues.show", "fair_queues.take"}
"""Addresses a booth's QR shows to the whole hall: the row they name is everybody's; a number taken is its holder's."""


SCANNERS = {"door", "door_offline", "door_walk_ins"}
"""Areas that ask for a scanner's own token and know no account: tests/web/test_door_pages.py walks over them."""


def _by_name(place: Place) -> dict[str, Any]:
    """Return what a name in an address stands for, whatever the area."""
    return {
        "assessment_id": place.assessment,
        "exit_id": place.household_exit,
        "line_id": place.line,
        "merge_id": place.joins.merge,
        "transfer_id": place.joins.transfer,
        "cooperation_id": place.joins.cooperation,
        "drive_id": place.drive_id,
        "employer_id": place.employer_id,
        "employer_public_id": place.interviews.employer,
        "household_id": place.household,
        "member_id": place.member_id,
        "comparison_id": place.approvals.comparison,
        "item_id": place.approvals.item,
        "interest_id": place.approvals.interest_id,
        "token": place.approvals.token,
        "paper": place.placements.paper,
        "payment_line": place.money.payment_line,
        "part": "incomes",
        "row_id": place.income_id,
        "change_id": place.income_id,
        "person_id": place.graduate,
        "person_key": str(place.member_id),
        "person_kind": "member",
        "posting_id": place.posting,
        "session_id": place.session_id,
        "story_id": place.story,
        "token_id": place.token_id,
        "term_id": place.term_id,
        "pin_id": place.pin_id,
        "code": "graduates",
        "union": place.sheets.offline,
        "sheet_public_id": place.published.sheet,
        "version_public_id": place.published.version,
        "mark_id": place.mark_id,
        "posting_number": place.posting_id,
        "what": "owners",
        "act_id": place.cases.act,
        "need_id": place.cases.need_id,
        "measure_id": place.cases.measure_id,
        "obstacle_id": place.cases.obstacle_id,
        "round_id": place.cases.survey_round,
        "union_id": place.cases.union,
        "visit_id": place.cases.visit_id,
        "refusal_id": place.family.refusal_id,
        "clock_id": place.family.clock_id,
        "kind": "majors",
        "purpose": "ranking",
        "step": "withdraw",
        "act": "invite",
        "claim_id": 1,
        "content_hash": "0" * 64,
        "file_name": "manifest.json",
        "statement_id": "x",
    }


def _by_area(place: Place) -> dict[str, Any]:
    """Return what `public_id` stands for in the addresses of an area."""
    return {
        "file_acts": place.paper,
        "placements": place.placements.placement,
        "placement_forms": place.placements.placement,
        "placement_acts": place.placements.placement,
        "own_placements": place.placements.placement,
        "entitlement_acts": place.entitlement,
        "entitlement_units": place.placements.placement,
        "placement_effects": place.placements.placement,
        "alerts": place.placements.alert,
        "money": place.money.entry,
        "payments": place.money.payment_list,
        "payment_acts": place.money.payment_list,
        "payment_papers": place.money.payment_list,
        "tuition": place.money.application,
        "tuition_papers": place.money.application,
        "service_events": place.event,
        "sheet_periods": place.sheets.period,
        "typed_figures": place.sheets.period,
        "sheets": place.sheets.sheet,
        "sheet_checks": place.sheets.sheet,
        "cohort_people": place.graduate,
        "referrals": place.referral,
        "courses": place.training.course,
        "training": place.training.referral,
        "own_trainings": place.training.referral,
        "training_providers": place.training.provider,
        "openings": place.graduate,
        "interviews": place.interviews.day,
        "call_backs": place.follow_ups.call_back,
        "seat_surveys": place.follow_ups.survey,
        "closed_postings": place.follow_ups.survey,
        "interview_acts": place.interviews.interview,
        "today": place.day.task,
        "calls": place.day.call,
        "hand_overs": place.day.hand_over,
        "approvals": place.approvals.approval,
        "notices": place.approvals.notice,
        "register": place.approvals.change,
        "reviews": place.approvals.review,
        "exports": place.export,
        "sheet_templates": place.sheet_template,
        "sheet_files": place.sheet_file,
        "rights": place.rights,
        "stories": place.story,
        "accounts": place.account,
        "graduates": place.graduate,
        "registrations": place.graduate,
        "imports": place.batch,
        "jobs": place.job,
        "postings": place.posting,
        "posting_list": place.posting,
        "own_postings": place.posting,
        "public_welfare": place.posting,
        "api_graduates": place.graduate,
        "api_postings": place.posting,
        "ranking": place.run,
        "quality": place.study,
        "comparisons": place.study,
        "plans": place.plan,
        "plan_seats": place.plan,
        "plan_changes": place.plan,
        "plan_help": place.plan,
        "my_seats": place.graduate,
        "families": place.household,
        "cases": place.cases.case,
        "case_acts": place.cases.case,
        "case_parts": place.cases.case,
        "case_additions": place.cases.case,
        "requests": place.cases.request,
        "pairings": place.cases.pairing,
        "own_pairings": place.cases.pairing,
        "own_people": place.referral,
        "own_people_acts": place.referral,
        "own_people_files": place.referral,
        "api_people": place.referral,
        "statements": place.referral,
    }


FAIRS = ("/fairs", "/after", "/f/", "/my-fairs", "/door", "/v/", "/q/")
"""How the addresses of fairs begin; what stands in them is in `tests/factories/fair_rows.py`."""


def values_for(rule: Rule, place: Place) -> dict[str, Any]:
    """Return the values a rule's address takes, for rows of a place."""
    area = rule.endpoint.rsplit(".", 1)[0]
    if rule.rule.startswith(FAIRS):
        named = place.fairs.names | place.fairs.of_area.get(area, {})
        return {name: named[name] for name in rule.arguments}
    by_name, by_area = _by_name(place), _by_area(place)
    if area == "answers":
        by_name["token"] = place.answer_token
    if area == "public_rules":
        by_name["token"] = place.drive
    if area == "public_sheets":
        by_name |= {"token": place.published.token, "kind": "xlsx"}
    values = {}
    for name in rule.arguments:
        if name == "public_id":
            where = next((key for key in reversed(area.split(".")) if key in by_area), None)
            where = where or next((key for key in by_area if key in rule.rule.split("/")), None)
            assert where is not None, f"say in values_for which row {rule.rule} shows"
            values[name] = by_area[where]
        else:
            assert name in by_name, f"say in values_for what {name} of {rule.rule} is"
            values[name] = by_name[name]
    return values
