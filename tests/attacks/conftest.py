"""The command line and a city's folder, for attacks on the whole product."""

from tests.cli.conftest import folder, run

__all__ = ["folder", "run"]
