"""The address of the page that is being answered, with some parameters changed."""

from urllib.parse import urlencode

from flask import request, url_for


def change_address(**changes: object) -> str:
    """The address of this page with the parameters that it came with, and some of them changed.

    The parameters come from the visitor, so none of them reaches ``url_for``, which has parameters of its own
    (``_scheme``, ``_external``) and takes ``endpoint`` as an argument.

    Args:
        changes: parameter -> value; None removes the parameter.

    Raises:
        ValueError: the request was answered by no route, so there is no page.
    """
    if request.endpoint is None:
        raise ValueError("no route answers this address")
    parameters = request.args.to_dict(flat=False)
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = [str(value)]
    path = url_for(request.endpoint, **(request.view_args or {}))
    return f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path
