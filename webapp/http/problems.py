"""Errors as problem details (RFC 9457), which version 1 of the API answers with."""

from http import HTTPStatus

from flask import Response, current_app, request

from webapp.http.public_messages import without_paths

PROBLEM_PATHS = "/api/v1/"
MEDIA_TYPE = "application/problem+json"


def describe_problem(status: int, code: str, message: str) -> Response:
    """The problem as a response: what kind it is, its code, and what to do about it."""
    problem = {
        "type": f"/api/v1/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": without_paths(message),
        "code": code,
        "instance": request.path,
    }
    response = Response(current_app.json.dumps(problem), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
