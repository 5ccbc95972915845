"""The signature on what a scanner takes along (名单签名): ECDSA on P-256, which every browser can check by itself.

The private number is made from the ring's signing key, so that there is no second secret to keep; the public one stands
on the scan page, which came over the same safe way as the pairing.
"""

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""
_SIZE = 32


def _private(signing_key: bytes) -> ec.EllipticCurvePrivateKey:
    digest = hmac.new(signing_key, b"yangguang door list", hashlib.sha512).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


def signature_of(signing_key: bytes, content: bytes) -> str:
    """Return the signature as browsers want it: both numbers of 32 bytes, in base 64."""
    made = _private(signing_key).sign(content, ec.ECDSA(hashes.SHA256()))
    pair = decode_dss_signature(made)
    return base64.b64encode(b"".join(one.to_bytes(_SIZE, "big") for one in pair)).decode()


def public_key(signing_key: bytes) -> dict[str, str]:
    """Return the key that checks signatures, as a JSON Web Key."""
    numbers = _private(signing_key).public_key().public_numbers()
    x, y = (_plain(one.to_bytes(_SIZE, "big")) for one in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
