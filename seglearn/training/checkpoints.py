"""Weights and half-finished trainings on disk: safetensors and JSON, never pickle.

A pickle runs whatever code its author put into it; safetensors holds numbers and text only. Files
are written beside their place and then moved there, so a file is old or new, never half. Each carries
a SHA-256 over all that it says, and says of which network it is.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from seglearn.words import say

# Entries of a safetensors header: our JSON, the network as JSON, and the hash over both and tensors.
_NOTE, _NETWORK, _HASH = "seglearn", "network", "sha256"


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


def read_json(path: str | Path, *entries: str) -> dict[str, Any]:
    """Read an object that `save_json` wrote, which must have some entries.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, or an entry is missing.
    """
    try:
        values: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            say(
                "{path} is damaged ({error}); restore it, or delete it to make it anew",
                path=path,
                error=error,
            )
        ) from error
    missing = [name for name in entries if not isinstance(values, dict) or name not in values]
    if missing or not isinstance(values, dict):
        raise ValueError(
            say(
                "{path} is no such file as expected: it has no {entries}; restore it, or "
                "delete it to make it anew",
                path=path,
                entries=", ".join(missing) or say("entries"),
            )
        )
    return values


def rounded(values: Any, digits: int = 6) -> Any:
    """Return nested dicts and lists with floats of so many significant digits."""
    if isinstance(values, dict):
        return {key: rounded(value, digits) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [rounded(value, digits) for value in values]
    return float(f"{values:.{digits}g}") if isinstance(values, float) else values


def save_tensors(
    path: str | Path, tensors: Mapping[str, Tensor], note: Any, network: Mapping[str, Any]
) -> str:
    """Write named tensors as one safetensors file, with their hash.

    Parameters
    ----------
    path : path
    tensors : mapping of str to Tensor
    note, network
        What JSON can hold: whatever is worth keeping, and what `describe` says of the network.

    Returns
    -------
    str
        The hash, see `digest`.
    """
    plain = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    header = {
        _NOTE: json.dumps(note, allow_nan=False),
        _NETWORK: json.dumps(network, allow_nan=False),
    }
    header[_HASH] = digest(plain, header)
    write_bytes(path, _in_order(save(plain, header)))
    return header[_HASH]


def _in_order(content: bytes) -> bytes:
    """Sort the text entries of a header, which safetensors writes in another order every time."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)  # what follows starts at a multiple of 8, as before
    return len(text).to_bytes(8, "little") + text + content[end:]


def load_tensors(path: str | Path) -> tuple[dict[str, Tensor], Any, dict[str, Any]]:
    """Read what `save_tensors` wrote: tensors, note, network.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, or not written by this package.
    """
    header = _header(path)
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise _damaged(path, error) from error
    if digest(tensors, header) != header[_HASH]:
        raise _damaged(path, say("its content does not have the hash that its header names"))
    return tensors, json.loads(header[_NOTE]), json.loads(header[_NETWORK])


def weights_hash(path: str | Path) -> str:
    """Return the hash that a file of weights carries, without reading the weights.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If its header is damaged, or not written by this package.
    """
    return _header(path)[_HASH]


def network_of(path: str | Path) -> dict[str, Any]:
    """Return of which network a file of weights is, see `describe`, without reading the weights.

    Weights fit a network that was built with the same options. Where a default has changed since,
    the file still names the options that it was trained with. Raises as `weights_hash`.
    """
    network: dict[str, Any] = json.loads(_header(path)[_NETWORK])
    return network


