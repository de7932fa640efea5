"""Weights and half-finished trainings on disk: safetensors and JSON, never pickle.

A pickle runs whatever code its author put into it; safetensors holds numbers and text only. Files
are written beside their place and then moved there, so a file is old or new, never half.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

_NOTE = "seglearn"  # the entry of a safetensors header that holds our JSON


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a file, all or nothing."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def save_json(path: str | Path, values: Any, *, indent: int | None = 1) -> None:
    """Write JSON, all or nothing; a NaN is refused, since JSON has none."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, indent=indent)
    write_bytes(path, (text + "\n").encode("utf-8"))


def save_tensors(path: str | Path, tensors: Mapping[str, Tensor], note: Any) -> None:
    """Write named tensors, and a note that JSON can hold, as one safetensors file."""
    plain = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    write_bytes(path, save(plain, {_NOTE: json.dumps(note, allow_nan=False)}))


def load_tensors(path: str | Path) -> tuple[dict[str, Tensor], Any]:
    """Read what `save_tensors` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, or not written by this package.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path}; check the name, or train first")
    try:
        with safe_open(path, "pt") as file:
            note = (file.metadata() or {}).get(_NOTE)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(
            f"{path} is damaged or no safetensors file ({error}); delete it and train again"
        ) from error
    if note is None:
        raise ValueError(f"{path} was not written by seglearn: its header has no {_NOTE!r} entry")
    return tensors, json.loads(note)


# ---------------------------------------------------------------------------------------- weights


def save_weights(
    net: nn.Module, path: str | Path, *, dtype: torch.dtype = torch.float16, note: Any = None
) -> None:
    """Write the weights of a network, by default in half the space.

    Parameters
    ----------
    net : nn.Module
    path : path
        Ends in ``.safetensors``.
    dtype : torch.dtype, default torch.float16
        For floating-point weights; float16 keeps 3 decimal digits up to 65504, bfloat16 2 digits
        over the range of float32. Integers are kept as they are.
    note : optional
        What JSON can hold, kept in the header of the file.

    Raises
    ------
    ValueError
        If a weight is not finite, or too large for `dtype`.
    """
    stored = {}
    for name, value in net.state_dict().items():
        stored[name] = value.to(dtype) if value.is_floating_point() else value
        if not bool(torch.isfinite(stored[name]).all()):
            raise ValueError(
                f"{name} holds {float(value.abs().max())}, which {dtype} cannot store; "
                "pass dtype=torch.float32, or train again if it is not finite"
            )
    save_tensors(path, stored, note)


def load_weights(net: nn.Module, path: str | Path) -> Any:
    """Load weights into a network that was built the same way; return the note saved with them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, or holds the weights of another network.
    """
    tensors, note = load_tensors(path)
    _check_names(net, tensors, path)
    net.load_state_dict(tensors)  # converts to the type of the network
    return note


def _check_names(net: nn.Module, tensors: Mapping[str, Tensor], path: str | Path) -> None:
    wanted = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    for name in [*wanted, *found]:
        if wanted.get(name) != found.get(name):
            raise ValueError(
                f"{path} does not fit the network: {name} has shape {wanted.get(name)} in the "
                f"network and {found.get(name)} in the file; build the network with the name, "
                "preset and classes that it was trained with"
            )


# ------------------------------------------------------------------------------------ checkpoints


def save_checkpoint(
    path: str | Path,
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    best: Mapping[str, Tensor],
    note: Any,
) -> None:
    """Write all that a training needs to go on as if it had never stopped."""
    tensors = {f"net/{name}": value for name, value in net.state_dict().items()}
    tensors |= {f"best/{name}": value for name, value in best.items()}
    for number, state in optimizer.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer/{number}/{name}"] = value
    save_tensors(path, tensors, note)


def load_checkpoint(
    path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Tensor], Any]:
    """Put a network and its optimizer where a checkpoint left them; return best weights and note.

    Raises
    ------
    ValueError
        If the file is damaged, or belongs to another network.
    """
    tensors, note = load_tensors(path)
    parts: dict[str, dict[str, Tensor]] = {"net": {}, "best": {}, "optimizer": {}}
    for key, value in tensors.items():
        part, name = key.split("/", 1)
        parts[part][name] = value
    _check_names(net, parts["net"], path)
    net.load_state_dict(parts["net"])
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in parts["optimizer"].items():
        number, name = key.split("/")
        like = parameters[int(number)]
        if value.shape == like.shape:  # as it lay in memory, or the arithmetic differs in a bit
            value = torch.empty_like(like, requires_grad=False).copy_(value)
        state.setdefault(int(number), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    return parts["best"], note
