"""Who owes what to whom, and how they can be reached.

An import writes some thirteen rows per account, and a foreign key costs as much as the row it
guards. So a key has an index of its own only where no other index begins with its column, and a
creditor's id that is repeated from the row above has no constraint of its own.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Right, Upper
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor

# How many digits at its end a phone is looked up by: no country's area code is among them.
PHONE_END = 7


class Plain(models.Func):
    """`acuerdo_plain(text)`: lower case, without accents."""

    function = "acuerdo_plain"
    output_field = models.CharField()


class Portfolio(models.Model):
    """A placement of accounts by a creditor."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    placed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "name"], name="portfolio_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human (or firm), one over all creditors, known by the keyed hash of a document."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    full_name = models.CharField(max_length=200)
    document_country = models.CharField(max_length=2, blank=True)
    document_type = models.CharField(max_length=20, blank=True)
    document_hash = models.CharField(max_length=64, null=True)
    document_encrypted = models.BinaryField(null=True)
    document_last4 = models.CharField(max_length=4, blank=True)
    birth_on = models.DateField(null=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        # Not unique=True: that would make a second index, for patterns.
        constraints = [
            models.UniqueConstraint(fields=["document_hash"], name="person_document_once"),
        ]
        indexes = [models.Index(fields=["document_last4"], name="person_by_last4")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Debtor(models.Model):
    """That human at one creditor. What one creditor knows, another does not see.

    `country` and `subdivision` are the residence, which decides whose law holds: as a file says,
    or since `residence_verified_at` as we know for sure. `location_*` is where the debtor last said
    to be. `timezone` (the likeliest) and `zone_candidates` (all) follow from both and from the
    phones: `refresh_zones` writes them. Lists are ordered and searched by `plain_name`, byte by
    byte, so that any database walks them along an index.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=200)
    plain_name = models.GeneratedField(
        expression=Plain("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    language = models.CharField(max_length=2, default="es")
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=6, blank=True)
    residence_verified_at = models.DateTimeField(null=True)
    location_country = models.CharField(max_length=2, blank=True, db_default="")
    location_subdivision = models.CharField(max_length=6, blank=True, db_default="")
    location_declared_at = models.DateTimeField(null=True)
    timezone = models.CharField(max_length=64, blank=True)
    zone_candidates = ArrayField(models.CharField(max_length=64), default=list)
    # Who turned out to be somebody else here: all that he had is that debtor's (`merge_debtors`).
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "person"], name="debtor_once"),
        ]
        indexes = [
            models.Index(fields=["creditor", "plain_name", "id"], name="debtor_by_name"),
            # Names are searched by any part of them.
            GinIndex(
                "creditor", OpClass("plain_name", name="gin_trgm_ops"), name="debtor_name_search"
            ),
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="debtor_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"debtor {self.pk}"


class DebtorPair(models.Model):
    """Two debtors of a creditor who may be one human, and what a person decided about it.

    `first` is the one with the lower id. `reasons` are codes of `rules.likeness`. Of a merged pair
    `moved` says which rows went from `gone` to the other: table.column → ids.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    first = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="proposed")  # proposed | apart | merged
    sureness = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    gone = models.ForeignKey(
        Debtor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    moved = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="debtor_pair_once"),
        ]
        indexes = [
            models.Index(fields=["creditor", "state", "-sureness", "id"], name="pair_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}/{self.second_id} {self.state}"


class ContactPoint(models.Model):
    """An address of a debtor: a phone in E.164, an e-mail in lower case, a postal address."""

    id = models.BigAutoField(primary_key=True)
    debtor = models.ForeignKey(
        Debtor, on_delete=models.PROTECT, related_name="contact_points", db_index=False
    )
    # The debtor's, repeated to search by; the debtor's own key guards it.
    creditor = models.ForeignKey(
        Creditor, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10)  # phone | email | address
    value = models.CharField(max_length=300)
    is_valid = models.BooleanField(default=True)
    source = models.CharField(max_length=80, blank=True)
    # Empty for what a file brought; `unverified`: the debtor told us, and nobody has checked it.
    quality = models.CharField(max_length=12, blank=True, db_default="")
    priority = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["debtor", "kind", "value"], name="contact_point_once"),
        ]
        indexes = [
            models.Index(fields=["creditor", "kind", "value"], name="contact_by_value"),
            # All writings of a phone end alike.
            models.Index(
                "creditor",
                Right("value", PHONE_END),
                condition=models.Q(kind="phone"),
                name="phone_by_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Account(models.Model):
    """One debt."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(
        Creditor, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="accounts")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT)
    number = models.CharField(max_length=64)
    product = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=6, blank=True)
    opened_on = models.DateField(null=True)
    due_on = models.DateField()
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="active")  # active | closed | recalled
    closed_at = models.DateTimeField(null=True)
    segment_code = models.CharField(max_length=40, blank=True)
    score_band = models.CharField(max_length=1, blank=True)
    is_synthetic = models.BooleanField(default=False)
    # What the creditor's last file said: principal, interest, fees, costs, taxes, and a digest of
    # the whole row. A file that says the same again changes nothing, whatever was paid meanwhile.
    stated_minor = ArrayField(models.BigIntegerField(), default=list)
    row_digest = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "number"], name="account_number_once"),
        ]
        indexes = [
            models.Index(fields=["creditor", "state", "segment_code"], name="account_by_segment"),
            models.Index(
                "creditor",
                OpClass(Upper("number"), name="text_pattern_ops"),
                name="account_by_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AccountParty(models.Model):
    """What a debtor is to an account."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="parties", db_index=False
    )
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    role = models.CharField(max_length=12, default="holder")  # holder | codebtor | guarantor

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "debtor", "role"], name="party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.debtor_id}"


