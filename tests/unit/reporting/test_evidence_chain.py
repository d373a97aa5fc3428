"""The chain of an evidence file: whatever is done to it is found, and said exactly."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acuerdo.reporting.evidence.chain import (
    FORMAT,
    Draft,
    NotCanonical,
    canonical,
    chain,
    close,
    closing_digest,
    hash_of,
    write,
)
from acuerdo.reporting.evidence.verification import (
    Fault,
    Finding,
    Report,
    Seal,
    Unreadable,
    read,
    verify,
)

ROOT = Path(__file__).resolve().parents[3]
KEY = "the-key-of-this-installation"
PDF = b"%PDF-1.7 paper"
NAME = "evidence.pdf"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)
drafts = st.lists(
    st.builds(
        Draft,
        at=st.just("2026-11-24T15:00:00Z"),
        kind=st.sampled_from(["message", "verdict", "consent"]),
        body=st.dictionaries(texts, values, max_size=4),
    ),
    min_size=1,
    max_size=9,
)


def make(items: list[Draft], key: str = KEY) -> dict[str, Any]:
    """A file as it is read back from its bytes."""
    paper = {NAME: hashlib.sha256(PDF).hexdigest()}
    return read(write(close(chain({"debtor": "Ana"}, items), paper, key)))


def plain(count: int = 6) -> dict[str, Any]:
    return make(
        [Draft("2026-11-24T15:00:00Z", "message", {"text": f"hola {n}"}) for n in range(count)]
    )


def check(document: dict[str, Any], **options: Any) -> Report:
    return verify(document, **{"keys": [KEY], "find": {NAME: PDF}.get, **options})


def faults(document: dict[str, Any], **options: Any) -> list[tuple[Fault, int | None]]:
    return [(item.fault, item.number) for item in check(document, **options).findings]


def rehash(record: dict[str, Any]) -> None:
    record["hash"] = hash_of(record["prev_hash"], record)


def rechain(document: dict[str, Any], start: int) -> None:
    """What a forger without the key can do: every hash after `start` made to fit."""
    records = document["records"]
    for index in range(start, len(records)):
        records[index]["seq"] = index + 1
        if index:
            records[index]["prev_hash"] = records[index - 1]["hash"]
        rehash(records[index])
    closing = document["closing"]
    closing["records"], closing["head"] = len(records), records[-1]["hash"]
    closing["digest"] = closing_digest(closing)


@given(drafts)
def test_a_file_is_whole_as_it_was_made(items: list[Draft]) -> None:
    report = check(make(items))
    assert report.findings == ()
    assert report.seal is Seal.GOOD
    assert (report.records, report.documents, report.absent) == (len(items), (NAME,), ())


def test_a_file_without_records_is_whole_and_keeps_its_header() -> None:
    document = make([])
    assert check(document).is_whole
    document["header"]["debtor"] = "Eva"
    assert faults(document) == [(Fault.HEADER, None)]


def test_the_check_that_the_documentation_shows_checks(tmp_path: Path) -> None:
    """Anybody can, with nothing of ours."""
    text = (ROOT / "docs" / "evidence.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)

    def run(document: dict[str, Any]) -> str:
        path = tmp_path / "evidence.json"
        path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        command = [sys.executable, "-I", "-c", code, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip()

    assert run(plain()) == f"whole: {plain()['closing']['head']}"
    altered = plain()
    altered["records"][2]["body"]["text"] = "ñandú"
    assert run(altered) == "broken at record 3"
    cut = plain()
    del cut["records"][4:]
    assert run(cut) == "the end was cut off or the closing altered"
    closing = plain()
    closing["closing"]["documents"] = {}
    assert run(closing) == "the closing was altered"


def test_the_seal_is_what_the_documentation_says() -> None:
    document = plain()
    sealed = {"closing": document["closing"], "format": FORMAT}
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert document["seal"] == hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@given(drafts, st.data())
def test_any_change_in_a_record_is_found_there_and_nowhere_else(
    items: list[Draft], data: st.DataObject
) -> None:
    document = make(items)
    index = data.draw(st.integers(0, len(items) - 1))
    record = document["records"][index]
    name = data.draw(st.sampled_from(sorted(record)))
    other = data.draw(values)
    assume(other != record[name] or type(other) is not type(record[name]))
    record[name] = other
    assert faults(document) == [(Fault.ALTERED, index + 1)]


@given(drafts, st.data())
def test_a_changed_record_with_a_new_hash_is_found_too(
    items: list[Draft], data: st.DataObject
) -> None:
    document = make(items)
    index = data.draw(st.integers(0, len(items) - 1))
    record = document["records"][index]
    record["body"] = {**record["body"], "more": True}
    assume(record["body"] != items[index].body)
    rehash(record)
    assert faults(document) == [(Fault.REWRITTEN, index + 1)]


@given(drafts, st.data())
def test_any_removal_is_found(items: list[Draft], data: st.DataObject) -> None:
    document = make(items)
    first = data.draw(st.integers(0, len(items) - 1))
    last = data.draw(st.integers(first, len(items) - 1))
    del document["records"][first : last + 1]
    assert check(document).findings == (Finding(Fault.MISSING, number=first + 1, until=last + 1),)


@given(drafts, st.data())
def test_any_two_records_that_change_places_are_found(
    items: list[Draft], data: st.DataObject
) -> None:
    assume(len(items) > 1)
    document = make(items)
    a, b = data.draw(
        st.lists(st.integers(0, len(items) - 1), min_size=2, max_size=2, unique=True).map(sorted)
    )
    records = document["records"]
    records[a], records[b] = records[b], records[a]
    found = check(document).findings
    assert found
    assert {item.fault for item in found} == {Fault.MOVED}
    assert {item.number for item in found} & {a + 1, b + 1}


@given(drafts, st.permutations(range(9)))
def test_every_other_order_is_found_with_the_fewest_moves(
    items: list[Draft], order: list[int]
) -> None:
    document = make(items)
    kept = [index for index in order if index < len(items)]
    document["records"] = [document["records"][index] for index in kept]
    found = check(document).findings
    assert bool(found) is (kept != sorted(kept))
    assert {item.fault for item in found} <= {Fault.MOVED}
    moved = {item.number for item in found}
    stayed = [index for index in kept if index + 1 not in moved]
    assert stayed == sorted(stayed)


@given(drafts, st.data())
def test_any_added_record_is_found(items: list[Draft], data: st.DataObject) -> None:
    document = make(items)
    place = data.draw(st.integers(0, len(items)))
    forged = copy.deepcopy(document["records"][data.draw(st.integers(0, len(items) - 1))])
    if data.draw(st.booleans()):
        forged["body"] = {"forged": True}
        forged["seq"] = data.draw(st.integers(-1, len(items) + 2))
        rehash(forged)
    document["records"].insert(place, forged)
    found = check(document).findings
    assert [item.fault for item in found] == [Fault.ADDED]
    # Of two that are the same, either may be called the copy.
    copied = document["records"][found[0].place - 1]
    assert copied == forged


@given(drafts, st.data())
def test_no_leaf_of_the_whole_file_can_be_changed(items: list[Draft], data: st.DataObject) -> None:
    document = make(items)
    paths: list[tuple[Any, ...]] = []

    def walk(value: Any, path: tuple[Any, ...]) -> None:
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in inner:
            paths.append((*path, name))
            if isinstance(item, (dict, list)):
                walk(item, (*path, name))

    walk(document, ())
    *way, last = data.draw(st.sampled_from(paths))
    target: Any = document
    for name in way:
        target = target[name]
    before = target[last]
    if data.draw(st.booleans()):
        after = data.draw(values)
        assume(json.dumps(after) != json.dumps(before))
        target[last] = after
    else:
        del target[last]
    if document.get("format") != FORMAT:
        with pytest.raises(Unreadable):
            read(json.dumps(document).encode())
    else:
        assert not check(read(json.dumps(document).encode())).is_whole


def test_what_is_rewritten_from_a_record_on_is_found_at_the_seal_alone() -> None:
    """The chain proves nothing against somebody who makes it anew; the key and the head do."""
    document = plain()
    head = document["closing"]["head"]
    document["records"][2]["body"] = {"text": "otra cosa"}
    rechain(document, 2)
    assert faults(document, keys=()) == []
    assert check(document, keys=()).seal is Seal.NO_KEY
    assert faults(document) == [(Fault.SEAL, None)]
    assert faults(document, keys=(), head=head) == [(Fault.HEAD, None)]


def test_the_end_cannot_be_cut_off_quietly() -> None:
    document = plain()
    head = document["closing"]["head"]
    del document["records"][4:]
    rechain(document, 4)
    assert faults(document) == [(Fault.SEAL, None)]
    assert faults(document, keys=(), head=head) == [(Fault.HEAD, None)]


def test_a_forger_with_a_key_of_his_own_is_not_one_of_ours() -> None:
    forged = make([Draft("t", "message", {"text": "nunca"})], key="another-key")
    assert check(forged).seal is Seal.NO_KEY
    forged["closing"]["key_id"] = plain()["closing"]["key_id"]
    forged["closing"]["digest"] = closing_digest(forged["closing"])
    assert check(forged).seal is Seal.BROKEN


def test_an_older_key_still_opens_the_seal() -> None:
    assert check(plain(), keys=["a-newer-key", KEY]).seal is Seal.GOOD


def test_the_head_is_compared_as_people_type_it() -> None:
    document = plain()
    head = document["closing"]["head"]
    assert check(document, head=f" {head.upper()} ").is_whole
    assert faults(document, head=head[:-1]) == [(Fault.HEAD, None)]


def test_the_paper_belongs_to_the_file() -> None:
    document = plain()
    assert check(document, find={NAME: PDF + b" "}.get).findings == (
        Finding(Fault.DOCUMENT, name=NAME),
    )
    alone = check(document, find={}.get)
    assert (alone.is_whole, alone.absent) == (True, (NAME,))


def test_several_faults_are_told_one_by_one() -> None:
    document = plain(9)
    records = document["records"]
    records[7]["body"]["text"] = "8"
    del records[4:6]
    records[0], records[1] = records[1], records[0]
    records.append({"not": "a record"})
    records.append("nothing at all")
    assert faults(document) == [
        (Fault.MISSING, 5), (Fault.ALTERED, 8), (Fault.MOVED, 2), (Fault.ADDED, None),
        (Fault.ADDED, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.pop("header"), [(Fault.PART, None)]),
        (lambda d: d.pop("closing"), [(Fault.PART, None), (Fault.SEAL, None)]),
        (lambda d: d.pop("seal"), [(Fault.PART, None), (Fault.SEAL, None)]),
        (lambda d: d.update(note="x"), [(Fault.PART, None)]),
        (lambda d: d.update(records={}), [(Fault.PART, None), (Fault.MISSING, 1)]),
        (lambda d: d.update(header=[]), [(Fault.HEADER, None)]),
        (lambda d: d["header"].update(pi=3.14), [(Fault.HEADER, None)]),
        (lambda d: d["closing"].update(records=5), [(Fault.CLOSING, None), (Fault.SEAL, None)]),
        (lambda d: d.update(closing=[]), [(Fault.CLOSING, None), (Fault.SEAL, None)]),
        (lambda d: d.update(seal=None), [(Fault.SEAL, None)]),
        (lambda d: d.update(seal="\ud800"), [(Fault.SEAL, None)]),
    ],
)
def test_parts_that_are_lost_or_strange(
    change: Callable[[dict[str, Any]], Any], expected: list[tuple[Fault, int | None]]
) -> None:
    document = plain()
    change(document)
    assert faults(document) == expected


@pytest.mark.parametrize("records", [10**15, 7])
def test_a_count_that_lies_costs_nothing(records: int) -> None:
    document = plain()
    document["closing"]["records"] = records
    document["closing"]["digest"] = closing_digest(document["closing"])
    document["records"][5]["seq"] = records
    found = check(document).findings
    assert Finding(Fault.SEAL) in found
    assert any(item.fault in (Fault.MISSING, Fault.ALTERED) for item in found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"not json",
        b"[]",
        b'{"format": "something else"}',
        b"[" * 100_000,
        b'{"format": "acuerdo-evidence/1", "header": NaN}',
        b'{"format": "acuerdo-evidence/1", "format": "acuerdo-evidence/1"}',
        b'{"format": "acuerdo-evidence/1", "n": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_evidence_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_a_hostile_record_is_altered_and_nothing_breaks() -> None:
    deep: Any = "end"
    for _level in range(2_000):
        deep = [deep]
    for body in (deep, 1.5, 2**60, {"a": "\ud800"}, {"\ud800": 1}):
        document = plain()
        document["records"][3]["body"] = body
        assert faults(document) == [(Fault.ALTERED, 4)]


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: 2}, {"a": b"x"}, "\ud800", {"x": {1}}])
def test_what_has_no_one_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@given(values)
def test_the_order_of_names_makes_no_difference(value: Any) -> None:
    def turned(item: Any) -> Any:
        if isinstance(item, dict):
            return {name: turned(item[name]) for name in reversed(list(item))}
        return [turned(one) for one in item] if isinstance(item, list) else item

    assert canonical(turned(value)) == canonical(value)
    assert json.loads(canonical(value)) == value
