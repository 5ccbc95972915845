"""Who gets through to what in casework (谁能看、谁能办): audiences spelled out, role by place.

The row stands at `own`, in the caseload of `owner`. A place beside or elsewhere gets through to nobody's row; where an
audience has such places, the use case looks at rows of the caller's own part of the tree only, and a list that tells
of the row is named `list:` in the table. Written down by hand from the issue, compared with what the code does.
"""

from tests.support.casework_world import PLACES

_ALL = " ".join(PLACES)
_DOWN = "own above"
"""From the union of the row, and from above it."""

_SPELLED: dict[str, dict[str, str]] = {
    # Files: own caseload whole, supervisors and approvers their part of the tree, grass-roots officers the union.
    "whole_readers": {
        "caseworker": "owner", "drive_manager": _DOWN, "grassroots_officer": _DOWN, "approver": _DOWN,
    },
    "whole_editors": {"caseworker": "owner", "grassroots_officer": _DOWN},
    "line_readers": {
        "caseworker": f"owner {_DOWN}", "drive_manager": _DOWN, "grassroots_officer": _DOWN,
        "approver": _DOWN,
    },
    "line_editors": {"caseworker": f"owner {_DOWN}", "grassroots_officer": _DOWN},
    "owner": {"caseworker": "owner"},
    "keyers": {"caseworker": "owner", "grassroots_officer": _DOWN, "approver": _DOWN},
    "approvers": {"approver": _DOWN},
    "supervisors": {"drive_manager": _DOWN, "approver": _DOWN},
    # Cases and requests: the owner, and who supervises.
    "case_readers": {"caseworker": "owner", "drive_manager": _DOWN, "approver": _DOWN},
    "case_lines": {"caseworker": f"owner {_DOWN}", "drive_manager": _DOWN, "approver": _DOWN},
    "case_openers": {"caseworker": f"owner {_DOWN}"},
    "hand_over_sides": {"caseworker": "owner own", "drive_manager": _DOWN, "approver": _DOWN},
    "hand_over_receivers": {"caseworker": "owner own"},
    # Where the row goes to: the union asked to take it over, and above it.
    "transfer_takers": {"caseworker": "above sibling", "grassroots_officer": "above sibling"},
    "transfer_readers": {
        "caseworker": f"owner {_DOWN} sibling", "drive_manager": f"{_DOWN} sibling",
        "grassroots_officer": f"{_DOWN} sibling", "approver": f"{_DOWN} sibling",
    },
    # What is set for a union holds below it and is read there.
    "from_below_too": {
        "caseworker": f"owner {_DOWN} below", "drive_manager": f"{_DOWN} below",
        "grassroots_officer": f"{_DOWN} below", "approver": f"{_DOWN} below",
    },
    "administrators": {"administrator": _DOWN},
    "interest_readers": {"caseworker": "owner", "administrator": _DOWN},
    # Rights and secrecy.
    "officers": {"privacy_officer": _DOWN},
    "rights_readers": {"caseworker": "owner", "privacy_officer": _DOWN},
    "export_readers": {"caseworker": "owner", "approver": _DOWN, "privacy_officer": _DOWN},
    "export_deciders": {"approver": _DOWN, "privacy_officer": _DOWN},
    "disclosers": {
        "caseworker": f"owner {_DOWN}", "drive_manager": _DOWN, "grassroots_officer": _DOWN,
        "approver": _DOWN, "privacy_officer": _DOWN,
    },
    "self_holder": {"holder": "self"},
    # Who asks about or acts on the own part of the tree, wherever that is: the permission alone decides.
    "any_files": {
        "caseworker": f"owner {_ALL}", "drive_manager": _ALL, "grassroots_officer": _ALL,
        "approver": _ALL,
    },
    "any_file_editor": {"caseworker": f"owner {_ALL}", "grassroots_officer": _ALL},
    "any_chain": {"caseworker": f"owner {_ALL}", "grassroots_officer": _ALL, "approver": _ALL},
    "any_cases": {"caseworker": f"owner {_ALL}", "drive_manager": _ALL, "approver": _ALL},
    "any_caseworker": {"caseworker": f"owner {_ALL}"},
    "any_supervisor": {"drive_manager": _ALL, "approver": _ALL},
    "any_approver": {"approver": _ALL},
    "any_exporter": {"caseworker": f"owner {_ALL}", "drive_manager": _ALL},
    "any_helper": {"helper": _ALL},
    "any_holder": {"holder": "self stranger"},
    "any_person": {"graduate": "self stranger", "holder": "self stranger"},
    "any_rights": {"caseworker": f"owner {_ALL}", "privacy_officer": _ALL},
    # The made-up row is not in the state the act asks for: nobody gets through; the area tests who may.
    "row_not_ready": {},
}  # fmt: skip

UNION_ROLES = (
    "administrator", "drive_manager", "caseworker", "reviewer", "auditor", "fair_organiser",
    "grassroots_officer", "approver", "privacy_officer", "helper",
)  # fmt: skip

AUDIENCES: dict[str, frozenset[str]] = {
    name: frozenset(f"{role}@{place}" for role, places in who.items() for place in places.split())
    for name, who in _SPELLED.items()
}
"""Actors by name of the audience, as `World.actors` names them."""


def expected(audience: str, actors: set[str]) -> frozenset[str]:
    """Return who of the actors there are is to get through."""
    name = audience.removeprefix("list:")
    if name == "any_account":
        return frozenset(one for one in actors if one.split("@")[0] in UNION_ROLES)
    return AUDIENCES[name] & actors
