"""The settings of downloads: what may be reached besides the public web, and who the shop is to its servers."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.errors import SettingError
from search.settings import home_dir

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

DEFAULT_PER_HOST = 4
MAX_PER_HOST = 32
_PRIVATE, _SECRETS, _PER_HOST = "VITRINA_DOWNLOAD_PRIVATE", "VITRINA_DOWNLOAD_SECRETS", "VITRINA_DOWNLOADS_PER_HOST"
_KEYS = {"user", "password", "headers", "plain_http"}


@dataclass(frozen=True)
class HostSecrets:
    """What is sent to one host and to no other."""

    user: str = ""
    password: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    plain_http: bool = False  # whether it is sent unencrypted as well


@dataclass(frozen=True)
class DownloadSettings:
    """How this shop downloads.

    Args:
        private: networks that may be reached although they aren't part of the public web.
        secrets: host, or host:port -> what is sent to it.
        per_host: how many requests one host gets at the same time.
    """

    private: tuple[Network, ...] = ()
    secrets: Mapping[str, HostSecrets] = field(default_factory=dict)
    per_host: int = DEFAULT_PER_HOST

    @classmethod
    def read(cls) -> "DownloadSettings":
        """The settings of the environment.

        Raises:
            SettingError: one of them has a value that can't be used.
        """
        return cls(_read_networks(), _read_secrets(), _read_per_host())

    def secrets_for(self, scheme: str, host: str, port: int) -> HostSecrets:
        """What may be sent to a host by this scheme."""
        found = self.secrets.get(f"{host}:{port}") or self.secrets.get(host) or HostSecrets()
        return found if scheme == "https" or found.plain_http else HostSecrets()


def web_photos_dir() -> Path:
    """The directory of downloaded photos."""
    return home_dir() / "web-photos"


def web_feeds_dir() -> Path:
    """The directory of downloaded feeds."""
    return home_dir() / "web-feeds"


def _read_networks() -> tuple[Network, ...]:
    configured = os.environ.get("VITRINA_DOWNLOAD_PRIVATE", "")
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in configured.split(",") if one.strip())
    except ValueError as error:
        raise SettingError(
            f"{_PRIVATE} is {configured!r}; it takes addresses and networks, such as 10.0.3.7,192.168.4.0/24 ({error})."
        ) from error


def _read_per_host() -> int:
    configured = os.environ.get("VITRINA_DOWNLOADS_PER_HOST", "").strip()
    if not configured:
        return DEFAULT_PER_HOST
    if not (configured.isascii() and configured.isdigit()) or not 1 <= int(configured) <= MAX_PER_HOST:
        raise SettingError(f"{_PER_HOST} is {configured!r}; it takes a whole number from 1 to {MAX_PER_HOST}.")
    return int(configured)


def _read_secrets() -> dict[str, HostSecrets]:
    configured = os.environ.get("VITRINA_DOWNLOAD_SECRETS", "").strip()
    if not configured:
        return {}
    try:
        with Path(configured).open("rb") as file:
            found = tomllib.load(file)
    except OSError as error:
        raise SettingError(f"{_SECRETS} names {configured}, which can't be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{_SECRETS} names {configured}, which is no TOML: {error}.") from error
    return {host.lower(): _read_host(configured, host, values) for host, values in found.items()}


def _read_host(file: str, host: str, values: Any) -> HostSecrets:
    """The secrets of one host; an error names no value, since it may end in a log."""
    if not isinstance(values, dict) or not values.keys() <= _KEYS:
        raise SettingError(f'{file}: ["{host}"] takes {", ".join(sorted(_KEYS))}.')
    headers = values.get("headers", {})
    texts = [values.get("user", ""), values.get("password", "")]
    if not isinstance(headers, dict) or not all(isinstance(one, str) for one in (*texts, *headers.values())):
        raise SettingError(f'{file}: ["{host}"] has a value that is no text; write it in quotes.')
    if any("\n" in one or "\r" in one for one in (*headers, *headers.values())):
        raise SettingError(f'{file}: ["{host}"] has a header with a line break.')
    return HostSecrets(texts[0], texts[1], headers, plain_http=values.get("plain_http") is True)
