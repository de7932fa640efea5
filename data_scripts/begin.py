"""Begin a widget or a chapter: copy a small one that works and passes every test.

    python data_scripts/begin.py widget colour_mixer
    python data_scripts/begin.py chapter 03 colour-spaces "Colour spaces"

The first makes the room ``seglearn/widgets/colour_mixer``, with a class ``ColourMixer``, its tests, and its line in
``seglearn/widgets/__init__.py``. The second makes the notebook, its checks and their tests, and the rows in the README
and in chapter 00. What is copied lies in ``data_scripts/templates``; CONTRIBUTING.md says how to go on.
"""

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "templates"


def main(argv: list[str] | None = None) -> int:
    """Copy what was asked for, and list what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    widget = kinds.add_parser("widget", help="a room, its tests and its line in the package")
    widget.add_argument("name", help="as a module is called: colour_mixer")
    chapter = kinds.add_parser("chapter", help="a notebook, its checks, its tests and its rows")
    chapter.add_argument("number", help="two digits: 03")
    chapter.add_argument("slug", help="words of the file's name: colour-spaces")
    chapter.add_argument("title", help='"Colour spaces"')
    for kind in (widget, chapter):
        kind.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    try:
        if options.kind == "widget":
            written = begin_widget(options.name, options.root)
        else:
            written = begin_chapter(options.number, options.slug, options.title, options.root)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path.relative_to(options.root).as_posix())
    return 0


def begin_widget(name: str, root: Path) -> list[Path]:
    """Write the room and the tests of a widget, and name its class in the package.

    Returns
    -------
    list of Path
        The files that were written or changed.

    Raises
    ------
    ValueError
        If `name` is not lower case with underscores, or a file that would be written is there.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise ValueError(f"a widget is called like colour_mixer, got {name!r}")
    cls = "".join(word.capitalize() for word in name.split("_"))
    words = {
        "my_widget": name,
        "MyWidget": cls,
        "My widget": name.replace("_", " ").capitalize(),
    }
    widgets = root / "seglearn" / "widgets"
    room = {
        path: widgets / name / path.relative_to(TEMPLATES / "widget")
        for path in (TEMPLATES / "widget").rglob("*.*")
        if "__pycache__" not in path.parts
    }
    tests = {
        TEMPLATES / "test_widget.py": root / "tests" / "widgets" / f"test_{name}.py",
        TEMPLATES / "test_browser.py": root / "tests" / "browser" / f"test_{name}.py",
    }
    listed = widgets / "__init__.py"
    text, closing = listed.read_text(encoding="utf-8"), "    },\n)"
    if text.count(closing) != 1:
        raise ValueError(f"{listed} has no list of classes that ends as it did")
    written = _copy({**room, **tests}, words)
    listed.write_text(text.replace(closing, f'        "{name}": ["{cls}"],\n{closing}'), "utf-8")
    return [*written, listed]


def begin_chapter(number: str, slug: str, title: str, root: Path) -> list[Path]:
    """Write a chapter, its checks and their tests, and its rows in the README and in chapter 00.

    Returns
    -------
    list of Path
        The files that were written or changed.

    Raises
    ------
    ValueError
        If the number is not two digits or is taken, or the slug is not lower case with hyphens.
    """
    if not re.fullmatch(r"\d\d", number) or not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug):
        raise ValueError(f"a chapter is called like 03 colour-spaces, got {number!r} {slug!r}")
    notebooks, checks = root / "notebooks", root / "tests" / "checks"
    taken = sorted(path.name for path in notebooks.glob(f"{number}-*.ipynb"))
    if taken:
        raise ValueError(f"chapter {number} is there: {taken[0]}")
    file = f"{number}-{slug}.ipynb"
    files = {
        TEMPLATES / "chapter.ipynb": notebooks / file,
        TEMPLATES / "checks.py": root / "seglearn" / "checks" / f"ch{number}.py",
        TEMPLATES / "answers.py": checks / f"answers_ch{number}.py",
        TEMPLATES / "test_checks.py": checks / f"test_ch{number}.py",
    }
    words = {"NN-my-chapter": f"{number}-{slug}", "My chapter": title, "NN": number}
    written = _copy(files, words)
    readme = root / "README.md"
    rows = readme.read_text(encoding="utf-8").splitlines(keepends=True)
    row = f"| {number} | [{title}](notebooks/{file}) | what a reader does in it |\n"
    readme.write_text("".join(_with_row(rows, row)), encoding="utf-8")
    start = notebooks / "00-start-here.ipynb"
    notebook = json.loads(start.read_text(encoding="utf-8"))
    chapters = next(cell for cell in notebook["cells"] if cell["id"] == "map")
    row = f"| **{number}** | [{title}]({file}) | what a reader can do then |\n"
    chapters["source"] = _with_row(chapters["source"], row)
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    start.write_text(text, encoding="utf-8")
    return [*written, readme, start]


def _copy(files: dict[Path, Path], words: dict[str, str]) -> list[Path]:
    """Write each file with words replaced, all of them or, where one is there already, none."""
    there = [target for target in files.values() if target.exists()]
    if there:
        raise ValueError(f"{there[0]} is there already")
    for source, target in files.items():
        text = source.read_text(encoding="utf-8")
        for word, own in words.items():
            text = text.replace(word, own)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return list(files.values())


def _with_row(lines: list[str], row: str) -> list[str]:
    """Put a row of a table of chapters into its place; chapter 00 is there always."""
    number = r"\| \**(\d\d)\** \|"
    rows = [(i, found[1]) for i, line in enumerate(lines) if (found := re.match(number, line))]
    own = re.findall(number, row)[0]
    place = 1 + max(i for i, other in rows if other < own)
    return [*lines[:place], row, *lines[place:]]


if __name__ == "__main__":
    sys.exit(main())
