"""The catalogue: versions of eight record types, and what stands around them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURRENT = sa.text("to_revision IS NULL")


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("number", KEY, nullable=False, autoincrement=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("revision_committed_at", "revision", ["committed_at"])
    op.create_table(
        "scope",
        sa.Column("key", KEY, nullable=False, autoincrement=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("start", sa.Date()),
        sa.Column("end", sa.Date()),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("source", "channel", "name"),
    )
    op.create_table(
        "retrieval",
        sa.Column("key", KEY, nullable=False, autoincrement=False),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("location", TEXT, nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("sha256", TEXT),
        sa.Column("adapter_version", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "coverage",
        sa.Column("scope", KEY, nullable=False, autoincrement=False),
        sa.Column("retrieval", KEY),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checkpoint", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("superseded", sa.BigInteger(), nullable=False),
        sa.Column("merged", sa.BigInteger(), nullable=False),
        sa.Column("out_of_scope", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )
    op.create_table(
        "unknown_code",
        sa.Column("scope", KEY, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "field", "code"),
    )
    op.create_table(
        "rejection",
        sa.Column("scope", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("column", TEXT),
        sa.PrimaryKeyConstraint("scope", "position"),
    )
    op.create_table(
        "seen",
        sa.Column("scope", KEY, nullable=False),
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "record_type", "record"),
    )
    op.create_table(
        "reference",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.PrimaryKeyConstraint("record_type", "record", "scheme", "value", "from_revision"),
    )
    op.create_index("reference_value", "reference", ["scheme", "value", "record_type"])
    op.create_table(
        "withdrawal",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.PrimaryKeyConstraint("record_type", "record", "revision"),
    )
    op.create_table(
        "redaction",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_type", "record"),
    )
    op.create_table(
        "interned_set",
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("members", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("members"),
    )
    op.create_table(
        "interned_member",
        sa.Column("set_key", sa.Integer(), nullable=False),
        sa.Column("member", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("member", "set_key"),
    )
    op.create_table(
        "case_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("title", TEXT),
        sa.Column("case_number", TEXT),
        sa.Column("agency", TEXT),
        sa.Column("court", TEXT),
        sa.Column("status", sa.Text()),
        sa.Column("offence_scheme", TEXT),
        sa.Column("offence_code", TEXT),
        sa.Column("offence_label", TEXT),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("opened_start", sa.Date()),
        sa.Column("opened_end", sa.Date()),
        sa.Column("opened_precision", sa.Text()),
        sa.Column("opened_timezone", TEXT),
        sa.Column("opened_text", TEXT),
        sa.Column("closed_start", sa.Date()),
        sa.Column("closed_end", sa.Date()),
        sa.Column("closed_precision", sa.Text()),
        sa.Column("closed_timezone", TEXT),
        sa.Column("closed_text", TEXT),
        sa.Column("place_name", TEXT),
        sa.Column("place_area_code", TEXT),
        sa.Column("place_area_name", TEXT),
        sa.Column("place_latitude", sa.Text()),
        sa.Column("place_longitude", sa.Text()),
        sa.Column("place_approximate", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index("case_current", "case_version", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT)
    op.create_index(
        "case_current_dated", "case_version", ["opened_start", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "case_current_recorded", "case_version", ["from_revision", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "case_current_scope", "case_version", ["scope", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index("case_dated", "case_version", ["opened_start", "id"])
    op.create_index("case_recorded", "case_version", ["from_revision", "id"])
    op.create_table(
        "status_event_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("status", sa.Text()),
        sa.Column("agency", TEXT),
        sa.Column("happened_start", sa.Date()),
        sa.Column("happened_end", sa.Date()),
        sa.Column("happened_precision", sa.Text()),
        sa.Column("happened_timezone", TEXT),
        sa.Column("happened_text", TEXT),
        sa.Column("place_name", TEXT),
        sa.Column("place_area_code", TEXT),
        sa.Column("place_area_name", TEXT),
        sa.Column("place_latitude", sa.Text()),
        sa.Column("place_longitude", sa.Text()),
        sa.Column("place_approximate", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "status_event_current",
        "status_event_version",
        ["id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "status_event_current_dated",
        "status_event_version",
        ["happened_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "status_event_current_recorded",
        "status_event_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "status_event_current_scope",
        "status_event_version",
        ["scope", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index("status_event_dated", "status_event_version", ["happened_start", "id"])
    op.create_index("status_event_recorded", "status_event_version", ["from_revision", "id"])
    op.create_table(
        "takedown_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("platform", TEXT),
        sa.Column("requested_by", TEXT),
        sa.Column("trigger", sa.Text()),
        sa.Column("legal_basis", sa.Text()),
        sa.Column("legal_ground", TEXT),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("content_types", sa.Integer()),
        sa.Column("measures", sa.Integer()),
        sa.Column("enforcement_point", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("requested_start", sa.Date()),
        sa.Column("requested_end", sa.Date()),
        sa.Column("requested_precision", sa.Text()),
        sa.Column("requested_timezone", TEXT),
        sa.Column("requested_text", TEXT),
        sa.Column("executed_start", sa.Date()),
        sa.Column("executed_end", sa.Date()),
        sa.Column("executed_precision", sa.Text()),
        sa.Column("executed_timezone", TEXT),
        sa.Column("executed_text", TEXT),
        sa.Column("reported_at", sa.DateTime(timezone=True)),
        sa.Column("content_date", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("duration", sa.BigInteger()),
        sa.Column("duration_basis", sa.Text()),
        sa.Column("automated_detection", sa.Boolean()),
        sa.Column("automated_decision", sa.Text()),
        sa.Column("item_count", sa.BigInteger()),
        sa.Column("hosts", sa.Text()),
        sa.Column("urls", sa.Text()),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "takedown_current", "takedown_version", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "takedown_current_dated",
        "takedown_version",
        ["executed_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "takedown_current_recorded",
        "takedown_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "takedown_current_scope", "takedown_version", ["scope", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index("takedown_dated", "takedown_version", ["executed_start", "id"])
    op.create_index("takedown_recorded", "takedown_version", ["from_revision", "id"])
    op.create_table(
        "arrest_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("event", sa.Text()),
        sa.Column("counting_unit", sa.Text()),
        sa.Column("happened_start", sa.Date()),
        sa.Column("happened_end", sa.Date()),
        sa.Column("happened_precision", sa.Text()),
        sa.Column("happened_timezone", TEXT),
        sa.Column("happened_text", TEXT),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("agency", TEXT),
        sa.Column("offence_scheme", TEXT),
        sa.Column("offence_code", TEXT),
        sa.Column("offence_label", TEXT),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("legal_power", TEXT),
        sa.Column("place_name", TEXT),
        sa.Column("place_area_code", TEXT),
        sa.Column("place_area_name", TEXT),
        sa.Column("place_latitude", sa.Text()),
        sa.Column("place_longitude", sa.Text()),
        sa.Column("place_approximate", sa.Boolean()),
        sa.Column("age_band", TEXT),
        sa.Column("gender", TEXT),
        sa.Column("is_minor", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "arrest_current", "arrest_version", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "arrest_current_dated",
        "arrest_version",
        ["happened_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "arrest_current_recorded",
        "arrest_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "arrest_current_scope", "arrest_version", ["scope", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index("arrest_dated", "arrest_version", ["happened_start", "id"])
    op.create_index("arrest_recorded", "arrest_version", ["from_revision", "id"])
    op.create_table(
        "information_request_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("requester", TEXT),
        sa.Column("platform", TEXT),
        sa.Column("addressee", TEXT),
        sa.Column("data_type", sa.Text()),
        sa.Column("instrument", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("requested_start", sa.Date()),
        sa.Column("requested_end", sa.Date()),
        sa.Column("requested_precision", sa.Text()),
        sa.Column("requested_timezone", TEXT),
        sa.Column("requested_text", TEXT),
        sa.Column("due_start", sa.Date()),
        sa.Column("due_end", sa.Date()),
        sa.Column("due_precision", sa.Text()),
        sa.Column("due_timezone", TEXT),
        sa.Column("due_text", TEXT),
        sa.Column("responded_start", sa.Date()),
        sa.Column("responded_end", sa.Date()),
        sa.Column("responded_precision", sa.Text()),
        sa.Column("responded_timezone", TEXT),
        sa.Column("responded_text", TEXT),
        sa.Column("accounts_count", sa.BigInteger()),
        sa.Column("emergency", sa.Boolean()),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("purpose", TEXT),
        sa.Column("citation", TEXT),
        sa.Column("url", TEXT),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "information_request_current",
        "information_request_version",
        ["id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "information_request_current_dated",
        "information_request_version",
        ["requested_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "information_request_current_recorded",
        "information_request_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "information_request_current_scope",
        "information_request_version",
        ["scope", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index("information_request_dated", "information_request_version", ["requested_start", "id"])
    op.create_index("information_request_recorded", "information_request_version", ["from_revision", "id"])
    op.create_table(
        "cooperation_request_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("from_agency", TEXT),
        sa.Column("to_agency", TEXT),
        sa.Column("to_jurisdiction", TEXT),
        sa.Column("addressee", TEXT),
        sa.Column("platform", TEXT),
        sa.Column("channel", sa.Text()),
        sa.Column("urgency", sa.Text()),
        sa.Column("purpose", TEXT),
        sa.Column("status", sa.Text()),
        sa.Column("requested_start", sa.Date()),
        sa.Column("requested_end", sa.Date()),
        sa.Column("requested_precision", sa.Text()),
        sa.Column("requested_timezone", TEXT),
        sa.Column("requested_text", TEXT),
        sa.Column("responded_start", sa.Date()),
        sa.Column("responded_end", sa.Date()),
        sa.Column("responded_precision", sa.Text()),
        sa.Column("responded_timezone", TEXT),
        sa.Column("responded_text", TEXT),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("citation", TEXT),
        sa.Column("url", TEXT),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "cooperation_request_current",
        "cooperation_request_version",
        ["id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "cooperation_request_current_dated",
        "cooperation_request_version",
        ["requested_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "cooperation_request_current_recorded",
        "cooperation_request_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "cooperation_request_current_scope",
        "cooperation_request_version",
        ["scope", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index("cooperation_request_dated", "cooperation_request_version", ["requested_start", "id"])
    op.create_index("cooperation_request_recorded", "cooperation_request_version", ["from_revision", "id"])
    op.create_table(
        "report_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("received_by", TEXT),
        sa.Column("platform", TEXT),
        sa.Column("status", sa.Text()),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("received_start", sa.Date()),
        sa.Column("received_end", sa.Date()),
        sa.Column("received_precision", sa.Text()),
        sa.Column("received_timezone", TEXT),
        sa.Column("received_text", TEXT),
        sa.Column("item_count", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "report_current", "report_version", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "report_current_dated",
        "report_version",
        ["received_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "report_current_recorded",
        "report_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "report_current_scope", "report_version", ["scope", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index("report_dated", "report_version", ["received_start", "id"])
    op.create_index("report_recorded", "report_version", ["from_revision", "id"])
    op.create_table(
        "statistic_version",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.Column("references", sa.Text()),
        sa.Column("jurisdictions", sa.Integer()),
        sa.Column("native", sa.Text()),
        sa.Column("stated_at", sa.Date()),
        sa.Column("metric", sa.Text()),
        sa.Column("value", sa.Text()),
        sa.Column("low", sa.Text()),
        sa.Column("high", sa.Text()),
        sa.Column("unit", sa.Text()),
        sa.Column("qualifier", sa.Text()),
        sa.Column("period_start", sa.Date()),
        sa.Column("period_end", sa.Date()),
        sa.Column("period_precision", sa.Text()),
        sa.Column("period_timezone", TEXT),
        sa.Column("period_text", TEXT),
        sa.Column("cumulative", sa.Boolean()),
        sa.Column("aggregation", sa.Text()),
        sa.Column("event", sa.Text()),
        sa.Column("agency", TEXT),
        sa.Column("platform", TEXT),
        sa.Column("counterpart", TEXT),
        sa.Column("harm_categories", sa.Integer()),
        sa.Column("measures", sa.Integer()),
        sa.Column("dimensions", sa.Text()),
        sa.Column("population", TEXT),
        sa.Column("speaker", TEXT),
        sa.Column("released_at", sa.Date()),
        sa.Column("series_key", TEXT),
        sa.Column("is_total_of", TEXT),
        sa.Column("citation", TEXT),
        sa.Column("url", TEXT),
        sa.PrimaryKeyConstraint("id", "from_revision"),
    )
    op.create_index(
        "statistic_current", "statistic_version", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index(
        "statistic_current_dated",
        "statistic_version",
        ["period_start", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "statistic_current_recorded",
        "statistic_version",
        ["from_revision", "id"],
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index(
        "statistic_current_scope", "statistic_version", ["scope", "id"], sqlite_where=CURRENT, postgresql_where=CURRENT
    )
    op.create_index("statistic_dated", "statistic_version", ["period_start", "id"])
    op.create_index("statistic_recorded", "statistic_version", ["from_revision", "id"])
