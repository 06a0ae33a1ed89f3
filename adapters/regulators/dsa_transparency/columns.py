"""The columns of the daily dumps: which layouts there are, and what becomes of each column.

Names are those of the publisher's repository, digital-services-act/transparency-database, as of 2026-06: 37 columns
until 2025-07-01, 38 since then (content_id_ean), 34 in the light dump.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter

LIGHT_COLUMNS = (
    "uuid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction", "decision_monetary",
    "decision_monetary_other", "end_date_monetary_restriction", "decision_provision", "end_date_service_restriction",
    "decision_account", "end_date_account_restriction", "account_type", "decision_ground",
    "decision_ground_reference_url", "illegal_content_legal_ground", "incompatible_content_ground",
    "incompatible_content_illegal", "category", "category_addition", "category_specification",
    "category_specification_other", "content_type", "content_type_other", "content_language", "content_date",
    "application_date", "source_type", "source_identity", "automated_detection", "automated_decision", "platform_name",
    "platform_uid", "created_at",
)  # fmt: skip
"""The columns of the light and the full dump of every day."""

FULL_ONLY_COLUMNS = (
    "illegal_content_explanation", "incompatible_content_explanation", "territorial_scope", "decision_facts",
)  # fmt: skip
"""The columns that only the full dump has."""

COLUMNS_SINCE_2025 = ("content_id_ean",)
"""The column of both dumps since 2025-07-01."""

COLUMNS = (*LIGHT_COLUMNS, *FULL_ONLY_COLUMNS, *COLUMNS_SINCE_2025)

ATTRIBUTES = {
    "uuid": "external_id",
    "decision_visibility": "measures",
    "decision_monetary": "measures",
    "decision_provision": "measures",
    "decision_account": "measures",
    "end_date_visibility_restriction": "valid_until",
    "end_date_monetary_restriction": "valid_until",
    "end_date_service_restriction": "valid_until",
    "end_date_account_restriction": "valid_until",
    "decision_ground": "legal_basis",
    "illegal_content_legal_ground": "legal_ground",
    "incompatible_content_ground": "legal_ground",
    "category": "harm_categories",
    "category_addition": "harm_categories",
    "category_specification": "harm_categories",
    "content_type": "content_types",
    "content_date": "content_date",
    "territorial_scope": "jurisdictions",
    "application_date": "executed",
    "source_type": "trigger",
    "automated_detection": "automated_detection",
    "automated_decision": "automated_decision",
    "platform_name": "platform",
    "platform_uid": "references",
    "created_at": "reported_at",
}
"""Column → the takedown's attribute that it becomes. Codes are also in `native`, under the attribute's name."""

NATIVE_COLUMNS = frozenset(
    {
        "decision_visibility_other", "decision_monetary_other", "category_specification_other", "content_type_other",
        "end_date_visibility_restriction", "end_date_monetary_restriction", "end_date_service_restriction",
        "end_date_account_restriction", "account_type", "decision_ground_reference_url",
        "illegal_content_legal_ground", "incompatible_content_ground", "incompatible_content_illegal",
        "category_addition", "content_language", "content_id_ean",
    }
)  # fmt: skip
"""Columns that `native` has under their own names. Of the two legal grounds, it has the one not in `legal_ground`."""

PRIVATE_COLUMNS = {
    "illegal_content_explanation": "free text about one decision: it may name persons",
    "incompatible_content_explanation": "free text about one decision: it may name persons",
    "decision_facts": "free text about one decision: it may name persons",
    "source_identity": "who gave notice: it may be a person",
}
"""Column → why the gateway stores nothing of it."""

DECISION_COLUMNS = (
    "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction",
    "decision_monetary", "decision_monetary_other", "end_date_monetary_restriction",
    "decision_provision", "end_date_service_restriction",
    "decision_account", "end_date_account_restriction",
)  # fmt: skip
GROUND_COLUMNS = (
    "decision_ground", "decision_ground_reference_url", "illegal_content_legal_ground", "incompatible_content_ground",
    "incompatible_content_illegal",
)  # fmt: skip
HARM_COLUMNS = ("category", "category_addition", "category_specification", "category_specification_other")
CONTENT_COLUMNS = (
    "content_type", "content_type_other", "content_language", "account_type", "source_type", "automated_detection",
    "automated_decision",
)  # fmt: skip
DATE_COLUMNS = ("content_date", "application_date")
FIGURE_COLUMNS = (
    "platform_name", "category", "category_addition", "category_specification", "decision_visibility",
    "decision_monetary", "decision_provision", "decision_account", "automated_detection", "automated_decision",
    "source_type", "created_at",
)  # fmt: skip
"""The columns by which a day's statements are counted."""

Cells = tuple[str, ...]
Picker = Callable[[list[str]], Cells]
"""Picks cells from a row of one layout."""


class ColumnLayout:
    """Where the columns are in the rows of one file.

    A row needs an empty cell at its end: pickers take it for the columns that the layout lacks.
    """

    def __init__(self, header: Sequence[str]) -> None:
        self._positions = dict.fromkeys(COLUMNS, len(header)) | {column: at for at, column in enumerate(header)}

    def picker(self, *columns: str) -> Picker:
        """A function from a row to the cells of `columns`, in this order."""
        positions = [self._positions[column] for column in columns]
        if len(positions) == 1:
            # itemgetter returns a single item without a tuple around it.
            (position,) = positions
            return lambda row: (row[position],)
        return itemgetter(*positions)
