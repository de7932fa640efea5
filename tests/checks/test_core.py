"""The machinery of checks: what it says, and that no answer makes it raise, hang or tell."""

from __future__ import annotations

import html
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from IPython.core.formatters import DisplayFormatter
from jupyter_client.manager import start_new_kernel

from seglearn import checks
from seglearn.checks import guard
from seglearn.checks.exercise import Case, Exercise, Mistake, registry
from seglearn.checks.prediction import reveal
from seglearn.checks.result import MIME, Result

CASES = [
    Case("two small numbers", {"x": np.array([1.0, 2.0])}),
    Case("a zero", {"x": np.array([0.0, 5.0])}),
]


def double(x):
    return 2 * x


def exercise(reference=double, cases=CASES, mistakes=(), **options):
    options = {"seconds": 0.5, "praise": "Doubled."} | options
    return Exercise("ch99.double", "function(x): twice x", reference, cases, mistakes, **options)


def check(function, **options):
    return exercise(**options)(function)


def said(result):
    """Show a result in every way there is; none may raise."""
    bundle, _ = DisplayFormatter().format(result)
    assert set(bundle) >= {"text/plain", "text/html", MIME}
    assert bundle["text/plain"] == repr(result) == str(result)
    assert bundle["text/html"] == result._repr_html_()
    json.dumps(bundle[MIME])
    assert len(bundle["text/plain"]) < 3000
    return bundle


# --- what it says --------------------------------------------------------------------------------


def test_right_answer_passes():
    result = check(double)
    assert result.passed
    assert result.attempted
    assert repr(result) == "✓ Passed. Doubled."


def not_yet(x):
    raise NotImplementedError


@pytest.mark.parametrize("stub", [lambda x: None, lambda x: ..., not_yet])
def test_stub_is_not_attempted(stub):
    result = check(stub)
    assert result.status == "not attempted yet"
    assert not result.passed
    assert not result.attempted


def test_nothing_on_a_later_case_is_a_wrong_answer():
    assert "returned nothing here" in check(lambda x: 2 * x if x.all() else None).message


def test_wrong_answer_says_what_and_where_but_not_the_answer():
    result = check(lambda x: x + 1)
    assert result.status == "not yet"
    assert "Entry [1] is 3, which is too small" in result.message
    assert "two small numbers" in repr(result)
    assert "4" not in result.message


def test_functions_are_called_by_position():
    assert check(lambda another_name: 2 * another_name).passed
    assert check(lambda x, factor=2: factor * x).passed
    assert check(lambda *values: 2 * values[0]).passed
    assert check(np.float64(2).__mul__).passed


def needs_a_name(*, x):
    return 2 * x


@pytest.mark.parametrize("function", [lambda: 2, lambda x, y: 2 * x, needs_a_name])
def test_a_function_that_cannot_be_called_so(function):
    result = check(function)
    assert result.status == "not yet"
    assert "1 value, in this order: `x`" in result.message


def test_something_that_is_no_function():
    assert "Pass the function itself, not a value of type `int`" in check(3).message


def test_learners_exception_is_reported_not_raised():
    def breaks(x):
        return x["no such key"]

    result = check(breaks)
    assert result.status == "stopped with an error"
    assert "IndexError" in result.message
    assert f"line {breaks.__code__.co_firstlineno + 1} of your cell" in result.message


def test_class_numbers_are_not_too_large():
    result = check(lambda x: x, answers_are_classes=True)
    assert "is 1; another class belongs there" in result.message


def test_nan_is_asked_for_where_nothing_is_defined():
    result = check(lambda x: 0.0, reference=lambda x: float("nan"))
    assert "0/0: say so with `nan`" in result.message
    assert "is `nan`, but here the value is defined" in check(lambda x: x * np.nan).message


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (3.0, "one number; this exercise asks for 2 numbers"),
        ([3.0], "a list of 1 number; this exercise asks for 2 numbers"),
        (np.zeros((2, 2)), "an array of shape (2, 2)"),
        (np.broadcast_to(0, (10**9, 10**9)), "an array of shape (1000000000, 1000000000)"),
        ("four", "text, not numbers"),
        (["2", "4"], "text, not numbers; `'1'` is not `1`"),
        (np.array([b"2", b"4"]), "text, not numbers"),
        ([2 + 0j, 4], "complex"),
        (np.array(["2026-01-01", "2026-01-02"], "datetime64[D]"), "not numbers"),
        (np.array([2.0, 4.0], object), "Python objects"),
        ([2.0, None], "something else than numbers"),
        ([[2.0], [4.0, 1.0]], "ragged"),
        ([Decimal(2), Decimal(4)], "something else than numbers"),
        (Fraction(2), "`Fraction`, not numbers"),
        (10**30, "64 bits"),
        ({2: 4}, "`dict`, not numbers"),
        ({2, 4}, "`set`, not numbers"),
        (np.ma.masked_array([2.0, 4.0], [False, True]), "masked"),
        (np.ma.masked, "masked"),
        ((n for n in (2.0, 4.0)), "without `yield`"),
        (double, "`function`, not numbers"),
        (np.zeros(2, [("a", float)]), "not numbers"),
        (NotImplemented, "not numbers"),
    ],
)
def test_kind_of_answer(answer, text):
    result = check(lambda x: answer)
    assert result.status == "not yet"
    assert text in result.message
    said(result)


