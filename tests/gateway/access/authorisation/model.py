"""A model of what each profile gets, with which answers are compared."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tests.gateway.access.authorisation.client import CanaryClient
from tests.support.canaries import CanaryCatalogue, RecordVersion, full_node, visible_history
from tests.support.record_queries import ALIAS, Question, descend, documents


def check_answers(client: CanaryClient, model: "AnswerModel", questions: Sequence[Question]) -> None:
    """Compares the answers to the questions with the model."""
    for text, in_document in documents(client.schema, questions):
        variables = {"then": format_moment(client.catalogue.midpoint)} if "$then" in text else {}
        data = client.data(text, **variables)
        for question in in_document:
            model.check(client, question, data)


class AnswerModel:
    """The fields of each version, and which versions belong into which answer."""

    def __init__(self, catalogue: CanaryCatalogue) -> None:
        self._full_nodes = {version_key(each): full_node(each) for each in catalogue.versions}
        self._versions = {version_key(each): each for each in catalogue.versions}

    def check(self, client: CanaryClient, question: Question, data: Mapping[str, Any]) -> None:
        """Asserts that an answer has exactly the records that belong there, with all fields of the question."""
        answer = data[question.alias]
        if question.place.parent is None:
            nodes = list(descend(answer, question.steps[1:]))
            self._check_nodes(client, question, nodes, direct_versions(client, question))
            return
        cut = max(at for at, (_, kind) in enumerate(question.place.steps[:-1]) if kind == question.place.parent)
        for parent in descend(answer, question.steps[1 : cut + 1]):
            assert (parent["id"], parent["recordedAt"]) in self._versions, (str(question), parent)
            page = parent[question.steps[cut + 1]]
            versions = related_versions(client, question, parent["id"])
            assert page["totalCount"] == len(versions), (client.profile.name, str(question))
            self._check_nodes(client, question, list(descend(page, question.steps[cut + 2 :])), versions)

    def _check_nodes(
        self, client: CanaryClient, question: Question, nodes: Sequence[Any], versions: Sequence[RecordVersion]
    ) -> None:
        context = (client.profile.name, str(question))
        if "otherwise" in (name.removeprefix(ALIAS) for name in question.steps):
            # Figures that contradict others: none does here.
            assert nodes == [], context
            return
        assert sorted((node["id"], node["recordedAt"]) for node in nodes) == sorted(map(version_key, versions)), context
        at = _revision(client, question)
        for node in nodes:
            key = node["id"], node["recordedAt"]
            expectation = client.node(key, self._versions[key], self._full_nodes[key])
            if question.style is not None:
                versions_of_all = client.catalogue.versions
                expectation["history"] = visible_history(client.profile, versions_of_all, node["id"], at)
            fields = [(name.removeprefix(ALIAS), value) for name, value in node.items() if name != "__typename"]
            for field, value in fields:
                assert value == expectation[field], (*context, field, value, expectation[field])
            if question.style is not None:
                assert dict(fields).keys() == expectation.keys(), context


@cache
def model_of(catalogue: CanaryCatalogue) -> AnswerModel:
    """The model of a catalogue."""
    return AnswerModel(catalogue)


def direct_versions(client: CanaryClient, question: Question) -> list[RecordVersion]:
    """The versions that belong at a place which is related to no other record."""
    catalogue, profile, place = client.catalogue, client.profile, question.place
    if place.root == "changes":
        return [each for each in catalogue.versions if each.kind == place.kind and profile.sees(each)]
    versions = client.visible(place.kind, _revision(client, question))
    if question.ids:
        versions = [each for each in versions if each.id in question.ids]
    if question.source:
        versions = [each for each in versions if each.record.source == question.source and not each.redacted]
    if place.root == "compareStatistics":
        versions = [each for each in versions if not each.record.dimensions]  # type: ignore[attr-defined]  # figures have them
    return versions


def related_versions(client: CanaryClient, question: Question, parent: str) -> list[RecordVersion]:
    """The versions related to a record: all share one reference."""
    versions = [each for each in client.visible(at=_revision(client, question)) if not each.redacted]
    if parent not in {each.id for each in versions}:
        return []
    return [each for each in versions if each.kind == question.place.kind and each.id != parent]


def _revision(client: CanaryClient, question: Question) -> int | None:
    """The revision that a question is about; None is the latest."""
    return client.catalogue.midpoint_revision if question.then else None


def version_key(version: RecordVersion) -> tuple[str, str]:
    """The id and `recordedAt` of a version, which identify it in an answer."""
    assert version.began is not None
    return version.id, format_moment(version.began)


def format_moment(moment: datetime) -> str:
    """The moment as GraphQL writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
