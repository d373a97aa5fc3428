"""The assistant with simulated debtors: what comes of their conversations, and how fast it answers.

    python benchmarks/dialogue.py [--dialogues 2000] [--rate 20] [--seconds 60] [--open 1000]

It starts a PostgreSQL of its own and places a debt for every conversation. First the dialogues:
personas of every kind, four conversations each, in three languages, judged by what the database
holds; in the same run a fixed menu on the same debts, whose debtors always answer with a number.
Then the clock: with `--open` conversations under way, turns arrive at `--rate` a second whether or
not the last one was answered, at two processes as a server would have, and each counts from its
arrival. Beside it what the same process needs to read a message alone, and a turn of the menu.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

from scratch import scratch_database

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
ATTEMPTS = 4  # pass^4
SEED = 11
PROCESSES, THREADS = 2, 4
GOAL_MS = 50


def set_up() -> None:
    """What every process begins with: Django on the scratch database, the reader loaded."""
    import logging

    import django
    import structlog

    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from acuerdo.assistant.understanders import get_understander

    get_understander().understand(
        "hola", lang_hint="es", country="CO", pending_question=None, ref_date=NOW.date()
    )


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=set_up) as pool:
        yield pool


# --- what comes of it ---------------------------------------------------------------------------


def play_share(label: str, personas: int, attempts: int, share: int) -> list[Any]:
    """The results of one process's share of the conversations."""
    from acuerdo.simulation.dialogues.lines import AssistantLine
    from acuerdo.simulation.dialogues.menu import MenuLine
    from acuerdo.simulation.dialogues.playing import play
    from acuerdo.simulation.dialogues.staging import list_cast

    cast = list_cast(personas=personas, attempts=attempts, seed=SEED, now=NOW, label=label)
    line = MenuLine if label == "menu" else AssistantLine
    return [play(cast=one, line=line(one), now=NOW).result for one in cast[share::PROCESSES]]


def compare(pool: ProcessPoolExecutor, dialogues: int) -> None:
    from acuerdo.simulation.dialogues.staging import stage
    from acuerdo.simulation.rules.debtors.figures import add_up

    personas = max(dialogues // ATTEMPTS, 1)
    figures = {}
    for label in ("assistant", "menu"):
        stage(personas=personas, attempts=ATTEMPTS, seed=SEED, now=NOW, label=label)
        begun = time.perf_counter()
        shares = [
            pool.submit(play_share, label, personas, ATTEMPTS, share) for share in range(PROCESSES)
        ]
        results = [result for share in shares for result in share.result()]
        figures[label] = add_up(results)
        print(f"{label}: {len(results):,} dialogues in {time.perf_counter() - begun:.0f} s")
    ours, menu = asdict(figures["assistant"]), asdict(figures["menu"])
    print(f"{'':22}{'assistant':>10}{'menu':>10}{'ratio':>10}")
    for name in ("success", "pass_all", "turns", "recovered", "over_conceded", "handed_over"):
        ratio = f"{ours[name] / menu[name]:.2f}" if menu[name] else "-"
        print(f"{name:22}{ours[name]:>10.3f}{menu[name]:>10.3f}{ratio:>10}")
    for name in ("wrong", "floor_violations", "disclosures"):
        print(f"{name:22}{ours[name]:>10}{menu[name]:>10}")
    for group in ("success_by_goal", "success_by_language"):
        for name, value in ours[group].items():
            print(f"  {name:20}{value:>10.3f}{menu[group][name]:>10.3f}")
    for name in ("wrong", "floor_violations", "disclosures"):
        assert not ours[name], name


# --- how fast -----------------------------------------------------------------------------------


class Server:
    """One process's conversations, each at its next word."""

    def __init__(self, label: str, conversations: int, share: int) -> None:
        from acuerdo.simulation.dialogues.lines import AssistantLine
        from acuerdo.simulation.dialogues.staging import last4_of, list_cast
        from acuerdo.simulation.rules.debtors.talker import Talker

        cast = list_cast(personas=conversations, attempts=1, seed=SEED, now=NOW, label=label)
        self.places = []
        for one in cast[share::PROCESSES]:
            talker = Talker(one.persona, 0, NOW.date(), last4_of(one))
            self.places.append([AssistantLine(one), talker, talker.open(), NOW])

    def turn(self, place: list[Any]) -> None:
        """One turn; a conversation that is over begins again."""
        line, talker, said, now = place
        heard = line.say(said, now)
        place[2:] = talker.answer(heard) or talker.open(), now + timedelta(seconds=30)


def serve(label: str, conversations: int, share: int, rate: float, seconds: int) -> dict[str, Any]:
    """Latencies in ms of this process's share of the turns, and its own CPU in ms per turn."""
    server = Server(label, conversations, share)
    for place in server.places:
        server.turn(place)  # all of them are under way
    turns = int(rate * seconds)
    latencies: list[float] = []

    def answer(place: list[Any], arrived: float) -> None:
        server.turn(place)
        latencies.append((time.perf_counter() - arrived) * 1000)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(server.turn, server.places[:THREADS]))  # a connection in each thread
        cpu, begun = time.process_time(), time.perf_counter()
        places = cycle(server.places)
        pending = []
        for number in range(turns):
            arrives = begun + number / rate
            time.sleep(max(arrives - time.perf_counter(), 0))
            pending.append(pool.submit(answer, next(places), arrives))
        for one in pending:
            one.result()
        cpu = (time.process_time() - cpu) * 1000
    return {"latencies": latencies, "cpu": cpu / max(turns, 1)}


