"""A catalogue of canaries, and a client of each profile of the usual run."""

from collections.abc import Iterator

import pytest

from gateway.operations.document_caches import DocumentCaches
from tests.gateway.access.authorisation.client import LIMITS, USUAL_PROFILES, CanaryClient, canary_catalogue, profile_of
from tests.gateway.access.authorisation.model import AnswerModel, model_of
from tests.support.canaries import CanaryCatalogue
from tests.support.catalogue import shelf_at


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CanaryCatalogue]:
    folder = tmp_path_factory.mktemp("canaries")
    with shelf_at(f"sqlite:///{folder / 'catalogue.db'}") as shelf, canary_catalogue(shelf, folder) as catalogue:
        yield catalogue


@pytest.fixture(scope="session")
def model(catalogue: CanaryCatalogue) -> AnswerModel:
    return model_of(catalogue)


@pytest.fixture(scope="session")
def caches() -> DocumentCaches:
    return DocumentCaches(LIMITS)


@pytest.fixture(params=USUAL_PROFILES)
def client(request: pytest.FixtureRequest, catalogue: CanaryCatalogue, caches: DocumentCaches) -> CanaryClient:
    return CanaryClient(catalogue, profile_of(request.param), caches, every=False)