# --- what is right ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "style",
    [
        list,
        tuple,
        np.float32,
        np.float16,
        torch.tensor,
        lambda v: torch.tensor(v, requires_grad=True),
        lambda v: torch.tensor(v, dtype=torch.bfloat16),
        lambda v: [torch.tensor(float(n), requires_grad=True) for n in v],
        np.ma.masked_array,
        np.longdouble,
    ],
)
def test_styles_of_a_right_answer(style):
    assert check(lambda x: style(2 * x)).passed


def test_tolerance_is_that_of_the_answers_type():
    def third(x):
        return x / 3

    for dtype in (np.float16, np.float32):
        assert check(lambda x, d=dtype: (x / 3).astype(d), reference=third).passed
    assert not check(lambda x: x / 3 * 1.002, reference=third).passed
    assert check(lambda x: (x / 3).astype(np.float16).astype(float), reference=third).mistake == ""
    assert not check(lambda x: (x / 3).astype(np.float16).astype(float), reference=third).passed


def test_whole_numbers_are_exact():
    def count(x):
        return 300

    assert check(lambda x: 300.0, reference=count).passed
    assert check(lambda x: np.float16(300), reference=count).passed
    for wrong in (301, np.float16(301), 300.001, np.uint8(44), 2**53):
        assert not check(lambda x, w=wrong: w, reference=count).passed
    large = 2**60
    assert not check(lambda x: large + 1, reference=lambda x: large).passed


def test_warnings_prints_and_numpys_settings_do_no_harm(capsys):
    def loud(x):
        print("working")
        return x / (x * 0)

    with np.errstate(all="raise"):
        result = check(lambda x: 2 * x, reference=lambda x: np.where(x / (x * 0) > 0, 2 * x, 2 * x))
    assert result.passed
    with pytest.warns(RuntimeWarning):
        assert check(loud).status == "not yet"
    assert "working" in capsys.readouterr().out


# --- mistakes --------------------------------------------------------------------------------------


def test_a_known_mistake_brings_its_hint_and_its_id():
    square = Mistake("square", lambda x: x * x, "That is the square.")
    result = check(lambda x: x**2, mistakes=[square])
    assert "That is the square." in result.message
    assert result.mistake == "square"


def test_a_mistake_that_fails_on_the_case_is_passed_over():
    never = Mistake("never", lambda x: x[99], "never")
    result = check(lambda x: x, mistakes=[never, Mistake("same", lambda x: x, "same")])
    assert result.message.endswith("same")


def test_a_mistake_that_shows_on_an_earlier_case_brings_no_hint():
    def learner(x):
        return 2 * x if x.all() else x + 2

    earlier = Mistake("earlier", lambda x: x + 2, "earlier")
    assert "earlier" not in check(learner, mistakes=[earlier]).message
    now = Mistake("now", learner, "now")
    assert check(learner, mistakes=[earlier, now]).mistake == "now"


def test_the_mistake_that_fits_every_case_is_preferred():
    first_only = Mistake("first", lambda x: x + 1 if x.all() else 2 * x, "first")
    always = Mistake("always", lambda x: x + 1, "always")
    assert check(lambda x: x + 1, mistakes=[first_only, always]).mistake == "always"
    # Two mistakes at once: what is shown is explained.
    assert check(lambda x: x + 1 if x.all() else x, mistakes=[always]).mistake == "always"


def test_one_whole_number_is_soon_the_same_by_chance():
    cases = [Case("a", {"x": np.array([1, 2])}), Case("b", {"x": np.array([5, 3, 1])})]
    length = Mistake("length", lambda x: len(x), "length")
    by_chance = check(lambda x: 2, reference=np.sum, cases=cases, mistakes=[length])
    assert by_chance.mistake == ""
    assert check(len, reference=np.sum, cases=cases, mistakes=[length]).mistake == "length"


