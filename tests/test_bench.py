"""The benchmark runs, tells all its figures, and the books that it leaves behind are sound."""

import json

from typer.testing import CliRunner

from scripts.main import app

FIGURES = {
    "payments_per_second",
    "hot_payments_per_second",
    "noop_per_second",
    "p1_payments_to_noop",
    "p3_hot_to_uniform",
    "p50_ms",
    "p99_ms",
    "hot_p50_ms",
    "hot_p99_ms",
    "batch",
}


def test_a_short_bench_tells_its_figures_and_leaves_sound_books() -> None:
    line = "bench --against noop --engine sqlite --clients 8 --seconds 1 --rounds 1 --wallets 40"
    result = CliRunner().invoke(app, [*line.split(), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["clients"] == 8
    figures = told["engines"]["sqlite"]
    assert all(figures[name] > 0 for name in FIGURES)
    assert figures["sound"], figures["problems"]
    assert figures["nothing_lost"]
    assert figures["found"] == figures["acknowledged"] > 0
    assert {len(rounds) for rounds in figures["rounds"].values()} == {1}


def test_an_import_tells_its_time_and_its_memory_and_leaves_sound_books() -> None:
    result = CliRunner().invoke(
        app, ["bench", "--statement", "--lines", "1500", "--wallets", "20", "--json"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    small, large = told["imports"]
    assert (small["lines"], large["lines"]) == (100, 1500)
    assert (large["matched"], large["waiting"]) == (1470, 30)
    assert large["sound"]
    assert told["p6_line_large_to_small"] > 0
    assert 0 < large["peak_mb_before"] <= large["peak_mb"]


def test_without_a_rival_there_is_no_ratio_to_it() -> None:
    line = "bench --engine sqlite --clients 2 --seconds 0.2 --rounds 1 --wallets 3 --json"
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["engines"]["sqlite"]
    assert figures["noop_per_second"] is figures["p1_payments_to_noop"] is None
