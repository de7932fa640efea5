"""Pack what is too large for the wheel into one archive, and write down its hash.

How to use it, after a file of ``seglearn/assets`` has changed:

    python data_scripts/make_asset_archive.py

writes ``dist/seglearn-assets-VERSION.zip`` and ``seglearn/data/assets.json``, which the package reads.
Commit the second, and publish the first where it says, as an asset of a release with the tag
``assets-VERSION``. VERSION is the start of the archive's hash.

The archive holds the folders of ``seglearn/assets`` that ``pyproject.toml`` keeps out of the wheel.
Names are sorted, dates fixed and nothing is compressed, so that the same files give the same bytes on
every machine.
"""

import argparse
import hashlib
import json
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "seglearn" / "assets"
DESCRIPTION = ROOT / "seglearn" / "data" / "assets.json"
ONLY_SHOWN = {"pictures"}  # by the README: nothing reads them


def main(argv: list[str] | None = None) -> int:
    """Make the archive and its description."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the archive goes")
    parser.add_argument(
        "--description", type=Path, default=DESCRIPTION, help="where address and hash go"
    )
    options = parser.parse_args(argv)
    path, description = make(options.out)
    text = json.dumps(description, indent=1) + "\n"
    options.description.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path}: {description['size']} bytes, {len(description['names'])} files")
    print(f"publish it at {description['address']}")
    return 0


def make(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Write the archive into `folder`; return its path, and what the package has to know of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    files = sorted(packed_files(project), key=lambda path: path.relative_to(ASSETS).as_posix())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "seglearn-assets.zip"
    write(path, files)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    version = digest[:12]
    path = path.replace(folder / f"seglearn-assets-{version}.zip")
    source = project["project"]["urls"]["Source"]
    return path, {
        "address": f"{source}/releases/download/assets-{version}/{path.name}",
        "size": len(content),
        "sha256": digest,
        "names": [file.relative_to(ASSETS).as_posix() for file in files],
    }


def packed_files(project: dict[str, Any]) -> list[Path]:
    """Return the files of all folders of assets that the wheel leaves out."""
    left_out = project["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]
    folders = [ROOT / name for name in left_out if (ROOT / name).parent == ASSETS]
    return [
        path
        for folder in folders
        if folder.name not in ONLY_SHOWN
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".part"
    ]


def write(path: Path, files: list[Path]) -> None:
    """Write a zip whose bytes depend on names and contents only."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for file in files:
            member = zipfile.ZipInfo(file.relative_to(ASSETS).as_posix())
            member.create_system = 3  # as on Unix, wherever this runs
            member.external_attr = 0o644 << 16
            packed.writestr(member, file.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
