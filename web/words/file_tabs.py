"""The tabs of a file's page: each area adds the view that shows its part of a file (一户一档的分页).

A tab stands only where its view exists and the role in use may open it. The view takes `household_id`, the public
number of the file.
"""

from typing import Any

from matcher.services.permissions import Permission, may
from web.addresses import address_of
from web.auth import current_actor
from web.i18n import msg, translated

TABS: tuple[tuple[str, str, Permission], ...] = (
    ("files.show", msg("档案"), Permission.VIEW_FILES),
    ("assessments.show", msg("测算"), Permission.VIEW_FILES),
    ("file_approval.show", msg("审批"), Permission.VIEW_FILES),
    ("household_cases.index", msg("个案"), Permission.VIEW_CASES),
    ("exits.show", msg("退出和回访"), Permission.VIEW_FILES),
    ("cooperation.ask_form", msg("异地协作"), Permission.EDIT_CASES),
    ("file_transfers.ask_form", msg("转移"), Permission.EDIT_FILES),
    ("file_merges.choose", msg("合并"), Permission.EDIT_FILES),
    ("notes.of_file", msg("备注"), Permission.VIEW_FILES),
    ("files.history", msg("变更记录"), Permission.VIEW_FILES),
)
"""Endpoint, words, permission; other areas add theirs in the order they should stand."""


def tabs_of(household_id: str, current: str) -> list[dict[str, Any]]:
    """Return the tabs the role in use sees, the current one marked."""
    actor = current_actor()
    found = []
    for endpoint, words, permission in TABS:
        address = address_of(endpoint, household_id=household_id)
        if address and may(actor, permission):
            found.append(
                {"label": translated(words), "address": address, "current": endpoint == current}
            )
    return found


def around(household_id: str, current: str) -> dict[str, Any]:
    """Return what another area's page of a file needs: the tabs, and where the file itself is."""
    home = address_of("files.show", household_id=household_id) or f"/files/{household_id}"
    return {"tabs": tabs_of(household_id, current), "file_address": home}
