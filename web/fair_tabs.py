"""The tabs of a fair's pages: each area adds the view that shows its part of a fair (招聘会的分页).

A tab stands only where its view exists and the role in use may open it. The view takes `public_id`, the public
number of the fair.
"""

from typing import Any

from matcher.services.permissions import Permission, may
from web.addresses import address_of
from web.auth import current_actor
from web.i18n import msg, translated

TABS: tuple[tuple[str, str, Permission], ...] = (
    ("fairs.show", msg("总览"), Permission.VIEW_FAIRS),
    ("fair_permits.show", msg("报批和方案"), Permission.MANAGE_FAIRS),
    ("fair_sessions.show", msg("场次"), Permission.MANAGE_FAIRS),
    ("fair_employers.index", msg("参会单位"), Permission.MANAGE_FAIRS),
    ("fair_plan.show", msg("展位图"), Permission.MANAGE_FAIRS),
    ("fair_guests.index", msg("邀请和报名"), Permission.MANAGE_FAIRS),
    ("fair_prepare.index", msg("我联系的人"), Permission.PREPARE_VISITORS),
    ("fair_door.show", msg("入场"), Permission.MANAGE_FAIRS),
    ("fair_live.show", msg("现场"), Permission.VIEW_FAIRS),
    ("fair_report.show", msg("会后"), Permission.VIEW_FAIRS),
    ("fair_paper.show", msg("纸质办理"), Permission.MANAGE_FAIRS),
)
"""Endpoint, words, permission; each area names its own, in the order they should stand."""


def tabs_of(public_id: str, current: str) -> list[dict[str, Any]]:
    """Return the tabs the role in use sees, the current one marked.

    Parameters
    ----------
    current : endpoint of the tab to mark; a page inside an area names its area's tab
    """
    actor = current_actor()
    found = []
    for endpoint, words, permission in TABS:
        address = address_of(endpoint, public_id=public_id)
        if address and may(actor, permission):
            found.append(
                {"label": translated(words), "address": address, "current": endpoint == current}
            )
    return found


def around(public_id: str, current: str) -> dict[str, Any]:
    """Return what another area's page of a fair needs: the tabs, and where the fair's home is."""
    home = address_of("fairs.show", public_id=public_id) or f"/fairs/{public_id}"
    return {"tabs": tabs_of(public_id, current), "fair_address": home}