def digest(tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> str:
    """Return a SHA-256 over note, network and tensors, in hexadecimal digits.

    In the order of their names; of each tensor name, type, shape, and the bytes in row-major order.
    Before each part stands its length, so that nothing can move from one part to the next.
    """
    sha = hashlib.sha256()

    def add(part: bytes) -> None:
        sha.update(len(part).to_bytes(8, "little"))
        sha.update(part)

    add(header[_NOTE].encode("utf-8"))
    add(header[_NETWORK].encode("utf-8"))
    for name, value in sorted(tensors.items()):
        about = f"{name} {str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
        add(about.encode("utf-8"))
        add(value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()


def load_note(path: str | Path) -> Any:
    """Return the note of a file, without reading its tensors; raises as `weights_hash`."""
    return json.loads(_header(path)[_NOTE])


def _header(path: str | Path) -> dict[str, str]:
    """Read the text entries of a file's header, which must all be there."""
    if not Path(path).is_file():
        raise FileNotFoundError(
            say("there is no file {path}; check the name, or train first", path=path)
        )
    try:
        with safe_open(path, "pt") as file:
            header = dict(file.metadata() or {})
    except SafetensorError as error:
        raise _damaged(path, error) from error
    for entry in (_NOTE, _NETWORK, _HASH):
        if entry not in header:
            raise ValueError(
                say(
                    "{path} was not written by this version of seglearn: its header has no "
                    "{entry!r} entry; write it again with save_weights",
                    path=path,
                    entry=entry,
                )
            )
    return header


def _damaged(path: str | Path, why: object) -> ValueError:
    return ValueError(
        say(
            "{path} is damaged or no safetensors file ({why}); fetch it again, or train again",
            path=path,
            why=why,
        )
    )


# ---------------------------------------------------------------------------------------- weights


def describe(net: nn.Module) -> dict[str, Any]:
    """Say which network this is: what `zoo.create` was asked for, or the class of one built directly."""
    built = getattr(net, "built_as", None) or {"class": type(net).__name__}
    plain: dict[str, Any] = json.loads(json.dumps(built, default=repr))
    return plain


def save_weights(
    net: nn.Module, path: str | Path, *, dtype: torch.dtype = torch.float16, note: Any = None
) -> str:
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

    Returns
    -------
    str
        The file's hash, for the record of the training.

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
                say(
                    "{name} holds {value}, which {dtype} cannot store; pass "
                    "dtype=torch.float32, or train again if it is not finite",
                    name=name,
                    value=float(value.abs().max()),
                    dtype=dtype,
                )
            )
    return save_tensors(path, stored, note, describe(net))


def load_weights(net: nn.Module, path: str | Path) -> Any:
    """Load weights into a network that was built the same way; return the note saved with them.

    The network is left as it was if anything is wrong.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, holds the weights of another network (also one whose weights have
        the same names and shapes), or holds a weight that is not finite.
    """
    tensors, note, network = load_tensors(path)
    _check_fit(net, tensors, network, path)
    for name, value in tensors.items():
        if not bool(torch.isfinite(value).all()):
            raise ValueError(
                say("{path}: {name} holds NaN or infinity; train again", path=path, name=name)
            )
    net.load_state_dict(tensors)  # converts to the type of the network
    return note


def _check_fit(
    net: nn.Module, tensors: Mapping[str, Tensor], network: Mapping[str, Any], path: str | Path
) -> None:
    for what, ours in describe(net).items():
        if what in network and network[what] != ours:  # only what both sides know
            raise ValueError(
                say(
                    "{path} does not fit the network: it holds weights of {weights}, and the "
                    "network is {network}; build the network with the name, preset, classes "
                    "and options that it was trained with",
                    path=path,
                    weights=_words(network),
                    network=_words(describe(net)),
                )
            )
    wanted = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    for name in [*wanted, *found]:
        if wanted.get(name) != found.get(name):
            raise ValueError(
                say(
                    "{path} does not fit the network: {name} has shape {wanted} in the network "
                    "and {found} in the file; build the network with the name, preset and "
                    "classes that it was trained with",
                    path=path,
                    name=name,
                    wanted=wanted.get(name),
                    found=found.get(name),
                )
            )


def _words(network: Mapping[str, Any]) -> str:
    return ", ".join(f"{what} {value!r}" for what, value in network.items())


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
    save_tensors(path, tensors, note, describe(net))


def load_checkpoint(
    path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[dict[str, Tensor], Any]:
    """Put a network and its optimizer where a checkpoint left them; return best weights and note.

    Raises
    ------
    ValueError
        If the file is damaged, or belongs to another network.
    """
    tensors, note, network = load_tensors(path)
    parts: dict[str, dict[str, Tensor]] = {"net": {}, "best": {}, "optimizer": {}}
    for key, value in tensors.items():
        part, name = key.split("/", 1)
        parts[part][name] = value
    _check_fit(net, parts["net"], network, path)
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
