"""The proofs that can be compared with what is on file, and the comparing. Nothing writes."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from datetime import date

from acuerdo.conversations.models import Conversation
from acuerdo.conversations.proofs import Factor, VerificationPolicy, first_on_file, read_policy
from acuerdo.conversations.rules import DIGITS, fold_document, matches_document, read_birth_dates
from acuerdo.core.crypto import decrypt
from acuerdo.portfolio.actions.addresses import UNVERIFIED
from acuerdo.portfolio.models import Account, ContactPoint, Debtor, Person

_POSTAL_CODE = re.compile(r"\b\d{5}-\d{3,4}\b|\b\d{4,8}\b")


def policy_of(conversation: Conversation) -> VerificationPolicy:
    return read_policy(conversation.creditor.settings)


def next_factor(
    conversation: Conversation, proved: Collection[str], *, speaking_from: str
) -> Factor | None:
    """The proof to ask for now. Where nothing is on file it is the first of the step, so that the
    question tells nobody what we know. None where all is proved."""
    step = policy_of(conversation).open_step(proved)
    if not step:
        return None
    known = {one for one in step if _is_known(one, conversation.debtor, speaking_from)}
    return first_on_file(step, known) or step[0]


def matches(factor: Factor, answer: str, debtor: Debtor) -> bool | None:
    """Whether `answer` is the debtor's; None where nothing is on file. Not for codes."""
    person = debtor.person
    if factor == "document_last4":
        return matches_document(answer, person.document_last4, _whole_document(person))
    if factor == "birth_date":
        return _is_birth_date(answer, person.birth_on, debtor.country)
    if factor == "postal_code":
        return _is_one_of(fold_document(answer), _postal_codes(debtor))
    ends = {fold_document(number)[-DIGITS:] for number in _account_numbers(debtor)}
    return _is_one_of(fold_document(answer)[-DIGITS:], {end for end in ends if len(end) == DIGITS})


def list_code_points(debtor: Debtor, *, speaking_from: str) -> list[ContactPoint]:
    """Where a code may go, the best first: what is on file and used, not what somebody has only
    told us, and not the address that speaks, to which it would prove nothing."""
    points = ContactPoint.objects.filter(
        debtor=debtor, is_valid=True, kind__in=("phone", "email")
    ).exclude(quality=UNVERIFIED)
    return list(points.exclude(value=speaking_from).order_by("priority", "pk"))


def _is_known(factor: Factor, debtor: Debtor, speaking_from: str) -> bool:
    if factor == "code":
        return bool(list_code_points(debtor, speaking_from=speaking_from))
    return matches(factor, "", debtor) is not None


def _is_one_of(given: str, wanted: Collection[str]) -> bool | None:
    """Compared with every one, so that the time tells nothing."""
    if not wanted:
        return None
    return sum(hmac.compare_digest(given.encode(), one.encode()) for one in wanted) > 0


def _is_birth_date(answer: str, born: date | None, country: str) -> bool | None:
    if born is None:
        return None
    given = [day.isoformat() for day in read_birth_dates(answer, country)] or [""]
    return any(hmac.compare_digest(one, born.isoformat()) for one in given)


def _postal_codes(debtor: Debtor) -> set[str]:
    addresses = ContactPoint.objects.filter(debtor=debtor, kind="address", is_valid=True)
    values = addresses.exclude(quality=UNVERIFIED).values_list("value", flat=True)
    return {fold_document(code) for value in values for code in _POSTAL_CODE.findall(value)}


def _account_numbers(debtor: Debtor) -> list[str]:
    accounts = Account.objects.filter(debtor=debtor).exclude(state="recalled")
    return list(accounts.values_list("number", flat=True))


def _whole_document(person: Person) -> str:
    """The number on file, "" where there is none or only its end is known."""
    sealed = bytes(person.document_encrypted or b"")
    return decrypt(sealed) if sealed else ""