class DueItem(models.Model):
    """What fell due, when: days past due are counted from the oldest one not covered."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="due_items", db_index=False
    )
    sequence = models.PositiveIntegerField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()
    component = models.CharField(max_length=12, default="principal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "sequence"], name="due_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount_minor}"


class AccountSnapshot(models.Model):
    """What an account looked like at the end of a date. Append-only, one partition a date."""

    pk = models.CompositePrimaryKey("account_id", "as_of_on")
    account_id = models.BigIntegerField()
    as_of_on = models.DateField()
    creditor_id = models.BigIntegerField()
    dpd = models.IntegerField()
    bucket = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    principal_minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    costs_minor = models.BigIntegerField()
    taxes_minor = models.BigIntegerField(default=0, db_default=0)
    total_minor = models.BigIntegerField()
    score = models.FloatField(null=True)
    score_version = models.CharField(max_length=40, blank=True)
    score_band = models.CharField(max_length=1, blank=True)
    segment_code = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["creditor_id", "as_of_on", "segment_code", "dpd"], name="snapshot_by_age"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.as_of_on}"


class ImportRun(models.Model):
    """One file that was read, and what came of it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    # None of a delta that places no account.
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    report = models.JSONField(default=dict)
    rejections_key = models.CharField(max_length=200, blank=True)
    # One line per row of the file and what became of it, where somebody asked for it.
    results_key = models.CharField(max_length=200, blank=True, db_default="")
    actor = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.file_name} {self.as_of}"


class RecallProposal(models.Model):
    """An account that a creditor's full file did not name any more: a person decides whether it
    goes back. It is withdrawn when the account comes again."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    import_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, default="open")  # open | approved | refused | withdrawn
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            # One that was refused is not asked about again until the account has come again.
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["open", "refused"]),
                name="recall_asked_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "id"], condition=models.Q(state="open"), name="recall_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"


class Upload(models.Model):
    """A file that somebody brought to the pages: looked at and mapped first, then imported by a
    job. The file is kept, encrypted, until it is imported or thrown away.

    `mapping` is as in a mapping file, `headers_hash` as in SavedMapping. `stage` and `progress`
    (per cent) are written while the job runs, from a connection of its own.
    """

    class State(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        DISCARDED = "discarded"

    class Kind(models.TextChoices):
        """New business, changes row by row, or everything that there is."""

        PLACE = "place"
        DELTA = "delta"
        FULL = "full"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    file_name = models.CharField(max_length=255)
    file_key = models.CharField(max_length=200, blank=True)
    headers_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.PLACE)
    size = models.BigIntegerField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    uploaded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    stage = models.CharField(max_length=20, blank=True, default="")
    progress = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    refusal = models.JSONField(default=dict)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, db_index=False)

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class SavedMapping(models.Model):
    """How a creditor's files with these headers are read, as somebody said once."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    headers_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "headers_hash"], name="saved_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"mapping {self.pk}"


class InboxFile(models.Model):
    """A file of a creditor's watched folder that came in: the same content comes in once."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10)  # place | full | delta
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "sha256", "kind"], name="inbox_file_once"),
        ]

    def __str__(self) -> str:
        return self.name
