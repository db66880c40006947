"""Everything that a page should never do, noted while a test drives it.

watch = await watched(page, gateway.url)
...
assert watch.complaints == []
"""

import asyncio
import re

from playwright.async_api import ConsoleMessage, Dialog, Error, Page, Request

__all__ = ["Watch", "watched"]

# Reported by the page itself, so that what Chromium words as "Refused to ..." is also found by its directive.
_REPORT_POLICY = """
document.addEventListener("securitypolicyviolation", event => {
    console.error(`policy: ${event.effectiveDirective} forbids ${event.blockedURI}`);
});
"""


class Watch:
    """Notes console errors and warnings, uncaught errors, dialogs, policy violations and requests to elsewhere.

    Elsewhere is what is not in `origins`; a test with a gateway of its own adds that. What fits a pattern in `expected`
    is not noted, for tests that break something which goes on complaining.
    """

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origins = {origin}
        self.expected: set[str] = set()
        self.complaints: list[str] = []
        self._noted = asyncio.Event()
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    async def provoked(self, pattern: str, limit: float = 10.0) -> list[str]:
        """Wait for a complaint in which `pattern` is found, and forgive all such: the test provoked them."""
        async with asyncio.timeout(limit):
            while not (found := [complaint for complaint in self.complaints if re.search(pattern, complaint)]):
                self._noted.clear()
                await self._noted.wait()
        self.complaints[:] = [complaint for complaint in self.complaints if complaint not in found]
        return found

    def _note(self, complaint: str) -> None:
        if not any(re.search(pattern, complaint) for pattern in self.expected):
            self.complaints.append(complaint)
            self._noted.set()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self._note(f"console {message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self._note(f"uncaught: {error}")

    async def _dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", *(f"{origin}/" for origin in self.origins))):
            self._note(f"request to elsewhere: {request.url}")


async def watched(page: Page, origin: str) -> Watch:
    """Watch a page that has not gone anywhere yet."""
    await page.add_init_script(_REPORT_POLICY)
    return Watch(page, origin)
