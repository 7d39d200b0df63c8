"""Gunicorn's log in our formats; imported only where gunicorn serves."""

import logging
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from webapp.http.request_log import JSON, TEXT, describe_request, fields, format_request, make_formatter


class ServerLog(Logger):
    """Gunicorn's own messages and the access log; ``log_format`` is set before gunicorn makes the object."""

    log_format = TEXT

    def setup(self, cfg: Any) -> None:
        """Set the handlers up as gunicorn does, and give them our formatters."""
        super().setup(cfg)
        self._set_formatter(self.error_log, make_formatter(self.log_format))
        plain = logging.Formatter("%(asctime)s %(message)s")
        self._set_formatter(self.access_log, make_formatter(JSON) if self.log_format == JSON else plain)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Write a line about a request that was answered."""
        if not self.cfg.accesslog:
            return
        status = str(resp.status).partition(" ")[0]
        described = describe_request(environ, status, getattr(resp, "sent", 0) or 0, request_time.total_seconds())
        self.access_log.info(format_request(described), extra=fields(described))

    @staticmethod
    def _set_formatter(log: logging.Logger, formatter: logging.Formatter) -> None:
        for handler in log.handlers:
            handler.setFormatter(formatter)
