"""Modules with a forward of their own: `torch.fx` lists the operations, each becomes a layer."""

from __future__ import annotations

import operator
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.builder import Value
from exactgeom.models.importers.torch_calls import CALLS
from exactgeom.models.importers.torch_modules import Reader, kind_of

__all__ = ["run_graph"]


def run_graph(module: Any, reader: Reader) -> Value:
    """Trace a module and return its outputs value; ``InvalidInput`` names the operation it cannot read."""
    graph = _trace(module)
    known: dict[Any, Any] = {}
    inputs = 0
    for node in graph.nodes:
        where = f"module: {node.name}"
        if _is_inplace(module, node):
            _refuse_reuse(module, node, where)
        args = _resolved(node.args, known)
        kwargs = _resolved(node.kwargs, known)
        if node.op == "placeholder":
            inputs += 1
            if inputs > 1:
                raise InvalidInput("expected a forward of one input", place=where)
            known[node] = Value(-1)
        elif node.op == "get_attr":
            known[node] = _attribute(module, node.target)
        elif node.op == "call_module":
            part = module.get_submodule(node.target)
            if len(args) != 1 or kwargs or not isinstance(args[0], Value):
                raise InvalidInput("expected a module called with one value", place=where)
            known[node] = reader.module(f"module.{node.target}", part, args[0])
        elif node.op == "output":
            if not isinstance(args[0], Value):
                raise InvalidInput("expected a forward that returns one array", place="module: output")
            return args[0]
        else:
            known[node] = _call(reader, node, args, kwargs, where)
    raise InvalidInput("the forward returns nothing", place="module")


def _trace(module: Any) -> Any:
    import torch.fx

    def overwriting(operation: Any) -> Any:
        def apply(self: Any, other: Any) -> Any:
            return self.tracer.create_proxy("call_function", operation, (self, other), {})

        return apply

    # By itself, fx records `y += 1` as `y = y + 1`, and loses that views of y change too.
    names = {f"__{operation.__name__}__": overwriting(operation) for operation in _ASSIGNMENTS}
    careful = type("Careful", (torch.fx.Proxy,), names)

    class Tracer(torch.fx.Tracer):  # type: ignore[misc]
        def is_leaf_module(self, m: Any, module_qualified_name: str) -> bool:
            return kind_of(m) not in ("", "Sequential")

        def proxy(self, node: Any) -> Any:
            return careful(node, self)

    modes = [(part, part.training) for part in module.modules()]
    try:
        module.eval()
        return Tracer().trace(module)
    except InvalidInput:
        raise
    except Exception as error:  # whatever a forward raises when it meets a symbolic value
        line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InvalidInput(f"torch.fx cannot trace the forward: {line}", place="module") from error
    finally:
        for part, mode in modes:
            part.training = mode


_VIEWS = ("flatten", "view", "reshape", "contiguous", "dropout")
_ASSIGNMENTS = (operator.iadd, operator.isub, operator.imul, operator.itruediv)
_INPLACE = tuple(operation.__name__ for operation in _ASSIGNMENTS)


def _name(node: Any) -> str:
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))


def _is_inplace(module: Any, node: Any) -> bool:
    """Whether the operation overwrites its first argument."""
    if node.op == "call_module":
        return bool(getattr(module.get_submodule(node.target), "inplace", False))
    called = node.op in ("call_function", "call_method")
    return called and (
        _name(node) in _INPLACE or _name(node).endswith("_") or bool(node.kwargs.get("inplace"))
    )


def _is_alias(module: Any, node: Any) -> bool:
    """Whether the result may share the memory of the first argument."""
    if _is_inplace(module, node):
        return True
    if node.op == "call_module":
        kind = kind_of(module.get_submodule(node.target))
        return kind in ("Flatten", "Identity") or "Dropout" in kind
    return node.op in ("call_function", "call_method") and _name(node) in _VIEWS


def _refuse_reuse(module: Any, node: Any, where: str) -> None:
    """Refuse an operation in place whose old value is still read later: layers here never overwrite."""
    order = {other: i for i, other in enumerate(node.graph.nodes)}
    same, stack = {node}, [a for a in node.args[:1] if a in order]
    while stack:
        other = stack.pop()
        if other in same:
            continue
        same.add(other)
        stack += [user for user in other.users if user.args[:1] == (other,) and _is_alias(module, user)]
        if _is_alias(module, other):
            stack += other.all_input_nodes[:1]
    for other in same - {node}:
        if any(order[user] > order[node] for user in other.users):
            raise InvalidInput(f"overwrites {other.name}, which is read again later", place=where)


def _attribute(module: Any, target: str) -> Any:
    found = module
    for name in target.split("."):
        found = getattr(found, name)
    return found


def _resolved(value: Any, known: dict[Any, Any]) -> Any:
    """Replace the nodes in arguments by what is known of them."""
    if isinstance(value, tuple | list):
        return type(value)(_resolved(entry, known) for entry in value)
    if isinstance(value, dict):
        return {key: _resolved(entry, known) for key, entry in value.items()}
    return known[value] if type(value).__module__.startswith("torch.fx") else value


def _values(arguments: Any) -> list[Value]:
    """List what depends on the input in nested arguments."""
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, tuple | list):
        return [value for entry in arguments for value in _values(entry)]
    return [arguments] if isinstance(arguments, Value) else []


def _call(reader: Reader, node: Any, args: Any, kwargs: Any, where: str) -> Any:
    """Apply one function or method; what does not depend on the input is computed by torch itself."""
    method = node.op == "call_method"
    name = _name(node)
    if not _values(args) and not _values(kwargs):
        return getattr(args[0], name)(*args[1:], **kwargs) if method else node.target(*args, **kwargs)
    if name not in CALLS:
        raise InvalidInput(f"{name} is not supported", place=where)
    try:
        return CALLS[name](reader, where, *args, **kwargs)
    except TypeError as error:
        line = str(error).splitlines()[0]
        raise InvalidInput(f"{name} is called in a way that is not supported: {line}", place=where) from error
