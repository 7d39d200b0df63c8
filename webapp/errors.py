"""Everything that the web app itself can refuse, as one tree.

WebappError
├── BadParameterError       a parameter whose value can't be used; the message names it
├── MissingPhotoError       a search without a photo
├── MissingPageError        nothing lives at this address
│   ├── UnknownCategoryError    the catalogue has no such category
│   └── PhotoExpiredError       a shopper's photo that is no longer kept, or never was
├── StudioError             the studio says no
│   ├── StudioOffError          nobody has an account
│   ├── SignedOutError          the session has ended, or never began
│   └── ForbiddenError          the account's role doesn't allow it
└── ServerStartError        the server can't listen where it was told to

What the search and the catalogue refuse comes from their own trees; ``webapp.http.error_responses`` maps all three to
HTTP.
"""


class WebappError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class BadParameterError(WebappError):
    """A request parameter with an impossible value: what came, what was needed."""


class MissingPhotoError(WebappError):
    """A photo search whose request carries no photo."""


class MissingPageError(WebappError):
    """An address that once made sense, or never did."""


class UnknownCategoryError(MissingPageError):
    """A category page for a category that has no products."""


class PhotoExpiredError(MissingPageError):
    """An answer whose photo is no longer kept: its time is up, or the token is none of ours."""


class StudioError(WebappError):
    """Something that the studio doesn't let happen."""


class StudioOffError(StudioError):
    """The studio before its first account."""


class SignedOutError(StudioError):
    """A change, or a part of a page, asked for without a session."""


class ForbiddenError(StudioError):
    """An account whose role is too small for what it asked."""


class ServerStartError(WebappError):
    """The address or port can't be had; the message says what to try instead."""
