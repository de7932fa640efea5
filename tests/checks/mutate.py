"""Wrong answers from right ones: each mutant changes one thing in a function's source."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type, list[type]] = {  # lax or strict, and turned round
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.BitXor: [ast.BitOr],
}
TWINS = [
    ("min", "max"),
    ("amin", "amax"),
    ("nanmin", "nanmax"),
    ("minimum", "maximum"),
    ("argmin", "argmax"),
    ("mean", "sum"),
    ("nanmean", "nansum"),
    ("mean", "median"),
    ("nanmean", "nanmedian"),
    ("floor", "ceil"),
    ("any", "all"),
    ("logical_and", "logical_or"),
    ("hstack", "vstack"),
    ("height", "width"),
    ("rows", "columns"),
]
COMMUTATIVE = {
    "logical_and",
    "logical_or",
    "logical_xor",
    "minimum",
    "maximum",
    "min",
    "max",
    "add",
}
NAMES: dict[str, list[str]] = {}
for _one, _other in TWINS:
    NAMES.setdefault(_one, []).append(_other)
    NAMES.setdefault(_other, []).append(_one)


@dataclass(frozen=True)
class Mutant:
    """A changed function.

    ``change`` is ``"a - b -> a + b"``; the same change at a second place ends with ``" (2)"``.
    """

    answer: str
    change: str
    function: Callable[..., Any]

    @property
    def name(self) -> str:
        return f"{self.answer}: {self.change}"


def mutants(function: Callable[..., Any]) -> list[Mutant]:
    """Return every mutant of a function that is written with ``def`` and closes over nothing."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    (definition,) = tree.body
    assert isinstance(definition, ast.FunctionDef)
    assert not function.__code__.co_freevars, f"{function.__name__} closes over something"
    definition.decorator_list = []
    made: list[Mutant] = []
    seen: dict[str, int] = {}
    for change, changed in _trees(definition):
        seen[change] = seen.get(change, 0) + 1
        if seen[change] > 1:
            change = f"{change} ({seen[change]})"
        module = ast.fix_missing_locations(ast.Module([changed], []))
        scope = dict(function.__globals__)
        exec(compile(module, f"<{function.__name__}: {change}>", "exec"), scope)
        made.append(Mutant(function.__name__, change, scope[definition.name]))
    return made


def _trees(definition: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield what was changed, and the whole function with that change."""
    nodes = list(ast.walk(definition))
    for number, node in enumerate(nodes):
        for new in _changes(node):
            whole = copy.deepcopy(definition)
            _replace(whole, list(ast.walk(whole))[number], new)
            if _text(node) != _text(new):
                yield f"{_text(node)} -> {_text(new)}", whole
    names = [argument.arg for argument in definition.args.args]
    for i in range(len(names) - 1):
        whole = copy.deepcopy(definition)
        order = whole.args.args
        order[i], order[i + 1] = order[i + 1], order[i]
        yield f"({names[i]}, {names[i + 1]}) -> ({names[i + 1]}, {names[i]})", whole


def _text(node: ast.AST | None) -> str:
    """Return the first line of the source."""
    if node is None:
        return "nothing"
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).partition("\n")[0]


def _replace(whole: ast.AST, old: ast.AST, new: ast.AST | None) -> None:
    for parent in ast.walk(whole):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                at = next(i for i, item in enumerate(value) if item is old)
                value[at : at + 1] = [] if new is None else [new]
                if field == "body" and not value:
                    value.append(ast.Pass())


def _changes(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield what could stand in place of ``node``; ``None`` takes it away."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for other in COMPARISONS.get(type(op), []):
                yield ast.Compare(left, [other()], [right])
        case ast.Compare(left=left, ops=[first, *_], comparators=[middle, *rest]):  # a < b < c
            yield ast.Compare(left, [first], [middle])
            yield ast.Compare(middle, node.ops[1:], rest)
            for i, op in enumerate(node.ops):
                for other in COMPARISONS.get(type(op), []):
                    yield ast.Compare(
                        left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators
                    )
        case ast.BinOp(left=left, op=op, right=right):
            for other in OPERATORS.get(type(op), []):
                yield ast.BinOp(left, other(), right)
            yield left
            yield right
        case ast.AugAssign(target=target, op=op, value=value):
            for other in OPERATORS.get(type(op), []):
                yield ast.AugAssign(target, other(), value)
            yield ast.Assign([target], value)
            yield None
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            for i in range(len(values)):
                rest = values[:i] + values[i + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.If(body=body, orelse=orelse):
            yield ast.If(ast.Constant(True), body, orelse)
            yield ast.If(ast.Constant(False), body, orelse)
        case ast.Break() | ast.Continue():
            yield ast.Pass()
        case ast.Expr(value=ast.Call()):
            yield None
        case ast.Constant(value=value) if type(value) is int:
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=value) if type(value) is float:
            yield ast.Constant(2 * value if value else 1.0)
        case ast.keyword(arg=name, value=ast.Constant(value=bool(value))) if name != "strict":
            yield ast.keyword(name, ast.Constant(not value))
        case ast.Tuple(elts=[first, second], ctx=ast.Load()):
            yield ast.Tuple([second, first], ast.Load())
        case ast.Attribute(value=value, attr="T"):
            yield value
        case ast.Attribute(value=value, attr=attr, ctx=context) if attr in NAMES:
            for other in NAMES[attr]:
                yield ast.Attribute(value, other, context)
        case ast.Name(id=name, ctx=ast.Load()) if name in NAMES:
            for other in NAMES[name]:
                yield ast.Name(other, ast.Load())
        case ast.Call(func=function, args=arguments, keywords=keywords):
            name = getattr(function, "attr", getattr(function, "id", ""))
            for i, keyword in enumerate(keywords):
                if keyword.arg != "strict" and name != "errstate":
                    yield ast.Call(function, arguments, keywords[:i] + keywords[i + 1 :])
            if isinstance(function, ast.Attribute) and function.attr in ("astype", "copy", "round"):
                yield function.value
            if len(arguments) == 2 and not keywords and name not in COMMUTATIVE:
                yield ast.Call(function, arguments[::-1], [])
        case ast.Slice(lower=lower, upper=upper, step=step):
            if lower is not None:
                yield ast.Slice(None, upper, step)
            if upper is not None:
                yield ast.Slice(lower, None, step)
            if step is not None:
                yield ast.Slice(lower, upper, None)
