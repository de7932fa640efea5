"""The one experiment: every network on the same data, with the same budget and the same recipe.

Start at `PROTOCOL`, and at `Job` and `run_job`, one training from start to result. What a network
costs is counted by `cost` and timed by `latency`; what was trained and measured is read by
`load_net`, `load_run` and `load_table`, and of the second edition by `load_rows` and
`load_confusions`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["baselines", "clip_leak", "noise_surface", "variants"],
    submod_attrs={
        "building": ["build"],
        "costs": ["Cost", "cost"],
        "protocol": ["PROTOCOL", "DataSpec", "Job", "Protocol", "class_names_of", "load_data"],
        "results": ["load_confusions", "load_net", "load_rows", "load_run", "load_table"],
        "runs": ["read_result", "run_job", "score"],
        "tables": ["measure", "row_of", "spread"],
        "timing": ["Latency", "latency"],
    },
)
