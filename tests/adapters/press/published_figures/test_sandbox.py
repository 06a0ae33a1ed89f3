"""The claims that belong to the sandboxes' matter: synthetic in every word, and about the crime that all tell of."""

from importlib.resources import files

from adapters.press import published_figures
from adapters.press.published_figures.claims_file import read_file
from adapters.records import Arrest, InformationRequest, Reference
from adapters.story import ARREST_DAY, CRIMES


def test_the_claims_are_about_the_crime_that_all_sandboxes_tell_of_and_say_that_they_are_made_up() -> None:
    result = read_file("claims.toml", (files(published_figures) / "sandbox_claims.toml").read_bytes())
    assert result.rejections == []
    arrest, request = sorted(result.records, key=lambda record: record.external_id)
    assert isinstance(arrest, Arrest)
    assert isinstance(request, InformationRequest)
    assert arrest.happened is not None
    assert arrest.happened.start == ARREST_DAY
    for record in (arrest, request):
        assert record.references == (Reference("uk-crime-id", CRIMES[0]),)
        assert (record.citation or "").startswith("Synthetic:")
