"""What an area of the product is to the application: its views and its entries in the menu."""

from dataclasses import dataclass

from flask import Blueprint

from web.navigation import NavItem


@dataclass(frozen=True)
class Page:
    """One area: its views and its entries in the menu."""

    blueprint: Blueprint
    menu: tuple[NavItem, ...] = ()
