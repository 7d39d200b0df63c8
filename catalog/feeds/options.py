"""What a person says of a source that the source itself doesn't say."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class FeedOptions:
    """How to read a source.

    Args:
        format: the name of the format, as ``formats.registry`` lists them; None recognises it by the content.
        images: the folder below which photos are looked up by file name.
        media_base: the address below which photos lie that are named without one.
        web_photos: whether photos may be named by addresses, for somebody who downloads them.
        from_web: whether the source was downloaded: whoever wrote it may name no file of this machine.
        currency: the code of the currency of prices that name none.
        shop_url: the address of the shop, such as https://shop.example, for product pages that are named without it.
        now: the moment at which prices with dates are judged.
    """

    format: str | None = None
    images: Path | None = None
    currency: str | None = None
    shop_url: str | None = None
    media_base: str | None = None
    web_photos: bool = False
    from_web: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def page_address(self, path: str) -> str:
        """The address of a page of the shop, whose path may begin with a slash; empty where one of both is unknown."""
        return f"{self.shop_url.rstrip('/')}/{path.removeprefix('/')}" if self.shop_url and path else ""
