"""The HTML pages, one file an area; a page joins the product by one line in PAGES.

A page module has a blueprint `bp` and, if it stands in the menu, a tuple MENU of NavItem.
"""

from dataclasses import dataclass

from flask import Blueprint

from web.navigation import NavItem
from web.pages import account, accounts, home, jobs, sign_in


@dataclass(frozen=True)
class Page:
    """One area: its views and its entries in the menu."""

    blueprint: Blueprint
    menu: tuple[NavItem, ...] = ()


PAGES = (
    Page(sign_in.bp),
    Page(home.bp, home.MENU),
    Page(account.bp, account.MENU),
    Page(accounts.bp, accounts.MENU),
    Page(jobs.bp),
)
"""All areas, in the order their entries stand inside a section of the menu."""
