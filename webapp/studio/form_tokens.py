"""The token that each form of the studio carries, so that no other site can send the form.

Flask-WTF makes and checks the token. In the page it is masked with random bytes that are other ones in every answer.
The studio's pages are compressed and repeat what an address says, and the BREACH attack reads a secret that stays the
same out of the sizes of many such answers.

Source: Y. Gluck, N. Harris, A. Prado, "BREACH: Reviving the CRIME Attack" (2013), section 3.4, "Masking Secrets".
"""

import base64
import binascii
import secrets

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

_FIELD = "csrf_token"  # Flask-WTF's name for it
_LONGEST = 1000  # characters; a masked token has about 250


class MaskedCSRFProtect(CSRFProtect):
    """Flask-WTF's check, for tokens that are masked."""

    def _get_csrf_token(self) -> str | None:
        sent = super()._get_csrf_token()
        return None if sent is None else unmask(sent)


_protection = MaskedCSRFProtect()


def init_app(app: Flask) -> None:
    """Check the tokens of the studio's forms. The shop's forms need none, since the shop has no session to abuse."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    _protection.init_app(app)
    app.jinja_env.globals["csrf_token"] = form_token  # in place of Flask-WTF's own, which isn't masked


def check_token() -> None:
    """Check the token of the request's form; raises CSRFError if it is missing or isn't this session's."""
    _protection.protect()


def csrf_field() -> Markup:
    """The hidden field that each form of the studio needs to be accepted."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(_FIELD, form_token())


def form_token() -> str:
    """The session's token, masked anew in each answer; all forms of one page carry the same."""
    if "masked_token" not in g:
        g.masked_token = mask(generate_csrf())
    masked: str = g.masked_token
    return masked


def mask(token: str) -> str:
    """The token as it stands in a page: random bytes, and the token's bytes combined with them."""
    content = token.encode("ascii")
    pad = secrets.token_bytes(len(content))
    return base64.urlsafe_b64encode(pad + _combine(content, pad)).decode("ascii")


def unmask(masked: str) -> str | None:
    """The token that ``mask`` was given; None for a text that ``mask`` never returned."""
    if len(masked) > _LONGEST:
        return None
    try:
        both = base64.b64decode(masked.encode("ascii"), altchars=b"-_", validate=True)
        half = len(both) // 2
        return _combine(both[half:], both[:half]).decode("ascii") or None
    except (ValueError, binascii.Error):  # not ASCII, no Base64, or of an odd length
        return None


def _combine(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
