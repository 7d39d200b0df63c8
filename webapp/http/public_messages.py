"""Error messages as the public may read them: without the places of the shop's files and databases.

A message names the file that is at fault, because whoever runs the shop has to find it. Visitors and programs on the
network get the file's name alone; the studio shows the whole message to those who are signed in.
"""

import re
from pathlib import Path

from flask import current_app

from search.settings import PRETRAINED_BUNDLE

PRIVATE_FOLDERS = "PRIVATE_FOLDERS"  # the app's setting: the folders that it works with

# An absolute path, which begins where no word, address or relative path goes on; a name in it has no spaces.
_PATH = re.compile(r"(?<![\w./:~-])/(?!api/|studio/)(?:[^\s/'\"`<>|,;:()]+/)+([^\s/'\"`<>|,;:()]*)")

# The address of a database, with its user and host.
_DATABASE = re.compile(r"\b(?!https?:)[a-z][a-z0-9+.-]*://\S+")


def without_paths(message: str) -> str:
    """The message with the last name of each path on this machine in the path's place, and without databases' URLs."""
    known = {*current_app.config[PRIVATE_FOLDERS], PRETRAINED_BUNDLE, Path.cwd(), Path.home()}
    for folder in sorted(map(str, known), key=len, reverse=True):  # these may have spaces in their names
        if folder != "/":
            message = message.replace(f"{folder}/", "").replace(folder, Path(folder).name)
    message = _DATABASE.sub("…", message)
    return _PATH.sub(lambda found: found.group(1) or "…", message)