def measure(pool: ProcessPoolExecutor, conversations: int, rate: float, seconds: int) -> None:
    from acuerdo.simulation.dialogues.staging import stage

    stage(personas=conversations, attempts=1, seed=SEED, now=NOW, label="load")
    shares = [
        pool.submit(serve, "load", conversations, share, rate / PROCESSES, seconds)
        for share in range(PROCESSES)
    ]
    found = [share.result() for share in shares]
    latencies = sorted(one for share in found for one in share["latencies"])
    each = statistics.fmean(share["cpu"] for share in found)
    reading, menu = pool.submit(time_reading).result(), pool.submit(time_menu).result()
    p50, p95, p99 = (latencies[int(len(latencies) * part)] for part in (0.5, 0.95, 0.99))
    print(f"{len(latencies):,} turns at {rate:.0f}/s, {conversations:,} conversations open")
    print(f"a turn: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms (goal {GOAL_MS} ms)")
    print(f"CPU of a turn outside the database: {each:.1f} ms")
    print(f"reading a message alone: {reading:.1f} ms; a turn of the menu: {menu:.1f} ms")
    print(f"ratios of p50: {p50 / reading:.1f} of reading, {p50 / menu:.2f} of the menu")
    print(f"queries of a turn: {count_queries()}")


def time_reading(times: int = 100) -> float:
    """Milliseconds that the reader needs for one message."""
    from acuerdo.assistant.understanders import get_understander
    from acuerdo.simulation.rules.debtors.bank import read_bank

    texts = [one for manners in read_bank("es").values() for one in manners["polite"]]
    reader = get_understander()
    begun = time.perf_counter()
    for _number, text in zip(range(times), cycle(texts), strict=False):
        reader.understand(
            text, lang_hint="es", country="CO", pending_question=None, ref_date=NOW.date()
        )
    return (time.perf_counter() - begun) * 1000 / times


def time_menu(personas: int = 40) -> float:
    """Milliseconds of a turn of the fixed menu."""
    from acuerdo.simulation.dialogues.menu import MenuLine
    from acuerdo.simulation.dialogues.playing import play
    from acuerdo.simulation.dialogues.staging import stage

    cast = stage(personas=personas, attempts=1, seed=SEED, now=NOW, label="timed")
    begun = time.perf_counter()
    turns = sum(play(cast=one, line=MenuLine(one), now=NOW).result.turns for one in cast)
    return (time.perf_counter() - begun) * 1000 / turns


def count_queries() -> str:
    """How many queries the turns of one plan take."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from acuerdo.simulation.dialogues.lines import AssistantLine
    from acuerdo.simulation.dialogues.staging import last4_of, stage
    from acuerdo.simulation.rules.debtors.talker import Said

    cast = stage(personas=20, attempts=1, seed=SEED, now=NOW, label="counted")
    one = next(each for each in cast if each.persona.home.country == "CO")
    line, counts = AssistantLine(one), []
    said: Sequence[str] = ("quiero pagar en cuotas", last4_of(one), "la primera", "sí, acepto")
    for text in said:
        with CaptureQueriesContext(connection) as captured:
            line.say(Said("", text), NOW)
        counts.append(len(captured))
    return ", ".join(map(str, counts)) + " (asked, proved and offered, chosen, agreed)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialogues", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--open", type=int, default=1_000)
    options = parser.parse_args()
    with scratch_database():
        set_up()
        with processes() as pool:
            if options.dialogues:
                compare(pool, options.dialogues)
            if options.seconds:
                measure(pool, options.open, options.rate, options.seconds)


if __name__ == "__main__":
    main()
