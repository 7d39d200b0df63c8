"""What most of an app's making takes, done once for the apps of all tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache, partial
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from webapp.http import assets


class CompiledTemplates(BytecodeCache):
    """Templates as they were compiled for an earlier test's app; each app would compile them anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])  # unless the template has changed since

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


@contextmanager
def compiled_once() -> Iterator[None]:
    """Until the block ends, all apps share templates, style sheets, scripts, and what Werkzeug makes of a route."""
    routes: dict[tuple[object, ...], dict[str, Any]] = {}
    compile_route = Rule.compile

    def recall(rule: Rule) -> None:
        converters = frozenset(rule.map.converters.items())
        key = (rule.rule, rule.host, rule.subdomain, repr(rule.defaults), rule.merge_slashes, converters)
        if key not in routes:
            compile_route(rule)
            routes[key] = {name: getattr(rule, name) for name in ("_parts", "_trace", "_converters", "arguments")}
            routes[key] |= {name: getattr(rule, name).__func__ for name in ("_build", "_build_unknown")}
            return
        for name, value in routes[key].items():
            setattr(rule, name, value.__get__(rule) if name.startswith("_build") else copy(value))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", partial(Flask.jinja_environment, bytecode_cache=CompiledTemplates()))
        patch.setattr(Rule, "compile", recall)
        patch.setattr(assets, "read_assets", cache(assets.read_assets))
        yield
