"""A client of one profile, which searches every answer for canaries that the profile may not see."""

import base64
import binascii
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from graphql import GraphQLSchema

from gateway.access.audit.chain import AuditKeys
from gateway.access.audit.log import AuditLog
from gateway.access.audit.tables import audit_metadata
from gateway.operations.answer import Answer
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.limits import Limits
from gateway.operations.request import Request
from gateway.store.database import connect
from tests.support.canaries import CANARY, PROFILES, SOURCE, CanaryCatalogue, Profile, RecordVersion, visible_node
from tests.support.catalogue import Shelf
from tests.support.schema_declarations import declared

LIMITS = Limits(tokens=10**6, characters=10**7, depth=60, aliases=10**5, fields=10**6, overlaps=10**7)

USUAL_PROFILES = [
    "anybody",
    "personal and locations",
    "other types",
    "Great Britain and Japan",
    "types in France",
    "owner, and persons in France",
    "test key",
]
"""The profiles of the usual run; `make proof` takes all."""


class CanaryClient:
    """Executes documents as one profile. Every answer is searched for what the profile may not see.

    `turn` is its number among the profiles that share the questions; with `every`, it takes all of them.
    """

    def __init__(
        self, catalogue: CanaryCatalogue, profile: Profile, caches: DocumentCaches, *, every: bool = True
    ) -> None:
        profiles = USUAL_PROFILES if profile.name in USUAL_PROFILES else [each.name for each in PROFILES]
        self.catalogue = catalogue
        self.every = every
        self.profile = profile
        self.schema: GraphQLSchema = declared(profile.audience, profile.classes)
        self.turn = profiles.index(profile.name)
        self.canaries: set[str] = set()
        """All canaries in the answers so far."""
        self.caches = caches
        self.allowed = catalogue.canaries(profile)
        self._nodes: dict[tuple[str, str], dict[str, Any]] = {}
        self._visible: dict[int | None, list[RecordVersion]] = {}

    def takes(self, number: int, share: int) -> bool:
        """Whether the client takes this one of several questions, of which each client takes one in `share`."""
        return self.every or (number + self.turn) % share == 0

    def ask(self, text: str, **variables: Any) -> Answer:
        """The answer to a document. Fails where it has a canary or a source that the profile may not see."""
        execution = execute_request(
            self.catalogue.shelf.holdings,
            self.catalogue.callers[self.profile.name],
            self.caches,
            Request(query=text, variables=variables, correlation_id="the same"),
            limits=OperationLimits(seconds=300, cost=10**12),
            audit_log=self.catalogue.log,
        )
        answer = self.catalogue.shelf.run(execution)
        content = answer.text().decode() + " ".join(_decode_cursors(answer.data))
        # A message may repeat what the caller wrote.
        repeated = set(CANARY.findall(text)) - set(CANARY.findall(repr(answer.data)))
        canaries = set(CANARY.findall(content)) - repeated
        assert canaries <= self.allowed, f"{self.profile.name} gets {sorted(canaries - self.allowed)[:5]}"
        sources = set(SOURCE.findall(content)) - set(SOURCE.findall(text))
        assert sources <= self.profile.sources, f"{self.profile.name} gets {sources - self.profile.sources}"
        self.canaries |= canaries
        return answer

    def data(self, text: str, **variables: Any) -> dict[str, Any]:
        """The data of the answer to a document that the profile may execute."""
        answer = self.ask(text, **variables)
        assert answer.data is not None, answer.errors[:1]
        assert list(answer.errors) == []
        return answer.data

    def visible(self, kind: str | None = None, at: int | None = None) -> list[RecordVersion]:
        """The versions at a revision (None: the latest) that the profile may see, of all types or of one."""
        if at not in self._visible:
            self._visible[at] = self.catalogue.visible(self.profile, at=at)
        return [each for each in self._visible[at] if kind in (None, each.kind)]

    def node(self, key: tuple[str, str], version: RecordVersion, full: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a version that the profile gets, out of the `full` ones."""
        if key not in self._nodes:
            self._nodes[key] = visible_node(self.profile, version, full)
        return dict(self._nodes[key])


def _decode_cursors(data: Any) -> Iterator[str]:
    """The cursors of an answer, decoded."""
    if isinstance(data, dict):
        for name, value in data.items():
            if "ursor" in name and isinstance(value, str):
                try:
                    yield base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode(errors="replace")
                except binascii.Error:
                    continue
            else:
                yield from _decode_cursors(value)
    elif isinstance(data, list):
        for value in data:
            yield from _decode_cursors(value)


@contextmanager
def canary_catalogue(shelf: Shelf, folder: Path) -> Iterator[CanaryCatalogue]:
    """The catalogue of canaries, with an audit log of its own."""
    database = connect(f"sqlite:///{folder / 'audit.db'}")
    shelf.run(database.write(audit_metadata.create_all))
    log = AuditLog(database, folder / "heads.jsonl", AuditKeys(os.urandom(32), Ed25519PrivateKey.generate()))
    try:
        yield CanaryCatalogue(shelf, log)
    finally:
        shelf.run(log.close())
        shelf.run(database.close())


def profile_of(name: str) -> Profile:
    """The profile of this name."""
    return next(profile for profile in PROFILES if profile.name == name)


def usual_or_proof(name: str, usual: Collection[str]) -> Any:
    """A parameter of the usual run, if it is one of `usual`, else of the long one."""
    return pytest.param(name, marks=[] if name in usual else [pytest.mark.proof])
