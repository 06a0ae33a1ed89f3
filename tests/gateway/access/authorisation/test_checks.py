"""Names, lists, single records, changes and sources: no answer has more than what is declared for the caller."""

from collections.abc import Callable

import pytest

from gateway.operations.document_caches import DocumentCaches
from tests.gateway.access.authorisation.client import CanaryClient, profile_of, usual_or_proof
from tests.gateway.access.authorisation.name_checks import check_introspection, check_names, check_published_schema
from tests.gateway.access.authorisation.record_checks import RECORD_CHECKS
from tests.support.canaries import PROFILES, CanaryCatalogue

NAME_CHECKS = [check_names, check_introspection, check_published_schema]
VIEWS = {(profile.audience, profile.classes): profile for profile in reversed(PROFILES)}
"""One profile of each visible schema."""
USUAL_VIEWS = {"anybody", "without classes", "locations"}
"""Those of the usual run, which lack fields of every class or of one."""


@pytest.mark.parametrize("check", NAME_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", [usual_or_proof(profile.name, USUAL_VIEWS) for profile in VIEWS.values()])
def test_a_name_that_a_caller_may_not_see_does_not_exist_for_it(
    name: str, check: Callable[[CanaryClient], None], catalogue: CanaryCatalogue, caches: DocumentCaches
) -> None:
    check(CanaryClient(catalogue, profile_of(name), caches))


@pytest.mark.parametrize("check", RECORD_CHECKS, ids=lambda check: check.__name__)
def test_no_other_question_gives_more(client: CanaryClient, check: Callable[[CanaryClient], None]) -> None:
    check(client)
