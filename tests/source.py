"""The repository's Python files as syntax trees, for tests about the code itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "worker", "models", "migrations", "clustering", "facet")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every Python file under these folders."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def place(path: Path, node: Function | ast.stmt) -> str:
    name = f" {node.name}" if isinstance(node, Function) else ""
    return f"{path.relative_to(ROOT)}:{node.lineno}{name}"


def body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the end."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def parameters(function: Function) -> list[ast.arg]:
    """Parameters but self, cls and the session that every function of models/ takes first."""
    given = [*function.args.posonlyargs, *function.args.args]
    own = given[1:] if given and given[0].arg in {"self", "cls", "session"} else given
    return [*own, *function.args.kwonlyargs]


def imports_inside(function: Function) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))
