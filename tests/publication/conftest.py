"""The five official sheets, as they are published."""

from __future__ import annotations

import pytest

from tests.cities import City
from xlsync.publication.publishable_sheets import published_year
from xlsync.publication.published_year import PublishedYear, Publisher

PUBLISHER = Publisher("つくば市", "082201", "CC BY 4.0", "https://example.org/by/4.0", "企画課")


@pytest.fixture
def publisher() -> Publisher:
    """A city that says of itself all that readers ask for."""
    return PUBLISHER


@pytest.fixture
def year(city: City) -> PublishedYear:
    """The five official sheets, as they are published."""
    city.register()
    return published_year(city.store, city.terms, PUBLISHER, has_unconfirmed=True)
