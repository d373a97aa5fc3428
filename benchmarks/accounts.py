"""How fast the list of accounts is: search, filters and pages over a million accounts.

    python benchmarks/accounts.py [--accounts 1000000] [--seconds 30] [--rate 20]

It starts a PostgreSQL of its own, imports synthetic portfolios of three creditors by the real
import, takes the night's pictures, starts the product's own web server, and asks it for pages as
the browser of a manager of all three would, from the request to the last byte. Requests arrive at
their times whether or not the last one was answered, and each counts from its arrival.

Beside them, in the same run and at the same rate, one plain SQL statement for each request, with
the same indexes: what somebody would write by hand who only wants the fifty rows. The ratio is what
the page costs over that: who asks, the rows' balances and days, and writing it all as HTML. The
same for 10,000 and 100,000 accounts, and the memory of the web server.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from psycopg_pool import ConnectionPool
from scratch import list_sizes, scratch_database

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
GOAL_MS = 150
# (creditor, country, share of all accounts)
CREDITORS = (("Banco Grande", "CO", 0.7), ("Financeira", "BR", 0.2), ("Cobranzas", "MX", 0.1))
THREADS = 8
Ask = tuple[str, dict[str, str], str, tuple[Any, ...]]

# What the hand-written statement begins and ends with.
_ROWS = (
    "SELECT account.id FROM portfolio_account account"
    " JOIN portfolio_debtor debtor ON debtor.id = account.debtor_id"
)
_ORDER = " ORDER BY debtor.plain_name, debtor.id, account.id LIMIT 50"


def build(home: Path, accounts: int) -> list[int]:
    """The creditors' ids."""
    from django.db import connection, transaction

    from acuerdo.core.actor import SYSTEM
    from acuerdo.creditors.actions import create_creditor
    from acuerdo.identity.actions import create_user, grant_role
    from acuerdo.portfolio.actions import import_file
    from acuerdo.segments.actions import seed_segments
    from acuerdo.simulation.actions import write_portfolio
    from acuerdo.strategies.night import run_night

    ids = []
    with transaction.atomic():
        user = create_user(
            actor=SYSTEM, now=NOW, email="m@example.com", full_name="M", password="long enough 1"
        )
    for number, (name, country, share) in enumerate(CREDITORS):
        path = home / f"{country}.csv"
        write_portfolio(
            accounts=int(accounts * share), countries=[country], seed=number,
            as_of_on=date(2026, 11, 24), path=path,
        )  # fmt: skip
        with transaction.atomic():
            creditor = create_creditor(actor=SYSTEM, now=NOW, name=name, country=country)
            grant_role(actor=SYSTEM, now=NOW, user=user, creditor=creditor, role="manager")
            seed_segments(creditor_id=creditor.pk)
            import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
        with transaction.atomic():
            run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
        ids.append(creditor.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return ids


def make_requests(count: int, ids: Sequence[int]) -> list[Ask]:
    """(kind, parameters of the page, SQL, its parameters) in a mixed order."""
    from django.db import connection

    rng = random.Random(11)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account.number, debtor.plain_name, phone.value, email.value"
            " FROM portfolio_account account TABLESAMPLE SYSTEM (5)"
            " JOIN portfolio_debtor debtor ON debtor.id = account.debtor_id"
            " LEFT JOIN portfolio_contactpoint phone"
            " ON phone.debtor_id = debtor.id AND phone.kind = 'phone' AND phone.priority = 0"
            " LEFT JOIN portfolio_contactpoint email"
            " ON email.debtor_id = debtor.id AND email.kind = 'email' AND email.priority = 0"
            " LIMIT 4000"
        )
        known = cursor.fetchall()
        cursor.execute("SELECT DISTINCT segment_code FROM portfolio_account")
        segments = [code for (code,) in cursor.fetchall() if code]
    where = f" WHERE account.creditor_id = ANY(ARRAY{list(ids)}::bigint[])"

    def sample(place: int) -> str:
        return next(row[place] for row in iter(lambda: rng.choice(known), None) if row[place])

    def word() -> Ask:
        text = rng.choice(sample(1).split())
        sql = f"{_ROWS}{where} AND debtor.plain_name LIKE %s{_ORDER}"
        return "one name", {"q": text}, sql, (f"%{text}%",)

    def whole() -> Ask:
        text = sample(1)
        sql = f"{_ROWS}{where} AND debtor.plain_name LIKE %s{_ORDER}"
        return "whole name", {"q": text}, sql, (f"%{text}%",)

    def phone() -> Ask:
        value = sample(2)
        sql = (
            f"{_ROWS}{where} AND debtor.id IN (SELECT debtor_id FROM portfolio_contactpoint"
            f" WHERE creditor_id = ANY(ARRAY{list(ids)}::bigint[]) AND kind = 'phone'"
            f" AND value = %s){_ORDER}"
        )
        return "phone", {"q": value[3:]}, sql, (value,)

    def email() -> Ask:
        value = sample(3)
        sql = (
            f"{_ROWS}{where} AND debtor.id IN (SELECT debtor_id FROM portfolio_contactpoint"
            f" WHERE creditor_id = ANY(ARRAY{list(ids)}::bigint[]) AND kind = 'email'"
            f" AND value = %s){_ORDER}"
        )
        return "e-mail", {"q": value}, sql, (value,)

    def number() -> Ask:
        value = sample(0)
        return "number", {"q": value}, f"{_ROWS}{where} AND account.number = %s{_ORDER}", (value,)

    def filters() -> Ask:
        from acuerdo.portfolio.rules import BUCKETS, bucket_range

        asked: dict[str, str] = {}
        sql, given = where, []
        if rng.random() < 0.5:
            asked["segment"] = rng.choice(segments)
            sql += " AND account.segment_code = %s"
            given.append(asked["segment"])
        if rng.random() < 0.6 or not asked:
            asked["bucket"] = rng.choice(BUCKETS)
            least, most = bucket_range(asked["bucket"])
            sql += (
                " AND EXISTS (SELECT FROM portfolio_accountsnapshot shot"
                " WHERE shot.account_id = account.id AND shot.as_of_on = '2026-11-24'"
                " AND shot.dpd BETWEEN %s AND %s)"
            )
            given += [-100_000 if least is None else least, 100_000 if most is None else most]
        if rng.random() < 0.3:
            asked["state"] = "active"
            sql += " AND account.state = 'active'"
        return "filters", asked, f"{_ROWS}{sql}{_ORDER}", tuple(given)

    def amount() -> Ask:
        asked = {"least": str(rng.choice((500, 20_000, 1_000_000))), "bucket": "31-60"}
        sql = (
            f"{_ROWS}{where} AND EXISTS (SELECT FROM portfolio_accountsnapshot shot"
            " WHERE shot.account_id = account.id AND shot.as_of_on = '2026-11-24'"
            f" AND shot.dpd BETWEEN 31 AND 60 AND shot.total_minor >= %s){_ORDER}"
        )
        return "balance", asked, sql, (int(asked["least"]) * 100,)

    def rare() -> Ask:
        text = rng.choice(sample(1).split())
        asked = {"q": text, "segment": rng.choice(segments), "bucket": "91-180"}
        sql = (
            f"{_ROWS}{where} AND debtor.plain_name LIKE %s AND account.segment_code = %s"
            " AND EXISTS (SELECT FROM portfolio_accountsnapshot shot"
            " WHERE shot.account_id = account.id AND shot.as_of_on = '2026-11-24'"
            f" AND shot.dpd BETWEEN 91 AND 180){_ORDER}"
        )
        return "name and filters", asked, sql, (f"%{text}%", asked["segment"])

    def whole_list() -> Ask:
        return "whole list", {}, f"{_ROWS}{where}{_ORDER}", ()

    kinds: list[Callable[[], Ask]] = [
        word, word, whole, whole, phone, phone, number, number, email, filters, filters, filters,
        amount, rare, whole_list,
    ]  # fmt: skip
    return [rng.choice(kinds)() for _request in range(count)]