def test_a_changed_input_is_refused():
    def spoils(x):
        out = 2 * x
        x[:] = 7
        return out

    result = check(spoils)
    assert result.mistake == "input-changed"
    assert "changes its input `x`" in result.message
    assert CASES[0].arguments["x"].tolist() == [1, 2]
    assert "changes its input" in check(lambda x: x.__imul__(3)).message


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.append(1),
        lambda x: x.__setitem__(0, Hostile("__eq__")),
        lambda x: x[1].popitem(),
        lambda x: x[2].resize(2),
    ],
)
def test_every_kind_of_input_is_looked_at(change):
    cases = [Case("all", {"x": [1, {"a": 2}, np.array([1.0, np.nan, 3.0])]})]

    def answer(x):
        change(x)
        return 2

    assert check(answer, reference=lambda x: 2, cases=cases).mistake == "input-changed"
    assert check(lambda x: 2, reference=lambda x: 2, cases=cases).passed


# --- hostile answers -------------------------------------------------------------------------------

SPECIAL = [
    "__repr__",
    "__str__",
    "__array__",
    "__len__",
    "__eq__",
    "__getitem__",
    "__iter__",
    "__float__",
    "__bool__",
    "__format__",
    "__hash__",
    "__getattr__",
    "__getattribute__",
    "__array_interface__",
]
ERRORS = [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, RecursionError, MemoryError]


def Hostile(*methods, error=ValueError):
    def raises(self, *_):
        raise error("<b>no</b>")

    space = dict.fromkeys(methods, raises)
    space["__class__"] = property(raises)
    return type("Hostile", (), space)()


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("method", [*SPECIAL, "all"])
def test_an_object_whose_methods_raise(method, error):
    thing = Hostile(*(SPECIAL if method == "all" else [method]), error=error)
    array = np.empty(2, object)
    array[0] = thing
    for answer in (thing, [thing, thing], {"a": thing}, array):
        result = check(lambda x, a=answer: a)
        assert result.status in ("not yet", "stopped with an error")
        assert "<b>" not in said(result)["text/html"]


@pytest.mark.parametrize("error", [*ERRORS, StopIteration, AssertionError, BaseException])
def test_an_answer_that_raises(error):
    def answer(x):
        raise error("<b>no</b>")

    result = check(answer)
    assert result.status == "stopped with an error"
    assert error.__name__ in result.message
    assert "<b>" not in said(result)["text/html"]


def test_an_answer_that_exits_or_recurses():
    def endless(x):
        return endless(x)

    assert "SystemExit" in check(lambda x: sys.exit("bye")).message
    assert "RecursionError" in check(endless).message


def test_an_error_that_cannot_be_shown():
    class Wordless(Exception):
        def __str__(self):
            raise ValueError

    def answer(x):
        raise Wordless

    assert "cannot be shown" in said(check(answer))["text/plain"]


def test_half_characters_are_shown_as_numbers():
    class Half:
        def __repr__(self):
            return "\ud83c"

    def answer(x):
        raise ValueError("\ud83c")

    for result in (check(answer), check(lambda x: Half())):
        page = json.dumps(said(result), ensure_ascii=False).encode()
        assert rb"\ud83c" in page


def looped():
    a = [1]
    a.append(a)
    return a


def deep():
    a = [1]
    for _ in range(100_000):
        a = [a]
    return a


