"""Plans of a drive (安置方案): make one, both results side by side, choose, publish, take back, the file to verify."""

import io
import json
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import DriveState, RunState
from matcher.kinds.plans import PlanRule
from matcher.models.drives import Drive
from matcher.models.jobs import Job
from matcher.models.plans import PlanRun
from matcher.services import audit, job_sweep
from matcher.services.permissions import Permission, scope_of
from matcher.services.plans import publications, runs
from matcher.services.plans.exports import verifiable_plan
from matcher.services.plans.plan_pages import PlanHome, plan_home, published_plan
from matcher.services.plans.posting_names import places
from matcher.services.quality.people import persons
from matcher.services.quality.studies import managed_among
from matcher.services.ranking_runs import current_run
from web.auth import current_actor
from web.drive_choice import chosen_drive, needed_drive
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.plans import ChooseRule, PublishPlan
from web.session import reading_aside, request_session
from web.words import plan_pins as pin_words
from web.words import plans as words
from web.words.plan_refusals import refusal_words

bp = Blueprint("plans", __name__, url_prefix="/plans")

MENU = (
    NavItem(
        "plans.index",
        msg("安置方案"),
        Permission.MANAGE_DRIVE,
        "drive",
        hint=msg("做方案，两个方案对着看，选定后发布"),
    ),
)


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def index() -> ResponseReturnValue:
    """Show the plans of a drive and what stands."""
    choice = chosen_drive()
    session, actor = request_session(), current_actor()
    managed = managed_among(session, actor, choice.drives)
    if not managed:
        return render_template("postings/none.html")
    # Without a name in the address, the newest open drive may be one of a union above.
    drive = choice.drive if choice.drive in managed else managed[0]
    made = runs.list_plans(session, actor, drive.id)
    return render_template(
        "plans/index.html",
        drive=drive,
        drives=managed,
        plans=made,
        run=current_run(session, drive.id),
        published=published_plan(session, actor, drive.id),
        going_on=[one for one in (progress_of(session, p.job_id) for p in made[:2]) if one],
        is_open=drive.state is not DriveState.CLOSED,
        chips=words.STATE_CHIPS,
        why_failed=words.why_failed,
    )


def progress_of(session: Session, job_id: int | None) -> job_sweep.JobProgress | None:
    """Return how far a job is; None for one that is over or never was."""
    job = session.get(Job, job_id) if job_id is not None else None
    if job is None:
        return None
    found = job_sweep.progress(session, scope_of(current_actor()), job.public_id)
    return None if found.over else found


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def make() -> ResponseReturnValue:
    """Ask for a plan, or for a dry run; its page shows the progress."""
    drive, is_dry = needed_drive(), "dry" in request.form
    plan = runs.request_plan(request_session(), current_actor(), drive.id, is_dry=is_dry)
    toast(gettext("第 %(number)s 次方案已开始", number=plan.number))
    return see_other(url_for("plans.show", public_id=plan.public_id))


