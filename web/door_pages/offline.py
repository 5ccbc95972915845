"""What a scanner needs for working without network (断网验票): its worker, the signed list, and bringing home.

The worker keeps the scan page and its files in the browser, so that the page opens again without network; the list says
which tickets are good; what was scanned meanwhile is sent later, as often as needed. All of it is JSON for `door-*.js`.
"""

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import YangguangError
from matcher.services.doors.devices import Scanner
from matcher.services.doors.offline import SignedList, take_along
from matcher.services.doors.reconciling import Reconciled, bring_home
from matcher.services.doors.signing import public_key
from web.door_pages import door
from web.door_pages.scans import at_the_door
from web.faces import STATIC, asset
from web.i18n import gettext
from web.marks import public
from web.schemas.door_offline import ListForm, SyncForm
from web.session import factory
from web.words.door_offline_words import offline_words

bp = Blueprint("door_offline", __name__, url_prefix="/door")
bp.enable_openapi = False  # type: ignore[attr-defined] # APIFlask asks it of blueprints with hooks

SCRIPTS = ("camera.js", "door-store.js", "door-rules.js", "door-network.js", "door.js")
"""In the order in which they build on one another."""

_KEPT = (
    "site.css",
    "more.css",
    "outer.css",
    "door.css",
    "icon.svg",
    "vendor/htmx.min.js",
    "site.js",
    "vendor/barcode-detector.js",
    "vendor/zxing_reader.wasm",
    *SCRIPTS,
)
"""What the worker keeps beside the page itself."""


@bp.before_request
def _nobody() -> None:
    """Forget who is signed in: the scanner's token says who asks."""
    g.signed_in = None


bp.register_error_handler(YangguangError, door.said)


@door.bp.context_processor
def _on_the_page() -> dict[str, Any]:
    """Give the scan page its scripts, the words for answers without network, and the key that checks the list."""
    ring = factory().kw["info"]["ring"]
    return {
        "door_scripts": SCRIPTS,
        "door_facts": {"key": public_key(ring.signing_key), "words": offline_words()},
    }


@bp.get("/worker.js")
@public
def worker() -> ResponseReturnValue:
    """Give the worker, with the addresses of the files it keeps; a changed file makes another worker."""
    program = (STATIC / "door-worker.js").read_text(encoding="utf-8")
    files = [asset(one) for one in _KEPT]
    name = hashlib.sha256("".join((program, *files)).encode()).hexdigest()[:12]
    facts = json.dumps({"name": f"door-{name}", "page": url_for("door.show"), "files": files})
    text = f"const KEPT = {facts};\n{program}"
    return Response(text, mimetype="text/javascript")


@bp.post("/list")
@public
def take_list() -> ResponseReturnValue:
    """Give the signed list of today, with lent places."""
    try:
        wish = ListForm.model_validate(request.get_json(silent=True) or {})
    except ValidationError:
        return _unreadable()
    made: SignedList = at_the_door(
        lambda session, scanner: take_along(session, scanner, closed=frozenset(wish.closed))
    )
    return jsonify({"payload": made.payload, "signature": made.signature})


@bp.post("/sync")
@public
def sync() -> ResponseReturnValue:
    """Write down what was scanned without network; every scan sent is answered."""
    try:
        wish = SyncForm.model_validate(request.get_json(silent=True) or {})
    except ValidationError:
        return _unreadable()
    scans = [one.brought() for one in wish.scans]

    def work(session: Session, scanner: Scanner) -> Reconciled:
        return bring_home(session, scanner, scans)

    made = at_the_door(work)
    return jsonify(
        {
            "outcomes": {number: kind.value for number, kind in made.outcomes.items()},
            "n_conflicts": made.n_conflicts,
            "now": int(clock.now().timestamp() * 1000),
        }
    )


def _unreadable() -> ResponseReturnValue:
    words = gettext("这台终端发来的内容读不懂，请刷新页面；没有补传的扫描还留在终端里。")
    return make_response({"code": "door_unreadable", "words": words}, 422)
