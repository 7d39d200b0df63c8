"""A listener beside the visitor: whatever the browser complains of while a test looks at pages."""

import re
from collections.abc import Iterator

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

LISTEN_ON_MILLISECONDS = 30  # for complaints that are still on their way

# Pages dissolve into each other by a rule of the style sheet, no script of ours. Chromium tells of a dissolve that it
# left out, for a bare picture, a page that was left in haste or a busy machine, as if a script had died.
_LEFT_OUT = re.compile(r"Transition was skipped|ViewTransition opt-in disabled")


class Watch:
    """Errors on the console (broken security policy included), scripts that died, and requests to us that failed."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._context = context
        self._origin = origin
        self._troubles: list[str] = []
        self._expected: list[str] = []
        self._allowed: list[str] = []
        context.on("console", self._read_console)
        context.on("weberror", self._note_script_error)
        context.on("requestfailed", self._note_failure)
        context.on("response", self._note_refusal)

    def expect(self, pattern: str) -> None:
        """Take a complaint as what the test is about; it then has to come."""
        self._expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """Take a complaint as harmless, whether or not it comes."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """What nobody reckoned with, and what was reckoned with and didn't come."""
        for page in self._context.pages:
            page.wait_for_timeout(LISTEN_ON_MILLISECONDS)
        return [*self._surprises(), *self._disappointments()]

    def _surprises(self) -> Iterator[str]:
        for trouble in self._troubles:
            if not any(re.search(pattern, trouble) for pattern in (*self._expected, *self._allowed)):
                yield trouble

    def _disappointments(self) -> Iterator[str]:
        for pattern in self._expected:
            if not any(re.search(pattern, trouble) for trouble in self._troubles):
                yield f"expected, but it never came: {pattern}"

    def _read_console(self, message: ConsoleMessage) -> None:
        # Chromium repeats failed requests here; they are noted with their addresses below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._troubles.append(f"console: {message.text}")

    def _note_script_error(self, error: WebError) -> None:
        if not _LEFT_OUT.search(str(error.error)):
            self._troubles.append(f"script: {error.error}")

    def _note_failure(self, request: Request) -> None:
        # Leaving a page stops what it was still loading; that is no failure.
        if request.url.startswith(self._origin) and request.failure != "net::ERR_ABORTED":
            self._troubles.append(f"{request.failure} {request.method} {request.url.removeprefix(self._origin)}")

    def _note_refusal(self, response: Response) -> None:
        if response.url.startswith(self._origin) and response.status >= 400:
            path = response.url.removeprefix(self._origin)
            self._troubles.append(f"{response.status} {response.request.method} {path}")


def watch_of(page: Page) -> Watch:
    """What listens to a window that ``open_window`` has opened."""
    watch: Watch = vars(page)["watch"]
    return watch
