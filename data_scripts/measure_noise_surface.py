#!/usr/bin/env python3
"""Measure what noise and denoising cost a network that was trained on clean scenes.

    python data_scripts/measure_noise_surface.py

Every kind of noise at five strengths, and none; every denoiser with all its settings; on scenes that
no training has seen: PSNR, SSIM, mean IoU and boundary IoU of each combination. Writes them to
seglearn/assets/experiment/noise_surface.json. It takes twenty minutes on one core, and gives the same
numbers again on the same machine. Interrupted, it goes on where it stopped.
"""

import argparse
import json
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from seglearn.data.assets import asset
from seglearn.experiment import load_net, noise_surface
from seglearn.experiment.noise_surface import Choice, NoiseSurface, Point
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.noise import NOISES
from seglearn.training.checkpoints import rounded, weights_hash, write_bytes

TARGET = Path(__file__).resolve().parent.parent / "seglearn" / "assets" / noise_surface.FILE
Case = tuple[str, float]  # a noise and its strength


def command_line(argv: list[str] | None) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", default=noise_surface.NETWORK, help="row of the experiment")
    parser.add_argument("--scenes", type=int, default=noise_surface.N_SCENES, metavar="N")
    parser.add_argument("--noises", nargs="+", choices=NOISES, default=list(NOISES))
    parser.add_argument("--out", type=Path, default=TARGET, help="file to write")
    parser.add_argument("--restart", action="store_true", help="forget what the file holds")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Measure what is missing, and write the file after every noise and strength."""
    options = command_line(argv)
    try:
        net = load_net(options.network)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    torch.set_num_threads(1)  # sums are rounded the same way on every machine of the kind
    cases = [(noise_surface.CLEAN, 0.0)]
    cases += [(kind, strength) for kind in options.noises for strength in NOISES[kind].strengths]
    facts = about(options)
    done = {} if options.restart else earlier(options.out, facts)
    scenes = noise_surface.load_scenes(options.scenes)
    for case in tqdm([case for case in cases if case not in done], disable=None):
        done[case] = noise_surface.measure_all(net, scenes, *case)
        found = [done[case] for case in cases if case in done]
        points = [point for each, _ in found for point in each]
        write(options.out, NoiseSurface(points, [choice for _, choice in found], facts))
    print(f"{options.out} holds {len(done)} cases")
    report(NoiseSurface.load(options.out))
    return 0


def earlier(path: Path, facts: dict[str, Any]) -> dict[Case, tuple[list[Point], Choice]]:
    """Return what an earlier run with the same facts has measured, by noise and strength."""
    if not path.is_file():
        return {}
    surface = NoiseSurface.load(path)
    if any(surface.about.get(key) != value for key, value in facts.items()):
        return {}
    return {
        (choice.noise, choice.strength): (
            list(surface.select(choice.noise, choice.strength)),
            choice,
        )
        for choice in surface.choices
    }


def about(options: argparse.Namespace) -> dict[str, Any]:
    """Say with what the surface was made."""
    packages = ("numpy", "scipy", "scikit-image", "torch")
    weights = asset(f"weights/{options.network}.safetensors")
    return {
        "about": "What noise and denoising cost; data_scripts/measure_noise_surface.py",
        "network": options.network,
        "weights_sha256": weights_hash(weights),
        "n_scenes": options.scenes,
        "scene_seed": noise_surface.SCENE_SEED,
        "noise_seed": noise_surface.NOISE_SEED,
        "noises": {
            noise.name: {
                "title": noise.title,
                "parameter": noise.parameter,
                "strengths": list(noise.strengths),
            }
            for noise in NOISES.values()
        },
        "denoisers": {
            denoiser.name: {
                "title": denoiser.title,
                "parameter": denoiser.parameter,
                "settings": list(denoiser.settings),
            }
            for denoiser in DENOISERS.values()
        },
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
    }


def write(path: Path, surface: NoiseSurface) -> None:
    """Write the surface, a point a line."""
    content = rounded(surface.to_dict(), digits=5)
    lines = {key: [json.dumps(row) for row in content.pop(key)] for key in ("choices", "rows")}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)[:-2]
    for key, each in lines.items():
        text += f',\n "{key}": [\n' + ",\n".join(each) + "\n ]"
    write_bytes(path, (text + "\n}\n").encode("utf-8"))


def report(surface: NoiseSurface) -> None:
    """Print the mean IoU of each denoiser, its setting chosen by PSNR, and of each choice."""
    names = list(DENOISERS)
    for noise in dict.fromkeys(point.noise for point in surface.points):
        print(f"\n{noise:<24}" + "".join(f"{name[:11]:>12}" for name in names))
        table = surface.table(noise)
        for strength, row in zip(surface.strengths(noise), table, strict=True):
            print(f"{strength:<24g}" + "".join(f"{100 * value:12.1f}" for value in row))
    print(
        "\nbest PSNR against best mean IoU (gain in points, chosen on one half, scored on the other)"
    )
    for c in surface.choices:
        first, second = (
            name if setting is None else f"{name} {setting:g}"
            for name, setting in (c.by_psnr, c.by_mean_iou)
        )
        interval = f"{100 * c.low:+.1f} … {100 * c.high:+.1f}"
        print(
            f"{c.noise:<16}{c.strength:<8g}{first:<24}{second:<24}{100 * c.gain:+6.1f} ({interval})"
        )


if __name__ == "__main__":
    sys.exit(main())
