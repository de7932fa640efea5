"""Write the tables of a language, with every text that is still to be translated.

How to use it, for a new language and whenever a text has changed:

    python data_scripts/write_words.py de

writes ``seglearn/languages/de/MODULE.po`` for each module that speaks to a learner. What was
translated stays; what is like an old text is marked fuzzy, and counts only when somebody has looked
at it. Where a widget has no ``words/de.js``, a copy of its English table is put there. The bundles
are built by ``npm run build`` in ``seglearn/widgets/web``.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from seglearn import checks, words  # noqa: E402
from seglearn.data import labels, samples  # noqa: E402
from seglearn.metrics.scores import SUMMARIES  # noqa: E402

PACKAGE = ROOT / "seglearn"
CALLS = {"say": None, "say_many": (1, 2)}
Text = str | tuple[str, ...]


def main(argv: list[str] | None = None) -> int:
    """Write the tables, and say how much of each is translated."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("language", help="a BCP 47 tag, such as de or zh-CN")
    parser.add_argument("--package", type=Path, default=PACKAGE, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.language in (words.ENGLISH, words.PSEUDO):
        parser.error(f"{options.language} has no tables: its texts stand in the code")
    for module, texts in sorted(speaking(PACKAGE).items()):
        path = options.package / "languages" / options.language / f"{module}.po"
        catalogue = updated(path, texts, options.language)
        done = sum(is_translated(message) for message in catalogue)
        print(f"{path.name:24}{done:5} of {len(texts)}")
    for english in sorted((options.package / "widgets").glob("*/words/en.js")):
        other = english.with_name(f"{options.language}.js")
        if not other.exists():
            shutil.copyfile(english, other)
    return 0


def speaking(package: Path) -> dict[str, list[Text]]:
    """Return the texts of each module that has any, in the order in which they stand there."""
    found: dict[str, dict[Text, None]] = {}
    for path in sorted(package.rglob("*.py")):
        if "from seglearn.words import" in path.read_text(encoding="utf-8"):
            name = ".".join(path.relative_to(package).with_suffix("").parts)
            texts = (each[1] for each in extract_from_file("python", path, keywords=CALLS))
            found[name] = dict.fromkeys(texts)
    for name, text in data():
        found.setdefault(name, {})[text] = None
    return {name: list(texts) for name, texts in found.items() if texts}


def data() -> Iterator[tuple[str, str]]:
    """Yield the texts that are data, of exercises, scores, classes and samples, with their modules."""
    for id_, exercise in checks.registry().items():
        module = f"checks.{id_.partition('.')[0]}"
        yield module, exercise.asks
        yield from ((module, case.name) for case in exercise.cases)
        yield from ((module, mistake.hint) for mistake in exercise.mistakes)
        yield module, exercise.praise
    yield from (("metrics.scores", label) for label in SUMMARIES.values())
    for table in labels.TABLES.values():
        yield from (("data.labels", each.name) for each in table)
    yield from (("data.samples", title) for title in samples.titles())


def is_translated(message: Message) -> bool:
    """Whether a text has all its forms, and somebody has looked at them."""
    forms = message.string if isinstance(message.string, tuple) else [message.string]
    return bool(message.id) and all(forms) and not message.fuzzy


def updated(path: Path, texts: list[Text], language: str) -> Catalog:
    """Write one table anew, with the translations that it had."""
    tag = language.replace("-", "_")
    template = Catalog(tag, header_comment="", project="seglearn", charset="utf-8", fuzzy=False)
    for text in texts:
        template.add(text, flags={"python-brace-format"} if "{" in str(text) else ())
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=tag)
        catalogue.update(template)
    else:
        catalogue = template
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100)
    return catalogue


if __name__ == "__main__":
    sys.exit(main())
