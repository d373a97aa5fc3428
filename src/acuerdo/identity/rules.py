"""What a role may do. Pure: no database, no clock."""

from __future__ import annotations

from typing import Final

# Each right names what its holder can do at the creditors where they have the role.
RIGHTS: Final[dict[str, frozenset[str]]] = {
    "agent": frozenset({"see_accounts", "see_addresses", "see_rules", "converse", "work_cases"}),
    "manager": frozenset(
        {
            "see_accounts",
            "see_dashboard",
            "see_rules",
            "audit_contacts",
            "converse",
            "work_cases",
            "import_portfolio",
            "decide_recalls",
            "export_evidence",
            "export_accounts",
            "teach_assistant",
            "manage_policies",
            "merge_people",
            "correct_books",
            "move_demo_clock",
        }
    ),
    "administrator": frozenset(
        {
            "see_accounts",
            "see_addresses",
            "see_dashboard",
            "see_rules",
            "audit_contacts",
            "import_portfolio",
            "decide_recalls",
            "export_evidence",
            "export_accounts",
            "teach_assistant",
            "manage_policies",
            "merge_people",
            "correct_books",
            "manage_users",
            "manage_creditor",
            "manage_personal_data",
            "move_demo_clock",
        }
    ),
}


def may(role: str, right: str) -> bool:
    """Whether somebody of `role` has `right`. An unknown role has none."""
    return right in RIGHTS.get(role, frozenset())
