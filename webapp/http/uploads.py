"""The photo that a request carries."""

from flask import Request

from webapp.errors import MissingPhotoError

FIELD = "photo"


def read_photo(request: Request) -> bytes:
    """The bytes of the photo that was sent. A form may have several file fields, of which the visitor used one.

    Raises:
        MissingPhotoError: no file was sent in the field ``photo``.
        RequestEntityTooLarge: Werkzeug's, when the request is over the limit.
    """
    for upload in request.files.getlist(FIELD):
        if upload.filename:
            with upload.stream:  # a large photo lies in a temporary file
                return upload.read()
    if FIELD in request.files:
        raise MissingPhotoError("No photo was chosen; choose one and send it again.")
    if request.form.get(FIELD):
        raise MissingPhotoError(f"{FIELD} came as text; send it as a file (multipart/form-data with a file name).")
    raise MissingPhotoError(f"The request has no photo; send one as multipart/form-data in a field named {FIELD!r}.")
