"""What a declaration's values come from beside our own code, read from the sources without running them.

A definition is what stands at the top level of a module of ``analytics``; it depends on the definitions that
it names, and so on. What is told apart: Python's tables of Unicode, and each package that is imported. What
is reached by a name in a string alone, such as a transformation, is not followed.
"""

import ast
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
BY_UNICODE = {
    *("isalnum", "isalpha", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable"),
    *("isspace", "istitle", "isupper", "capitalize", "casefold", "lower", "splitlines", "swapcase", "title"),
    "upper",
}
"""Methods of text that look into Python's tables of Unicode."""
BY_ADDRESSES = {"is_global", "is_link_local", "is_multicast", "is_private", "is_reserved"}
"""What Python's ``ipaddress`` answers otherwise in another release."""
SAME = {"numpy", "numba", "polars", "xxhash", "indexes"}
"""Packages whose answers are the same in every release."""


@cache
def _module(name):
    """Top-level definitions of a module, name -> nodes; and what its imports bind, name -> (module, name)."""
    path = ROOT / Path(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found, bound = {}, {}
    for node in ast.parse(path.read_text()).body:
        bound |= _bound(node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        found.setdefault(part.id, []).append(node)
    return found, bound


def _bound(node):
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.partition(".")[0]: (alias.name, None) for alias in node.names}
    return {}


def _is_analytics(name):
    path = ROOT / Path(*name.split("."))
    return name.startswith("analytics") and (path.is_dir() or path.with_suffix(".py").is_file())


def _outside(module, name):
    """What is used of a module that is not ours: nothing, Python's Unicode, or a package."""
    package = module.partition(".")[0]
    if package == "unicodedata":
        return set() if name == "unidata_version" else {"unicode"}
    return set() if package in sys.stdlib_module_names or package in SAME else {package}


def _has_classes(call):
    r"""Whether a regular expression of text in a call asks for ``\w``, ``\d`` or ``\s``."""
    flagged = any(isinstance(part, ast.Attribute) and part.attr in ("ASCII", "A") for part in ast.walk(call))
    texts = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)]
    return not flagged and any(
        isinstance(text, str) and any(f"\\{mark}" in text for mark in "wWdDsSbB") for text in texts
    )


def _asked(call):
    """What a call uses by a regular expression, or imports by a name in a string."""
    function = ast.unparse(call.func)
    if function.startswith("re.") and _has_classes(call):
        return {"unicode"}
    if function.endswith(("find_spec", "import_module")):
        said = [part.value for part in call.args if isinstance(part, ast.Constant)]
        return set().union(*(_outside(name, None) for name in said))
    return set()


@cache
def _direct(module, name):
    """What a definition uses that is not ours, and the definitions that it names."""
    found, bound = _module(module)
    outside, ours = set(), set()
    for top in found.get(name, ()):
        local = dict(bound)
        for node in ast.walk(top):
            local |= _bound(node)

        for node in ast.walk(top):
            if isinstance(node, ast.Attribute):
                if node.attr in BY_UNICODE:
                    outside.add("unicode")
                if node.attr in BY_ADDRESSES:
                    outside.add("ipaddress")
                if isinstance(node.value, ast.Name) and node.value.id in local:
                    of, what = local[node.value.id]
                    whole = f"{of}.{what}" if what else of
                    if _is_analytics(whole):
                        ours.add((whole, node.attr))
                    elif not _is_analytics(of):
                        outside |= _outside(whole, node.attr)
            if isinstance(node, ast.Call):
                outside |= _asked(node)
            if isinstance(node, ast.Name):
                if node.id in local:
                    of, what = local[node.id]
                    if _is_analytics(of) and what is not None and not _is_analytics(f"{of}.{what}"):
                        ours.add((of, what))
                    elif not _is_analytics(of) and what is not None:
                        outside |= _outside(of, what)
                elif node.id in found and node.id != name:
                    ours.add((module, node.id))
    return frozenset(outside), frozenset(ours)


def uses(module, name):
    """Python's Unicode (``unicode``) and the packages that a definition depends on -> one way there."""
    left, seen, answer = [((module, name),)], {(module, name)}, {}
    while left:
        way = left.pop(0)
        outside, ours = _direct(*way[-1])
        for one in outside:
            answer.setdefault(one, " -> ".join(f"{of}.{what}" for of, what in way))
        for further in sorted(ours - seen):
            seen.add(further)
            left.append((*way, further))
    return answer
