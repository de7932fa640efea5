"""The search: what is tried follows from what is finished, in whatever order it was."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglearn.experiment import search
from seglearn.experiment.protocol import PROTOCOL
from seglearn.experiment.search import Trial, best_of, choice, wanted

LADDER = (*reversed(PROTOCOL.lower_rates), *PROTOCOL.rates, *PROTOCOL.higher_rates)


def trial(lr, seed, score, stopped="finished"):
    return Trial(lr, seed, (0.9, score, score, score), stopped, 100.0)


def run_search(score_of, pick=lambda missing: 0):
    """Try what is wanted, one at a time, until nothing is."""
    trials = []
    while missing := wanted(trials, PROTOCOL):
        lr, seed = missing[pick(missing)]
        trials.append(trial(lr, seed, score_of(lr, seed)))
        assert len(trials) <= len(LADDER) * len(PROTOCOL.search_seeds)
    return trials


def peak_at(best, seed_effect=0.05):
    """Scores that fall by 0.1 for each rung from the best one, and differ between seeds."""
    place = LADDER.index(best)
    return lambda lr, seed: 0.7 - 0.1 * abs(LADDER.index(lr) - place) + seed_effect * (seed - 100)


def test_rates_are_a_ladder_of_the_same_factor():
    assert list(LADDER) == sorted(LADDER)
    assert all(2.9 < high / low < 3.4 for low, high in itertools.pairwise(LADDER))
    assert not {*PROTOCOL.search_seeds} & {*PROTOCOL.seeds, *PROTOCOL.named_seeds}


def test_the_grid_comes_first_with_all_seeds():
    assert wanted([], PROTOCOL) == [
        (lr, seed) for seed in PROTOCOL.search_seeds for lr in PROTOCOL.rates
    ]


@pytest.mark.parametrize(
    ("best", "tried", "bracketed"),
    [
        (5e-3, [1.5e-3, 5e-3, 1.5e-2], True),
        (1.5e-2, [1.5e-3, 5e-3, 1.5e-2, 5e-2], True),
        (5e-2, [1.5e-3, 5e-3, 1.5e-2, 5e-2, 0.15], True),
        (0.15, [1.5e-3, 5e-3, 1.5e-2, 5e-2, 0.15], False),
        (1.5e-3, [5e-4, 1.5e-3, 5e-3, 1.5e-2], True),
        (1.5e-4, [1.5e-4, 5e-4, 1.5e-3, 5e-3, 1.5e-2], False),
    ],
)
def test_it_goes_on_beyond_an_edge_twice_at_most(best, tried, bracketed):
    trials = run_search(peak_at(best))
    found = choice(trials, PROTOCOL)
    assert found.lr == best
    assert list(found.scores) == tried
    assert found.bracketed is bracketed
    assert len(trials) == len(tried) * 2


def test_within_one_point_the_lower_rate_wins():
    scores = {1.5e-3: 0.591, 5e-3: 0.6, 1.5e-2: 0.5}
    assert choice(run_search(lambda lr, seed: scores[lr]), PROTOCOL).lr == 1.5e-3
    scores[1.5e-3] = 0.589
    assert choice(run_search(lambda lr, seed: scores[lr]), PROTOCOL).lr == 5e-3


def test_the_score_is_a_mean_over_the_last_evaluations_and_over_seeds():
    short = [Trial(5e-3, seed, (0.9, 0.1, 0.2, 0.3), "finished", 1.0) for seed in (100, 101)]
    assert search.scores(short, PROTOCOL) == {5e-3: pytest.approx(0.2)}
    assert search.scores(short[:1], PROTOCOL) == {}


def test_a_training_that_diverged_scores_nothing():
    trials = run_search(peak_at(1.5e-2))
    trials = [
        trial(t.lr, t.seed, 0.9, "diverged") if (t.lr, t.seed) == (1.5e-2, 101) else t
        for t in trials
    ]
    found = choice(trials, PROTOCOL)
    assert found.scores[1.5e-2] == pytest.approx(0.35)
    assert found.lr == 5e-3
    row = search.table_of({"a": trials}, PROTOCOL)["rows"][0]
    assert row["diverged"] == 1
    assert [each["score"] for each in row["trials"] if each["stopped"] == "diverged"] == [0.0]


def test_nothing_is_chosen_before_the_search_is_over():
    trials = run_search(peak_at(1.5e-2))
    for n in range(len(trials)):
        assert choice(trials[:n], PROTOCOL).lr is None
    assert choice(trials, PROTOCOL).lr == 1.5e-2


scores_of_ladder = st.lists(
    st.floats(0, 1, allow_nan=False), min_size=2 * len(LADDER), max_size=2 * len(LADDER)
)


@given(scores_of_ladder, st.randoms(use_true_random=False))
def test_the_order_of_arrivals_does_not_matter(values, random):
    def score_of(lr, seed):
        return values[2 * LADDER.index(lr) + seed - 100]

    straight = run_search(score_of)
    shuffled = run_search(score_of, lambda missing: random.randrange(len(missing)))
    assert sorted(straight, key=repr) == sorted(shuffled, key=repr)
    random.shuffle(shuffled)
    assert choice(straight, PROTOCOL) == choice(shuffled, PROTOCOL)
    assert wanted(shuffled, PROTOCOL) == []

    found = choice(straight, PROTOCOL)
    best = best_of(found.scores)
    assert found.lr <= best
    assert found.scores[found.lr] >= found.scores[best] - PROTOCOL.tie
    assert all(
        found.scores[lr] < found.scores[best] - PROTOCOL.tie for lr in found.scores if lr < found.lr
    )
    if not found.bracketed:  # it went as far as it could
        assert math.isclose(best, LADDER[-1]) or math.isclose(best, LADDER[0])


def test_a_table_comes_back_from_json(tmp_path):
    from seglearn.training.checkpoints import save_json

    trials = {"a": run_search(peak_at(5e-3)), "b": run_search(peak_at(0.15))[:3]}
    path = tmp_path / "search.json"
    assert search.read_trials(path) == {}
    save_json(path, search.table_of(trials, PROTOCOL, task="search"))
    again = search.read_trials(path)
    assert list(again) == ["a", "b"]
    for label, each in again.items():
        assert sorted(each, key=repr) == sorted(trials[label], key=repr)
