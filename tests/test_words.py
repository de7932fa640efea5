"""Languages: how one is chosen, what a table replaces, and that every word comes from one."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from babel.messages.pofile import read_po
from matplotlib.text import Text

import seglearn
from seglearn import checks, environment, show, words
from seglearn.data import labels, samples, scenes
from seglearn.live import LiveCurve
from seglearn.metrics import ConfusionMatrix, bootstrap, panoptic_quality
from seglearn.words import say, say_many

from .conftest import ROOT
from .test_inputs import CASES, WRONG, answer, odd, prepared, resolve

NAMES = [each.name for each in scenes.CLASSES]

GERMAN = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Cores"
msgstr "Kerne"

msgid "road"
msgstr "Straße"

msgid "{n} package"
msgid_plural "{n} packages"
msgstr[0] "{n} Paket"
msgstr[1] "{n} Pakete"
"""


@pytest.fixture(autouse=True)
def no_language(monkeypatch):
    monkeypatch.delenv(words.VARIABLE, raising=False)
    yield
    seglearn.set_language(None)


@pytest.fixture
def german(tmp_path, monkeypatch):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "environment.po").write_text(GERMAN, "utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words._table.cache_clear()
    yield
    words._table.cache_clear()


# --- which language -------------------------------------------------------------------------------


def test_what_is_set_beats_the_environment_which_beats_english(monkeypatch, german):
    assert words.language() == "en"
    monkeypatch.setenv(words.VARIABLE, "de")
    assert words.language() == "de"
    seglearn.set_language("en-XA")
    assert words.language() == "en-XA"
    seglearn.set_language(None)
    assert words.language() == "de"


def test_an_unknown_language_lists_those_that_exist(monkeypatch, german):
    with pytest.raises(ValueError, match=r"^no language 'fr'; there are en, de and en-XA$"):
        seglearn.set_language("fr")
    assert words.language() == "en"
    monkeypatch.setenv(words.VARIABLE, "nonsense")
    with pytest.raises(ValueError, match=r"^no SEGLEARN_LANGUAGE 'nonsense'; there are en, de and"):
        say("Cores")


def test_the_default_asks_for_no_package():
    code = "import sys; from seglearn.words import say; say('x'); print('babel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- tables ---------------------------------------------------------------------------------------


def test_a_table_replaces_what_it_holds_and_the_rest_stays_english(german):
    seglearn.set_language("de")
    assert say("Cores") == "Kerne"
    assert say("Free memory") == "Free memory"
    assert [say_many("{n} package", "{n} packages", n) for n in (0, 1, 2)] == [
        "0 Pakete",
        "1 Paket",
        "2 Pakete",
    ]
    assert say("") == ""
    assert "Kerne" in repr(environment.look())


def test_braces_are_fields_only_where_there_are_values():
    assert say("a `{set}`") == "a `{set}`"
    assert say("{text}, {n:.1f}", text="{x}", n=1) == "{x}, 1.0"
    assert say_many("{n} pixel", "{n} pixels", 1) == "1 pixel"


def test_class_names_come_from_a_table_and_stay_names(german):
    seglearn.set_language("de")
    ax = show.show_labels(np.array([[1, 2]], np.uint8), NAMES)
    legend = {text.get_text() for text in ax.figure.legends[0].get_texts()}
    plt.close("all")
    assert "Straße" in legend


# --- the made-up language -------------------------------------------------------------------------

KEPT = r"""\[[^\[\]]*\]|`[^`]*`|'[^']*'|<code.*?</code>|<[^>]+>|&[\w#]+;|\d[\w.+]*|\w+_\w*"""


def escaped(text: str, *names: str) -> list[str]:
    """Return the words outside brackets; code, markup, versions and what is named do not count."""
    bare = re.sub(KEPT, " ", text, flags=re.S)
    return [word for word in re.findall(r"[^\W\d_]{2,}", bare) if word not in names]


def test_the_made_up_language_is_in_brackets_and_a_third_longer():
    assert words.pseudo("The IoU of {n} boxes, don't") == "[Tĥé] [ÍóÚ] [óf] {n} [bóxéš], [dóñ't]"
    assert words.pseudo("say `nan`: pictures") == "[šáý] `nan`: [píçtúŕéš~]"
    for word in ("a", "to", "pixels", "classification"):
        assert len(words.pseudo(word)) >= 4 / 3 * len(word)


@pytest.fixture
def pseudo():
    seglearn.set_language("en-XA")
    yield
    plt.close("all")


ODD = {
    "not a function": 3,
    "no arguments": lambda: 1,
    "nothing": lambda *a: None,
    "an error": lambda *a: 1 / 0,
    "text": lambda *a: "three",
    "a ragged list": lambda *a: [[1], [1, 2]],
    "complex": lambda *a: 1j,
    "masked": lambda *a: np.ma.masked_array([1], [True]),
    "an object": lambda *a: object(),
    "objects": lambda *a: [object()],
    "an array of objects": lambda *a: np.array([object()]),
    "huge": lambda *a: 2**80,
    "a generator": lambda *a: (x for x in a),
    "a number": lambda *a: 1e9,
    "one number": lambda *a: [1.0],
    "many": lambda *a: np.ones((2, 3, 4, 5)),
}


def spoken(result: object) -> str:
    """Return what a check says, without what Python itself said."""
    return re.sub(r"(\w*Error|\[tĥát\]): .*", "", result._repr_html_())


@pytest.mark.parametrize("chapter", [name for name in dir(checks) if name.startswith("ch")])
def test_checks_say_nothing_that_a_table_could_not_replace(chapter, pseudo):
    for exercise in checks.registry(chapter).values():
        names = {name for case in exercise.cases for name in case.arguments}
        answers = (
            [*ODD.values()] if exercise.seconds == checks.exercise.SECONDS else [*ODD.values()][:6]
        )
        for odd_answer in answers:
            assert not escaped(spoken(exercise(odd_answer)), *names), exercise.id
        for text in (exercise.praise, exercise.asks, *(m.hint for m in exercise.mistakes)):
            assert not escaped(say(text)), text
        assert not escaped(repr(exercise).removeprefix(f"checks.{exercise.id}(your_function)"))


def test_a_check_that_is_passed_or_answered_wrongly_speaks_the_language(pseudo):
    exercise = checks.registry("ch00")["ch00.pixels_in_both"]
    passed = exercise(lambda a, b: (a & b).sum())
    assert passed.passed
    assert not escaped(repr(passed))
    wrong = exercise(lambda a, b: (a | b).sum())
    assert wrong.mistake == "either"
    assert not escaped(spoken(wrong), "a", "b")
    reveal = checks.reveal(say("Because."))
    assert not escaped(repr(reveal) + reveal._repr_html_())


def test_the_environment_speaks_the_language(pseudo, monkeypatch):
    monkeypatch.setattr(environment, "_INSTALL", "`pip`")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for free in (8 * 2**30, 2**20):
        report = environment.look(free)
        packages = [
            word for line in report.lines for word in re.findall(r"[a-z]+(?= \d)", line.found)
        ]
        assert not escaped(repr(report), *packages, "Python", "Linux")
        assert not escaped(report._repr_html_(), *packages, "Python", "Linux")


def test_tables_of_scores_speak_the_language(pseudo):
    matrix = ConfusionMatrix(class_names=["road", "sky"], per_image=True)
    for truth, prediction in (([[0, 1]], [[0, 0]]), ([[1, 1]], [[0, 1]])):
        matrix.update(np.array(truth), np.array(prediction))
    for scores in (matrix.scores(), matrix.scores(absent="zero", average="image", exclude="sky")):
        assert not escaped(scores._repr_html_() + repr(scores), "IoU")
    assert not escaped(matrix._repr_html_())
    assert not escaped(repr(matrix), "ConfusionMatrix")
    assert not escaped(repr(bootstrap(matrix, n_resamples=20, seed=0)))
    maps, classes = np.array([[1, 1, 2]]), {1: 0, 2: 1}
    assert not escaped(
        repr(panoptic_quality(maps, maps, classes, classes)), "PQ", "SQ", "RQ", "TP", "FP", "FN"
    )


def figure_words() -> str:
    """Return every text of every open figure."""
    found = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.canvas.draw()
        found += [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
    return " ".join(found)


def test_figures_speak_the_language(pseudo):
    maps = np.array([[0, 1, 2], [2, 1, 255]], np.uint8)
    masks = maps > 0, maps == 1
    for table in labels.TABLES.values():
        ids = np.array([[c.id for c in table]])
        show.show_labels(ids if ids.min() < 0 else ids.astype(np.uint8), table)
    show.show_labels(masks[0])
    show.show_labels(maps, ignore_index=255)
    show.show_labels(maps, NAMES, ignore_index=255)
    show.difference(*masks)
    show.difference(maps, maps.T.reshape(maps.shape), ignore_index=255)
    show.shares(np.eye(len(NAMES)), NAMES)
    show.intervals([1, 0.1], [0.5, -1], [2, 1], ["1", "2"])
    show.paired({"1": [1.0, 2.0, 3.0]})
    assert not escaped(figure_words())


def test_the_live_picture_speaks_the_language(pseudo, monkeypatch):
    from seglearn.training.records import Evaluation, Frame, Run, encode_map, encode_photograph

    monkeypatch.setattr("IPython.display.display", lambda picture, display_id: None)
    run = Run("test", {"n_steps": 10}, ["sky", "road"], losses=[2.0, 1.0])
    curve = LiveCurve(["sky", "road"], baseline=0.1)
    assert not escaped(curve._words(run))
    run.evaluations.append(Evaluation(2, 0.4, 0.6, [0.3, 0.5]))
    labels_ = np.array([[0, 0, 255], [1, 1, 1]], np.uint8)
    run.images, run.labels = [encode_photograph(np.zeros((2, 3, 3)))], [encode_map(labels_)]
    run.frames.append(Frame(0, [encode_map(np.minimum(labels_, 1))]))
    assert not escaped(curve._words(run))
    curve._fill(plt.figure(), run)
    assert not escaped(figure_words())


def test_what_a_sample_a_cost_and_a_run_print_speaks_the_language(pseudo):
    from seglearn.experiment import Cost
    from seglearn.imaging.landscape import make_landscape
    from seglearn.training.records import Evaluation, Run

    for sample in (samples.photograph("coffee"), samples.nuclei(), samples.landsat7()):
        assert not escaped(sample._facts())
        assert not escaped(re.search(r"</b>(.*)<br>", sample._repr_html_())[1])
    assert not escaped(repr(Cost((2, 3), 4, 4, 10**6, 0, 2**20)))
    assert not escaped(repr(make_landscape(0, 64)), "Landscape")
    run = Run("", {"n_steps": 10}, ["sky"], losses=[2.0], evaluations=[Evaluation(1, 0.4, 0.6, [])])
    for run.stopped in ("", "finished", "learned", "no progress", "diverged", "interrupted"):
        assert not escaped(repr(run), "Run")


# What errors name as Python writes it, beside the arguments of the function.
PYTHON = {
    *("array", "counts", "image", "masked", "np", "scores", "tensor", "torch", "values"),
    *("bool", "complex", "datetime", "dtype", "float", "int", "uint", "object"),
    *("dict", "list", "tuple", "ndarray", "str", "MaskedArray", "None", "NoneType", "Tracked"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_with_an_array_is_said_in_the_language(name, pseudo):
    each = CASES[name]
    function = each.call or resolve(name)
    good = {key: prepared(value, kind) for key, (value, kind) in each.arrays.items()}
    names = {*good, *inspect.signature(function).parameters, *PYTHON}
    n_errors = 0
    for argument, (value, kind) in each.arrays.items():
        for what, strange, usual in odd(value):
            if kind.verdict(what, usual) == WRONG:
                given = {**good, argument: prepared(strange, kind)}
                try:
                    answer(function, given, each.options)
                except (TypeError, ValueError) as error:
                    cause = str(error.__cause__) if error.__cause__ else ""
                    said = str(error).replace(cause, "")
                    assert not escaped(said, *names), f"{argument} = {what}"
                    n_errors += 1
    assert n_errors > 10


# --- what stands in the code ----------------------------------------------------------------------

DATA = {
    "self.title",  # of samples
    *("self.asks", "self.praise", "case.name", "mistake.hint"),  # of exercises
    *("found.name", "name", "str(classes[i])", "self.class_names[c]"),  # of classes
    *("label", "SUMMARIES[self.score]"),  # of scores
}

# A learner never sees what these say: the first chooses the language and has none yet, the second
# makes pages for authors, and what runs the experiment speaks to a maintainer's terminal.
PLAIN = {
    *("words.py", "pages.py"),
    *(f"experiment/{name}.py" for name in ("claims", "ledger", "pretraining", "rows")),
}

MODULES = {
    path.relative_to(ROOT / "seglearn").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "seglearn").rglob("*.py"))
    if "node_modules" not in path.parts
}
TREES = {name: ast.parse(text) for name, text in MODULES.items()}
SENTENCE = re.compile("[A-Za-z]{2,}[ ,:;]+[A-Za-z]{2,}")
SPEAKING = [name for name, text in MODULES.items() if "from seglearn.words import" in text]


@pytest.mark.parametrize("name", SPEAKING)
def test_what_is_said_stands_there_as_one_text_that_a_script_finds(name):
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "say_many"):
            texts = node.args[: 1 if ast.unparse(node.func) == "say" else 2]
            for text in texts:
                literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
                assert literal or ast.unparse(text) in DATA, ast.unparse(node)
            wanted = {
                key
                for text in texts
                if isinstance(text, ast.Constant)
                for key in fields(text.value)
            }
            given = {keyword.arg for keyword in node.keywords} | (
                {"n"} & wanted if len(texts) == 2 else set()
            )
            if given and None not in given:
                assert wanted == given, ast.unparse(node)


@pytest.mark.parametrize("name", MODULES)
def test_errors_and_warnings_are_said(name):
    assert bool(plain_errors(TREES[name])) == (name in PLAIN), plain_errors(TREES[name])


def test_the_rule_sees_a_sentence_that_is_not_said():
    for code in (
        "raise ValueError('too many pixels')",
        "return TypeError(f'{n} of {m} pixels')",
        "warnings.warn('few pixels', stacklevel=2)",
        "inputs.whole(n, 'number of pixels')",
        "remedy = f'pass {n} or more' if n else ''; say('{n} pixels; {remedy}', n=n, remedy=remedy)",
        "raise ValueError(say('{n} pixels; {remedy}', n=n, remedy='pass fewer of them'))",
    ):
        assert plain_errors(ast.parse(code)), code
    for code in (
        "raise ValueError(say('too many pixels'))",
        "raise ValueError(f'{path}: {error}')",
    ):
        assert not plain_errors(ast.parse(code)), code


def plain_errors(tree: ast.AST) -> list[str]:
    """Return what raises, warns or checks with a sentence that nothing translates, or says a part of one."""
    nodes = [*ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    said = [node for node in calls if ast.unparse(node.func) in ("say", "say_many")]
    given = {
        keyword.value.id
        for node in said
        for keyword in node.keywords
        if isinstance(keyword.value, ast.Name)
    }
    texts = [(node, [*node.args, *node.keywords]) for node in calls if complains(node)]
    texts += [(node, node.keywords) for node in said]
    texts += [
        (node, [node.value])
        for node in nodes
        if isinstance(node, ast.Assign) and given & {ast.unparse(each) for each in node.targets}
    ]
    return [ast.unparse(node) for node, parts in texts if unsaid(parts)]


def complains(node: ast.Call) -> bool:
    """Whether a call makes an error, gives a warning, or names to `inputs` what it checks."""
    name = ast.unparse(node.func)
    return bool(re.search(r"(Error|Warning|\bwarn|\brefuse)$|^inputs\.", name))


def unsaid(nodes: list[ast.AST]) -> list[str]:
    """Return the sentences in pieces of code that no call of say holds; commands and tuples are none."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr):
            pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(str(each.value) for each in pieces if isinstance(each, ast.Constant))
            if SENTENCE.search(text) and not text.startswith(("python ", "(")):
                found.append(text)
            found += unsaid([each.value for each in pieces if isinstance(each, ast.FormattedValue)])
        elif not isinstance(node, ast.Tuple) and not (
            isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "say_many")
        ):
            found += unsaid([*ast.iter_child_nodes(node)])
    return found


def fields(text: str) -> set[str]:
    """Return the names of the fields of a text."""
    return set(re.findall(r"(?<!\{)\{(\w+)[^{}]*\}", text))


def test_tables_keep_the_fields_of_a_text():
    for path in words.FOLDER.glob("*/*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale=path.parent.name.replace("-", "_")):
                texts = (message.id,) if isinstance(message.id, str) else message.id
                others = (message.string,) if isinstance(message.string, str) else message.string
                for other in filter(None, others if message.id else ()):
                    assert fields(other) <= set().union(*map(fields, texts)), (path, texts)
