"""The menu: what each role can go to, in one place for side list, foot bar and home page."""

from dataclasses import dataclass

from flask import Flask, request, url_for

from matcher.kinds import Role
from matcher.services.permissions import Permission, may
from web.auth import signed_in
from web.i18n import msg, translated

SECTIONS = {
    "today": msg("今天"),
    "care": msg("帮扶"),
    "aid": msg("政策和资助"),
    "drive": msg("活动"),
    "fairs": msg("招聘会"),
    "people": msg("名册"),
    "report": msg("上报"),
    "rights": msg("个人信息"),
    "own": msg("我的"),
    "system": msg("系统"),
}
"""Sections of the side list, in order, with their headings."""

MENU = "yangguang.menu"
_FOOT_ENTRIES = 4


@dataclass(frozen=True)
class NavItem:
    """One entry of the menu.

    Parameters
    ----------
    endpoint : view to open; it takes no arguments
    label, hint : marked Chinese words; the hint says on the home page what one does there
    permission : None for every signed-in account
    section : key of SECTIONS
    roles : further narrowing, empty for all
    icon : name of a symbol of `_parts/icons.html`; entries with one may stand in the foot bar
    first_for : roles whose daily work it is: it stands right behind the home page in their foot bar
    parts : how the names of the blueprints begin that hold further pages of this entry, empty for none
    """

    endpoint: str
    label: str
    permission: Permission | None
    section: str
    hint: str = ""
    roles: tuple[Role, ...] = ()
    icon: str = ""
    first_for: tuple[Role, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownItem:
    """An entry as a template writes it."""

    label: str
    hint: str
    address: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class ShownSection:
    """A section as a template writes it."""

    label: str
    items: tuple[ShownItem, ...]


def _shown(item: NavItem) -> ShownItem:
    blueprint = (request.endpoint or "").split(".")[0]
    here = blueprint == item.endpoint.split(".")[0] or blueprint.startswith(item.parts)
    exact = request.endpoint == item.endpoint
    return ShownItem(
        label=translated(item.label),
        hint=translated(item.hint) if item.hint else "",
        address=url_for(item.endpoint),
        icon=item.icon,
        is_current=exact or (here and item.endpoint.endswith((".index", ".home"))),
    )


def _allowed(item: NavItem) -> bool:
    who = signed_in()
    if who is None or (item.roles and who.actor.role not in item.roles):
        return False
    return item.permission is None or may(who.actor, item.permission)


class Menu:
    """All entries of the application."""

    def __init__(self, items: tuple[NavItem, ...]) -> None:
        self.items = items

    def sections(self) -> list[ShownSection]:
        """Return the sections the present role sees."""
        found = []
        for key, heading in SECTIONS.items():
            items = tuple(_shown(i) for i in self.items if i.section == key and _allowed(i))
            if items:
                found.append(ShownSection(translated(heading), items))
        return found

    def foot(self) -> list[ShownItem]:
        """Return the entries of the foot bar: the first four with an icon, the role's daily work before others."""
        who = signed_in()
        found = [
            i for key in SECTIONS for i in self.items if i.section == key and i.icon and _allowed(i)
        ]
        if who is not None:
            found.sort(key=lambda i: (i.section != "today", who.actor.role not in i.first_for))
        return [_shown(i) for i in found[:_FOOT_ENTRIES]]


def install(app: Flask, items: tuple[NavItem, ...]) -> None:
    """Give the menu to the templates; every entry's view must exist."""
    missing = [item.endpoint for item in items if item.endpoint not in app.view_functions]
    if missing:
        raise LookupError(f"menu entries without a view: {missing}")
    menu = Menu(items)
    app.extensions[MENU] = menu
    app.jinja_env.globals["menu"] = menu