@bp.get("/<public_id>")
@needs(Permission.MANAGE_DRIVE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a plan: both results, what is proved, what it costs, what can be done with it."""
    session, actor = request_session(), current_actor()
    found = plan_home(session, actor, public_id)
    plan = found.plan
    drive = session.get_one(Drive, plan.drive_id)
    is_live = plan.state in runs.LIVE
    return render_template(
        "plans/show.html" if plan.state is RunState.DONE else "plans/unfinished.html",
        plan=plan,
        found=found,
        drive=drive,
        rule=plan.chosen_rule or PlanRule.FAIR,
        is_live=is_live,
        progress=progress_of(session, plan.job_id) if is_live else None,
        publishing=progress_of(session, plan.publish_job_id),
        may_publish=drive.state is DriveState.OPEN,
        promise=_promise(found),
        words=words,
        pin_words=pin_words,
        why_failed=words.why_failed(plan),
        named=_named(plan),
        refusal_words=refusal_words,
    )


def _named(plan: PlanRun) -> dict[str, Any]:
    """Return whom and what the sentence of a failed plan names by number, within the actor's sight."""
    people, offers = pin_words.named_in(words.why_failed(plan))
    session, actor = request_session(), current_actor()
    return {
        "people": persons(session, actor, people) if people else {},
        "places": places(session, offers) if offers else {},
    }


def _promise(found: PlanHome) -> dict[str, int]:
    """Return how many proposals and holds a publication would bring; nothing of a plan that is not chosen."""
    plan = found.plan
    if plan.state is not RunState.DONE or plan.chosen_rule is None:
        return {}
    seated = int(plan.figures[plan.chosen_rule.value]["total"]["seated"])
    return {
        "seated": seated,
        "standing": found.n_standing,
        "new": seated - found.n_standing,
        "broken": found.n_shifts[plan.chosen_rule],
    }


@bp.post("/<public_id>/stop")
@needs(Permission.MANAGE_DRIVE)
def stop(public_id: str) -> ResponseReturnValue:
    """Stop a plan that is being made."""
    plan = runs.stop_plan(request_session(), current_actor(), public_id)
    toast(gettext("第 %(number)s 次方案已停止", number=plan.number))
    return see_other(url_for("plans.index", drive=plan.drive_id))


@bp.post("/<public_id>/choose")
@needs(Permission.MANAGE_DRIVE)
def choose(public_id: str) -> ResponseReturnValue:
    """Choose one of the two results."""
    wish = read_form(ChooseRule)
    if isinstance(wish, FormErrors):
        raise RuleBrokenError("plan_not_chosen", "请选公平方案或最多方案。")
    plan = runs.choose_rule(
        request_session(), current_actor(), public_id, wish.rule, expected_version=wish.version
    )
    toast(gettext("已选定%(rule)s，还没有发布", rule=label(wish.rule)))
    return see_other(url_for("plans.show", public_id=plan.public_id))


@bp.post("/<public_id>/publish")
@needs(Permission.MANAGE_DRIVE)
def publish(public_id: str) -> ResponseReturnValue:
    """Publish the chosen result; nobody is told anything by it."""
    plan = publications.publish_plan(
        request_session(), current_actor(), public_id, expected_version=_version()
    )
    toast(gettext("第 %(number)s 次方案已发布，正在生成推荐", number=plan.number))
    return see_other(url_for("plans.show", public_id=plan.public_id))


def _version() -> int | None:
    wish = read_form(PublishPlan)
    return None if isinstance(wish, FormErrors) else wish.version


@bp.post("/<public_id>/withdraw")
@needs(Permission.MANAGE_DRIVE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take a publication back; what was sent goes on."""
    plan = publications.withdraw_publication(
        request_session(), current_actor(), public_id, expected_version=_version()
    )
    toast(gettext("第 %(number)s 次方案已撤回，没有送出的推荐随之取消", number=plan.number))
    return see_other(url_for("plans.show", public_id=plan.public_id))


@bp.post("/<public_id>/file")
@needs(Permission.MANAGE_DRIVE)
@rate_limited("20/minute")
def download(public_id: str) -> ResponseReturnValue:
    """Hand out a plan by one rule as a file that `yangguang plan verify` takes; each time is logged."""
    wish = read_form(ChooseRule)
    rule = PlanRule.FAIR if isinstance(wish, FormErrors) else wish.rule
    with reading_aside() as session:
        plan = runs.managed_plan(session, current_actor(), public_id, lock=False)
        told: dict[str, Any] = verifiable_plan(session, plan, rule)
    audit.record(
        request_session(),
        current_actor(),
        "plan.file_taken",
        subject=(runs.SUBJECT, plan.id),
        rule=rule.value,
    )
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    name = f"plan-{plan.number}-{rule.value}.json"
    return send_file(
        io.BytesIO(content), mimetype="application/json", as_attachment=True, download_name=name
    )
