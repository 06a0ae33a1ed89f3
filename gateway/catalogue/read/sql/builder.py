"""The statements of one caller: one group for each kind of query, all under the same row rules."""

from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller
from gateway.access.row_rules import RowRules
from gateway.catalogue.read.sql.base import RevisionView, VisibleRecords
from gateway.catalogue.read.sql.changes import ChangeStatements
from gateway.catalogue.read.sql.coverage import CoverageStatements
from gateway.catalogue.read.sql.pages import PageStatements
from gateway.catalogue.read.sql.relations import RelationStatements
from gateway.catalogue.read.sql.summaries import SummaryStatements
from gateway.catalogue.read.sql.values import ValueStatements
from gateway.catalogue.read.sql.versions import VersionStatements
from gateway.catalogue.tables import interned_member


class QueryBuilder:
    """Builds statements over what one caller may see in one state of the catalogue."""

    def __init__(self, caller: Caller, view: RevisionView, delivery: Delivery) -> None:
        records = VisibleRecords(RowRules(caller, interned_member), view, delivery)
        self.view = view
        self.pages = PageStatements(records)
        self.relations = RelationStatements(records)
        self.versions = VersionStatements(records)
        self.changes = ChangeStatements(records)
        self.summaries = SummaryStatements(records)
        self.coverage = CoverageStatements(records)
        self.values = ValueStatements(records)
