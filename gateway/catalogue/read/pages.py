"""Builds a page from its rows and the one beyond."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from adapters.vocabulary.enums import Qualifier
from gateway.catalogue.read.page_positions import PagePosition
from gateway.catalogue.read.sql.base import RevisionView
from schema.queries.records import PageQuery, RecordPage, RecordRow
from schema.queries.sources import AnswerSources


def build_page(
    field: str,
    query: PageQuery,
    view: RevisionView,
    rows: Sequence[Row[Any]],
    nodes: Sequence[RecordRow],
    answer_sources: AnswerSources,
) -> RecordPage:
    """A page of `nodes`; `rows` has one row more if there are more records.

    A page after a cursor has a previous page: at least the record of the cursor. Likewise backward.
    """
    window = query.window
    has_more, has_cursor = len(rows) > window.size, window.cursor is not None
    items = list(zip(rows[: window.size], nodes, strict=True))
    if window.backward:
        items.reverse()
    return RecordPage(
        nodes=[node for _, node in items],
        cursors=[
            PagePosition(view.number, field, query.order, (row.k_order, row.k_recorded, row.id)).text()
            for row, _ in items
        ],
        has_next=has_cursor if window.backward else has_more,
        has_previous=has_more if window.backward else has_cursor,
        answer_sources=answer_sources,
    )


def set_total(page: RecordPage, count: int, exact: int) -> None:
    """Sets the total count: exact up to `exact`, a lower bound beyond."""
    page.total_count, page.total_count_qualifier = min(count, exact), Qualifier.EXACT
    if count > exact:
        page.total_count_qualifier = Qualifier.AT_LEAST
