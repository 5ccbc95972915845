"""The page of one employer (单位) with all its forms; a form that was refused is shown with what was typed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.identity import credit_code_problem
from matcher.kinds.cohorts import MarkKind
from matcher.services import employer_agents, employer_checks, employer_marks, employers
from web.auth import current_actor
from web.forms import FormState, apart, blank_form
from web.i18n import label
from web.schemas.cohorts import MarkForm
from web.schemas.employers import AgentAccount, EmployerCheckForm, Suspension
from web.session import reading_aside


def employer_page(
    employer_id: int,
    *,
    check: FormState | None = None,
    suspension: FormState | None = None,
    agent: FormState | None = None,
    mark: FormState | None = None,
) -> ResponseReturnValue:
    """Show an employer; a form that was sent and refused is shown again with what was typed."""
    actor = current_actor()
    with reading_aside() as database:
        employer = employers.get_employer(database, actor, employer_id)
        code = employer.credit_code
        page = render_template(
            "employers/detail.html",
            employer=employer,
            code_problem=credit_code_problem(code) if code else None,
            checks=employer_checks.list_checks(database, actor, employer_id),
            agents=employer_agents.list_agents(database, actor, employer_id),
            marks=employer_marks.list_marks(database, actor, employer_id),
            mark_kinds=[(one.value, label(one)) for one in MarkKind],
            today=clock.today(),
            **apart(
                {
                    "check": check or blank_form(EmployerCheckForm),
                    "suspension": suspension or blank_form(Suspension),
                    "agent": agent or blank_form(AgentAccount),
                    "mark": mark or blank_form(MarkForm),
                }
            ),
        )
    return page, 422 if check or suspension or agent or mark else 200
