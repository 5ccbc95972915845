"""The September list (求职补贴名单): next year's final-year children of hardship households, printed or exported."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.identity import mask_name
from matcher.kinds.entitlements import EntitlementAnswer
from matcher.services.entitlements import september as children
from matcher.services.entitlements.september import Child, ChildList
from matcher.services.permissions import Permission, may
from web.asked import asked_member, asked_tick
from web.auth import current_actor
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice, with_query
from web.session import reading_aside, request_session
from web.words import entitlements as words
from web.words.sheets import XLSX

bp = Blueprint("entitlement_lists", __name__, url_prefix="/entitlements/september")

MENU = (
    NavItem(
        "entitlement_lists.september",
        msg("求职补贴名单"),
        Permission.VIEW_ENTITLEMENTS,
        "aid",
        hint=msg("下年毕业的子女，毕业前要报上去"),
    ),
)

_YEARS = 2


def _asked() -> tuple[int, int | None, EntitlementAnswer | None, bool]:
    now = children.list_year(clock.today())
    year = request.values.get("year", type=int) or now
    if not now - _YEARS <= year <= now + _YEARS:
        year = now
    return (
        year,
        request.values.get("union", type=int),
        asked_member("answer", EntitlementAnswer),
        asked_tick("waiting"),
    )


@bp.get("")
@needs(Permission.VIEW_ENTITLEMENTS)
def september() -> ResponseReturnValue:
    """Show the list of a year; `?all=yes` shows it on one page, to print."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    year, union, answer, waiting = _asked()
    found = children.list_children(
        session, actor, year, union_id=union, answer=answer, waiting=waiting
    )
    whole = asked_tick("all")
    rows = found.rows if whole else found.rows[part.offset : part.offset + part.limit]
    return render_template(
        "entitlements/september.html",
        found=found,
        rows=rows,
        pager=page_of(part, len(found.rows)),
        figures=_figures(found, answer, waiting=waiting),
        unions=children.unions_of(session, actor, year),
        asked={"year": year, "union": union, "answer": answer, "waiting": waiting, "all": whole},
        years=[(one, gettext("%(year)s 届", year=one)) for one in range(year - 1, year + 2)],
        answers=[(one.value, label(one)) for one in EntitlementAnswer],
        may_export=may(actor, Permission.EXPORT_FILES),
        words=words,
    )


def _figures(
    found: ChildList, answer: EntitlementAnswer | None, *, waiting: bool
) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = [
        {
            "label": gettext("名单上"),
            "value": found.total,
            "address": with_query(answer=None, waiting=None, page=None),
            "current": answer is None and not waiting,
            "note": "",
        }
    ]
    shown += [
        {
            "label": label(one),
            "value": found.by_answer[one],
            "address": with_query(answer=one.value, waiting=None, page=None),
            "current": answer is one,
            "note": "",
        }
        for one in EntitlementAnswer
    ]
    shown.append(
        {
            "label": gettext("还没有人跟进"),
            "value": found.total - found.n_followed,
            "address": with_query(answer=None, waiting="yes", page=None),
            "current": waiting,
            "note": "",
        }
    )
    return shown


@bp.post("/sheet")
@needs(Permission.EXPORT_FILES)
@rate_limited("20/minute")
def sheet() -> ResponseReturnValue:
    """Give the list as a workbook, names masked as on the page; that it left is written into the trail."""
    actor = current_actor()
    year, union, answer, waiting = _asked()
    with reading_aside() as database:
        found = children.list_children(
            database, actor, year, union_id=union, answer=answer, waiting=waiting
        )
    made = BytesIO()
    title = gettext("%(year)s 届求职补贴名单", year=year)
    said = gettext("%(n)s 人，%(day)s 导出", n=len(found.rows), day=clock.today().isoformat())
    rows = [_cells(one) for one in found.rows]
    spec = SheetSpec(
        name=gettext("名单"), columns=_columns(), rows=rows, lines=[title, said], footer=said
    )
    write_sheet(made, [spec])
    made.seek(0)
    children.note_export(request_session(), actor, year, len(found.rows))
    name = f"list-{year}-{clock.today():%Y%m%d}.xlsx"
    return send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)


def _columns() -> list[Column]:
    return [
        Column(gettext("档案编号"), width=16),
        Column(gettext("姓名"), width=10),
        Column(gettext("所属工会"), width=24),
        Column(gettext("学校"), width=24),
        Column(gettext("毕业日期"), "date"),
        Column(gettext("最后一天"), "date"),
        Column(gettext("结论"), width=9),
        Column(gettext("要问的"), "wrapped", 40),
        Column(gettext("办到哪一步"), width=12),
    ]


def _cells(one: Child) -> list[Cell]:
    offered = one.offered
    return [
        one.file_number,
        mask_name(one.person.name),
        one.person.union_name,
        one.school or "",
        one.graduates_on,
        offered.answer.closes_on if offered else None,
        label(offered.answer.result) if offered else "",
        words.ask_names(one.asks),
        label(offered.application.state) if offered and offered.application else "",
    ]