def run(asks: Sequence[Ask], rate: float, answer: Callable[[Ask], None]) -> dict[str, list[float]]:
    """Milliseconds of each request from its arrival, by kind."""
    taken: dict[str, list[float]] = defaultdict(list)
    start = time.perf_counter() + 0.2

    def one(place: int, ask: Ask) -> None:
        arrival = start + place / rate
        time.sleep(max(0.0, arrival - time.perf_counter()))
        answer(ask)
        taken[ask[0]].append((time.perf_counter() - arrival) * 1000)

    with ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(one, place, ask) for place, ask in enumerate(asks)]:
            job.result()
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@contextmanager
def serving(address: str, url: str) -> Iterator[None]:
    """The product's own web server on `address`, over the database at `url`."""
    from django.conf import settings

    command = (
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asginl",
        "--no-ws",
        "--workers",
        "1",
    )
    server = subprocess.Popen(
        [*command, "--port", address.rpartition(":")[2], "acuerdo.config.asgi:application"],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "ACUERDO_SECRET_KEYS": ",".join(settings.ACUERDO_SECRET_KEYS),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        for _try in range(100):
            try:
                httpx.get(f"{address}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.3)
        yield
    finally:
        server.terminate()
        server.wait()


def measure(accounts: int, seconds: int, rate: float) -> None:
    with scratch_database() as home:
        from django.test import Client

        from acuerdo.core.postgres import database_url
        from acuerdo.identity.models import User

        start = time.perf_counter()
        ids = build(home, accounts)
        print(f"{accounts:,} accounts of {len(ids)} creditors, {time.perf_counter() - start:.0f} s")
        client = Client()
        client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
        asks = make_requests(int(seconds * rate), ids)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}"
        url = database_url(home, "acuerdo")
        cookies = {"sessionid": client.cookies["sessionid"].value}
        with (
            serving(address, url),
            httpx.Client(base_url=address, cookies=cookies, timeout=60) as browser,
            ConnectionPool(url, min_size=THREADS, max_size=THREADS) as pool,
        ):

            def ask_page(ask: Ask) -> None:
                response = browser.get("/accounts", params=ask[1])
                assert response.status_code == 200, response.status_code

            def ask_sql(ask: Ask) -> None:
                with pool.connection() as link:
                    link.execute(ask[2], ask[3]).fetchall()

            run(asks[: int(rate) * 3], rate, ask_page)  # the caches are warm in daily work
            pages = run(asks, rate, ask_page)
            peer = run(asks, rate, ask_sql)
        report(pages, peer)
        print(f"memory of the web server: {peak_of_children():.0f} MB at most")


def peak_of_children() -> float:
    """Megabytes of the largest process that has ended, which is the web server."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def report(pages: dict[str, list[float]], peer: dict[str, list[float]]) -> None:
    print(f"{'':18}{'requests':>9}{'page p50':>10}{'p99':>8}{'SQL p50':>10}{'p99':>8}{'ratio':>7}")
    everything = [value for values in pages.values() for value in values]
    all_sql = [value for values in peer.values() for value in values]
    for kind, values, bare in [
        *((kind, values, peer[kind]) for kind, values in sorted(pages.items())),
        ("all", everything, all_sql),
    ]:
        middle, bare_middle = statistics.median(values), statistics.median(bare)
        print(
            f"{kind:18}{len(values):>9}{middle:>10.1f}{percentile(values, 0.99):>8.1f}"
            f"{bare_middle:>10.1f}{percentile(bare, 0.99):>8.1f}{middle / bare_middle:>7.1f}"
        )
    worst, bare_worst = percentile(everything, 0.99), percentile(all_sql, 0.99)
    print(f"p99 {worst:.0f} ms (goal {GOAL_MS}); {worst / bare_worst:.2f} of the bare SQL's p99")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--alone", action="store_true", help="this size alone")
    options = parser.parse_args()
    if options.alone:
        measure(options.accounts, options.seconds, options.rate)
        return
    for size in list_sizes(options.accounts):
        # A database belongs to a process.
        given = {"--accounts": size, "--seconds": options.seconds, "--rate": options.rate}
        words = [str(word) for pair in given.items() for word in pair]
        subprocess.run([sys.executable, __file__, *words, "--alone"], check=True)


if __name__ == "__main__":
    main()
