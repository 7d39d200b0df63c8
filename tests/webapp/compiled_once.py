"""What most of an app's making takes, done once for the apps of all tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

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
    """Until the block ends, all apps share templates, style sheets, scripts, and what Werkzeug writes a route."""
    builders: dict[tuple[str, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def recall(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, *map(repr, (rule.host, rule.subdomain, rule.defaults, rule._trace, append_unknown)))
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", partial(Flask.jinja_environment, bytecode_cache=CompiledTemplates()))
        patch.setattr(Rule, "_compile_builder", recall)
        patch.setattr(assets, "read_assets", cache(assets.read_assets))
        yield