@pytest.mark.parametrize(
    "answer",
    [
        looped(),
        deep(),
        "long " * 10**6,
        ["words", "of", "text"] * 10**4,
        [None] * 10**5,
        [[1, 2], [3]] * 1000,
        10**10_000,
        list(range(10**6)),
        np.zeros((1000, 1000)),
        "<script>alert(1)</script>",
        type("<b>", (), {})(),
        float("inf"),
        np.float64("nan"),
        np.zeros((0, 3)),
        np.zeros((2, 0, 1, 5)),
        memoryview(b"12"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_odd_answers_are_shown_briefly_and_escaped(answer):
    result = check(lambda x: answer)
    assert result.status == "not yet"
    page = said(result)["text/html"]
    assert "<script" not in page
    assert "<b>" not in page
    assert len(page) < 10_000


def test_callables_that_are_no_plain_functions():
    class Callable:
        def __call__(self, x):
            return 2 * x

    class Raises:
        __signature__ = property(lambda self: 1 / 0)

        def __call__(self, x):
            return 2 * x

    assert check(Callable()).passed
    assert check(Raises()).passed
    assert not check(int).passed
    assert not check(print).passed

    async def later(x):
        return 2 * x

    with pytest.warns(RuntimeWarning, match="never awaited"):
        assert "`async`" in check(later).message


# --- time and interrupts -----------------------------------------------------------------------------


def busy(x=None):
    while True:
        pass


def swallows(x=None):
    while True:
        try:  # noqa: SIM105
            busy()
        except:  # noqa: E722
            pass


def swallows_twice(x=None):
    while True:
        try:
            swallows()
        except BaseException as error:
            repr(error)
            continue


def finds_excuses(x=None):
    try:
        busy()
    finally:
        swallows()


def returns_late(x=None):
    try:
        busy()
    except BaseException:
        return 2 * x


alarm = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no alarm")


@alarm
@pytest.mark.parametrize("endless", [busy, swallows, swallows_twice, finds_excuses, returns_late])
def test_an_endless_loop_is_stopped(endless):
    trace, start = sys.gettrace(), time.monotonic()
    result = check(endless, seconds=0.2)
    assert time.monotonic() - start < 3
    assert result.status == "stopped with an error"
    assert "after 0.2 seconds" in result.message
    assert sys.gettrace() is trace


@alarm
def test_an_endless_loop_while_the_answer_is_read():
    class Endless:
        def __array__(self, dtype=None, copy=None):
            busy()

        __repr__ = __array__

    assert "after 0.2 seconds" in check(lambda x: Endless(), seconds=0.2).message


@alarm
def test_an_import_is_let_finish(tmp_path, monkeypatch):
    slow = "import time\nfor _ in range(50):\n    time.sleep(0.01)\nwhole = True\n"
    (tmp_path / "slow_to_import.py").write_text(slow)
    monkeypatch.syspath_prepend(tmp_path)

    def answer(x):
        import slow_to_import  # the first time: half a second

        return 2 * x if slow_to_import.whole else busy()

    def endless(x):
        del sys.modules["slow_to_import"]
        import slow_to_import  # noqa: F401

        busy()

    assert check(answer, seconds=0.2).passed
    assert sys.modules["slow_to_import"].whole
    assert "after 0.2 seconds" in check(endless, seconds=0.2).message
    monkeypatch.setattr(guard, "_LONGEST_IMPORT", 0)
    assert "after 0.2 seconds" in check(endless, seconds=0.2).message


@alarm
def test_timer_and_handlers_are_what_they_were():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        guard.call(busy, 0.1)
        assert signal.getsignal(signal.SIGINT) is interrupt
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 0.25
        assert not rang
        time.sleep(0.3)
        assert rang == [1]
        assert guard.call(lambda: 5, 1).value == 5
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@alarm
def test_a_check_inside_a_check():
    assert guard.call(lambda: guard.call(busy, 0.1), 2).value.out_of_time
    assert guard.call(lambda: (guard.call(busy, 0.1), busy()), 0.3).out_of_time


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
@pytest.mark.parametrize("endless", [busy, swallows, swallows_twice])
def test_a_real_interrupt_reaches_the_kernel(endless):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            check(endless, seconds=5)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


@alarm
def test_in_a_real_kernel():
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code):
        outputs = []
        reply = client.execute_interactive(code, output_hook=outputs.append, timeout=60)
        data = [o["content"]["data"] for o in outputs if o["msg_type"] == "execute_result"]
        return reply["content"], data

    try:
        run(
            "import dataclasses\nfrom seglearn import checks\n"
            "quick = dataclasses.replace(checks.ch00.pixels_in_both, seconds=0.3)\n"
            + inspect.getsource(busy)
            + inspect.getsource(swallows)
        )
        content, (data,) = run("quick(lambda a, b: swallows())")
        assert content["status"] == "ok"
        assert data[MIME]["state"] == "error"
        assert "after 0.3 seconds" in data["text/plain"]
        stop = threading.Timer(0.5, manager.interrupt_kernel)
        stop.start()
        content, _ = run("dataclasses.replace(quick, seconds=30)(lambda a, b: swallows())")
        assert content["ename"] == "KeyboardInterrupt"
        assert run("quick(lambda a, b: (a & b).sum())")[1][0][MIME]["state"] == "passed"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_another_thread_has_no_alarm_and_still_a_check():
    results = []
    thread = threading.Thread(target=lambda: results.extend([check(double), check(not_yet)]))
    thread.start()
    thread.join()
    assert [result.status for result in results] == ["passed", "not attempted yet"]


# --- how it is shown -----------------------------------------------------------------------------


def test_html_shows_the_input_and_marks_the_wrong_entry():
    page = check(lambda x: x + 1)._repr_html_()
    assert page.count("<table") == 2
    assert page.count("outline:3px") == 1
    assert "<script" not in page


def test_text_and_numbers_need_no_quotes_in_plain_text():
    plain = said(check(lambda x: ["2", "4"]))["text/plain"]
    assert "text, not numbers; '1' is not 1." in plain
    assert "''" not in plain


def test_code_is_shown_as_code():
    hint = Mistake("same", lambda x: x, "Use `2 * x < y`, not <b>.")
    bundle = said(check(lambda x: x, mistakes=[hint]))
    assert "Use <code>2 * x &lt; y</code>, not &lt;b&gt;." in bundle["text/html"]
    assert "Use '2 * x < y', not <b>." in bundle["text/plain"]
    assert "`" not in bundle["text/html"] + bundle["text/plain"]


@pytest.mark.parametrize(
    ("function", "state", "mistake"),
    [
        (double, "passed", None),
        (lambda x: None, "unattempted", None),
        (lambda x: x + 0.125, "wrong", None),
        (lambda x: x, "wrong", "same"),
        (lambda secret: secret["key"], "error", None),
    ],
)
def test_data_says_the_outcome_and_nothing_of_the_learner(function, state, mistake):
    result = check(function, mistakes=[Mistake("same", lambda x: x, "")])
    assert said(result)[MIME] == {
        "version": 1,
        "exercise": "ch99.double",
        "state": state,
        "mistake": mistake,
    }


def test_every_status_can_be_shown_with_any_input():
    inputs = {
        "none": None,
        "pairs": [(3, 1), (3, 2)],
        "table": {7: 0},
        "floats": np.zeros((2, 3)),
        "labels": np.array([[0, 255]], np.uint8),
        "mask": np.eye(3, dtype=bool),
        "stack": np.zeros((2, 2, 2), np.uint8),
        "empty": np.zeros((0, 4)),
        "large": np.zeros((30, 30)),
        "one": np.float64(3),
        "words": ["a", "b"],
        "ragged": [1, [2, 3]],
    }
    for status in ("passed", "not attempted yet", "not yet", "stopped with an error"):
        bundle = said(Result("ch99.double", status, "m", case="c", inputs=inputs))
        for name in inputs:
            assert f"<figcaption>{name}</figcaption>" in bundle["text/html"]


def test_reveal_is_folded_and_escaped():
    page = reveal("a < b")._repr_html_()
    assert page.startswith("<details")
    assert "a &lt; b" in page
    assert " open" not in page.split(">")[0]
    assert checks.reveal is reveal


# --- the registry ----------------------------------------------------------------------------------


def test_registry_walks_the_exercises_in_order():
    found = registry()
    assert list(found) == sorted(found, key=lambda id: id.partition(".")[0])
    assert {"ch00.pixels_in_both", "ch09.confusion"} <= set(found)
    assert list(registry("ch09")) == [id for id in found if id.startswith("ch09.")]
    assert checks.registry is registry
    with pytest.raises(ValueError, match="ch77"):
        registry("ch77")


@pytest.mark.parametrize("exercise", registry().values(), ids=lambda e: e.id)
def test_every_exercise_is_complete_and_has_a_test(exercise):
    assert re.fullmatch(r"ch\d\d\.[a-z_]+", exercise.id)
    assert exercise.asks.startswith("function(")
    assert exercise.asks in exercise.__doc__
    assert exercise.id in repr(exercise)
    texts = [
        exercise.praise,
        *(m.hint for m in exercise.mistakes),
        *(c.name for c in exercise.cases),
    ]
    for text in texts:
        assert text
        assert text.count("`") % 2 == 0, text
    for mistake in exercise.mistakes:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mistake.id), mistake.id
    names = {tuple(case.arguments) for case in exercise.cases}
    assert len(names) == 1, "the arguments have the same names in every case"
    signature = re.match(r"function\((.*?)\)", exercise.asks)[1]
    assert tuple(signature.split(", ")) == names.pop()


def test_registry_does_not_import_torch():
    code = (
        "import sys; from seglearn import checks; checks.registry(); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_messages_of_html_are_escaped_once():
    result = Result("ch99.double", "not yet", "a & b < `c & d`")
    assert html.unescape(re.sub("<[^>]*>", "", result._repr_html_())).endswith("a & b < c & d")
