"""The tables of a language hold every text, keep what was translated, and are what is then said."""

import pytest
from babel.messages.pofile import read_po

import seglearn
from seglearn import words
from seglearn.words import say, say_many

from . import conftest  # noqa: F401  (it puts the scripts on the path)

import write_words  # isort: skip


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with one widget, and no tables yet."""
    english = tmp_path / "widgets" / "lab" / "words" / "en.js"
    english.parent.mkdir(parents=True)
    english.write_text("export const strings = {};\n", "utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path / "languages")
    words._table.cache_clear()
    yield tmp_path
    seglearn.set_language(None)
    words._table.cache_clear()


def write(package, language="de"):
    assert write_words.main([language, "--package", str(package)]) == 0


def translate(package, module, translations, language="de"):
    path = package / "languages" / language / f"{module}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for text, other in translations.items():
        catalogue[text].string = other
    with path.open("wb") as file:
        write_words.write_po(file, catalogue)


def test_what_is_translated_is_said_and_kept(package):
    write(package)
    translate(package, "checks.ch00", {"That counts pixels in either mask.": "Das zählt beide."})
    translate(package, "environment", {"{n} package": ("{n} Paket", "{n} Pakete")})
    write(package)
    seglearn.set_language("de")
    assert say("That counts pixels in either mask.") == "Das zählt beide."
    assert say_many("{n} package", "{n} packages", 3) == "3 Pakete"
    assert say("Cores") == "Cores"


def test_each_module_has_its_table_and_each_widget_its_words(package):
    write(package)
    tables = {path.stem for path in (package / "languages" / "de").glob("*.po")}
    assert {"show", "live", "environment", "data.labels", "checks.ch09", "checks.compare"} <= tables
    other = package / "widgets" / "lab" / "words" / "de.js"
    other.write_text("mine", "utf-8")
    write(package)
    assert other.read_text("utf-8") == "mine"


def test_a_text_that_changed_is_not_said_until_somebody_has_looked(package, monkeypatch):
    monkeypatch.setattr(write_words, "speaking", lambda package: {"m": ["Draw the whole map."]})
    write(package)
    translate(package, "m", {"Draw the whole map.": "Zeichne die Karte."})
    monkeypatch.setattr(write_words, "speaking", lambda package: {"m": ["Draw the whole maps."]})
    write(package)
    assert "#, fuzzy" in (package / "languages" / "de" / "m.po").read_text("utf-8")
    seglearn.set_language("de")
    assert say("Draw the whole maps.") == "Draw the whole maps."


@pytest.mark.parametrize("language", ["en", "en-XA"])
def test_english_and_the_made_up_language_have_no_tables(package, language, capsys):
    with pytest.raises(SystemExit):
        write_words.main([language, "--package", str(package)])
    assert "has no tables" in capsys.readouterr().err
