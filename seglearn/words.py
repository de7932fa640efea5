"""The language in which seglearn speaks to a learner: messages, labels in figures, errors.

A module writes its sentences in English where they are used, as ``say("Entry {place} differs.",
place=3)``. The English text is the key, by which a table ``languages/LANGUAGE/MODULE.po`` (GNU
gettext's format, which translators' tools read) may hold another; what it does not hold stays
English. Exercises and class tables are data: who shows a text of theirs says it.
``data_scripts/write_words.py`` writes the tables.

Numbers look as Python prints them, in every language: a learner compares them with arrays.

``en-XA`` is made of the English when it is asked for: each word between brackets, with accents and
a third longer. A word without brackets is one that no table could replace.
"""

from __future__ import annotations

import gettext
import os
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "languages"
VARIABLE = "SEGLEARN_LANGUAGE"
ENGLISH, PSEUDO = "en", "en-XA"

_chosen: str | None = None


def languages() -> tuple[str, ...]:
    """Return the languages that exist, as BCP 47 tags."""
    tables = {path.parent.name for path in FOLDER.glob("*/*.po")}
    return (ENGLISH, *sorted(tables), PSEUDO)


def set_language(language: str | None) -> None:
    """Choose the language of everything that is said, drawn or shown from now on.

    Parameters
    ----------
    language : str or None
        One of `languages`; None goes back to what the environment variable ``SEGLEARN_LANGUAGE``
        names, and without it to English.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    global _chosen
    _chosen = None if language is None else known(language)


def language() -> str:
    """Return the language as it is now: the one set, the environment's, or English.

    Raises
    ------
    ValueError
        If the environment names one that does not exist.
    """
    return _chosen or known(os.environ.get(VARIABLE) or ENGLISH, VARIABLE)


def known(language: str, name: str = "language") -> str:
    """Return a language that exists.

    Raises
    ------
    ValueError
        That calls the argument `name` and lists those that exist.
    """
    if language == ENGLISH or language in languages():
        return language
    *most, last = languages()
    raise ValueError(f"no {name} {language!r}; there are {', '.join(most)} and {last}")


def say(text: str, /, **values: object) -> str:
    """Return a text in the learner's language, with values in its ``{fields}``.

    Parameters
    ----------
    text : str
        English; code stands between backticks. Without values, braces mean themselves.
    values : object
        By the names of the fields, put in as `str.format` does.
    """
    if not text:
        return text  # in a table, the empty text is the key of the table's own description
    said = _table(language()).gettext(text)
    return said.format(**values) if values else said


def say_many(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a text that goes with a number, which fills the field ``{n}``.

    Parameters
    ----------
    one, many : str
        English, for 1 and for any other number; a table may have more forms.
    n : int
    values : object
        As in `say`.
    """
    return _table(language()).ngettext(one, many, n).format(n=n, **values)


@cache
def _table(language: str) -> gettext.NullTranslations:
    """Return all tables of a language as one."""
    found = _Pseudo() if language == PSEUDO else gettext.NullTranslations()
    for path in sorted((FOLDER / language).glob("*.po"), reverse=True):
        module = _compiled(path, language)
        module.add_fallback(found)
        found = module
    return found


def _compiled(path: Path, language: str) -> gettext.GNUTranslations:
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


# --------------------------------------------------------------------------------------------------
# The made-up language
# --------------------------------------------------------------------------------------------------

_ACCENTS = str.maketrans("aceghilnorsuwyzACEGHILNORSUWYZ", "áçéĝĥíĺñóŕšúŵýžÁÇÉĜĤÍĹÑÓŔŠÚŴÝŽ")
_KEPT_OR_WORD = re.compile(r"`[^`]*`|\{[^{}]*\}|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)")


def pseudo(text: str) -> str:
    """Return an English text as the made-up language writes it; code and ``{fields}`` are kept."""
    return _KEPT_OR_WORD.sub(_bracketed, text)


def _bracketed(found: re.Match[str]) -> str:
    word = found["word"]
    if word is None:
        return found[0]
    longer = -(-4 * len(word) // 3) - 2  # the brackets count
    return f"[{word.translate(_ACCENTS).ljust(longer, '~')}]"


class _Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(super().ngettext(msgid1, msgid2, n))
