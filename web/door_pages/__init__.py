"""The door in the browser (入场核验): pages and answers for scanners, which hold a token and no account."""

from web.areas import Page
from web.door_pages import door, offline, pairing, walk_ins

DOOR_BLUEPRINTS = (door.bp, offline.bp, pairing.bp, walk_ins.bp)
"""They hold their own token in a cookie no other site can send; pairing checks the form's token itself."""

DOOR_PAGES = tuple(Page(blueprint) for blueprint in DOOR_BLUEPRINTS)
