"""Every error that the web app itself raises on purpose, as one tree.

WebappError
├── BadParameterError       a parameter whose value can't be used; the message names the parameter
├── AddressTooLongError     an address with more characters than any page or search writes
├── MissingPhotoError       a search without a photo
├── TooManySearchesError    one visitor searches too often at once
├── TooManyRequestsError    a program asks more often than its key may
├── IdempotencyError        an idempotency key that can't be used
│   ├── IdempotencyMismatchError    it was used for another request
│   └── IdempotencyBusyError        the first request is still being answered
├── ShopBusyError           too many visitors search at once
├── ApiKeyError             a request without the key that it needs
│   └── ScopeError              the key's scopes don't allow it
├── MissingPageError        nothing lives at this address
│   ├── UnknownCategoryError    the catalogue has no such category
│   └── PhotoExpiredError       a shopper's photo that is no longer kept, or never was
├── StudioError             the studio says no
│   ├── StudioOffError          nobody has an account
│   ├── SignedOutError          the session has ended, or never began
│   └── ForbiddenError          the account's role doesn't allow it
└── ServerStartError        the server can't listen where it was told to

The search and the catalogue raise errors of their own trees; ``webapp.http.error_responses`` maps all three to HTTP.
"""


class WebappError(Exception):
    """The root: catch it to catch every error that this package raises on purpose."""


class BadParameterError(WebappError):
    """A request parameter with an impossible value; the message says what came and what was needed."""


class AddressTooLongError(WebappError):
    """An address that is longer than any that the shop writes or reads."""


class MissingPhotoError(WebappError):
    """A photo search whose request carries no photo."""


class TooManySearchesError(WebappError):
    """A visitor's search while as many of this visitor's are being answered as may be."""


class TooManyRequestsError(WebappError):
    """A request beyond the number that its caller may make in a minute; ``retry_seconds`` until the next one."""

    def __init__(self, message: str, retry_seconds: int) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds


class IdempotencyError(WebappError):
    """A request whose idempotency key can't be used."""


class IdempotencyMismatchError(IdempotencyError):
    """An idempotency key that was used for a request with other contents."""


class IdempotencyBusyError(IdempotencyError):
    """An idempotency key whose first request is still being answered."""


class ShopBusyError(WebappError):
    """A search or a scaled photo, while as many are being answered or made as a process can."""


class ApiKeyError(WebappError):
    """A request of a program that carries no key in force."""


class ScopeError(ApiKeyError):
    """A request of a program whose key is for something else."""


class MissingPageError(WebappError):
    """An address at which there is no page, or no longer one."""


class UnknownCategoryError(MissingPageError):
    """The address of a category that has no products."""


class PhotoExpiredError(MissingPageError):
    """The address of results whose photo is no longer kept, or never was."""


class StudioError(WebappError):
    """Something that the studio doesn't allow."""


class StudioOffError(StudioError):
    """The studio is off, as nobody has an account yet."""


class SignedOutError(StudioError):
    """A change, or a part of a page, was requested without a session."""


class ForbiddenError(StudioError):
    """The account's role doesn't allow what was requested."""


class ServerStartError(WebappError):
    """The server can't listen on the address or port; the message says what to try instead."""
