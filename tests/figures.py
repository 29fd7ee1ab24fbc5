"""A pytest plugin: figures that tests have measured are printed at the end of the run."""

from collections.abc import Callable

import pytest

PROPERTY = "figure"

Tell = Callable[[str], None]
"""Takes what a test has measured, such as "all of the page: 107.7 of 120 KB"."""


@pytest.fixture
def tell_figure(record_property: Callable[[str, object], None]) -> Tell:
    """Return a function that prints a figure at the end of the run, also where tests run in several processes."""

    def tell(figure: str) -> None:
        record_property(PROPERTY, figure)

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the tests that passed."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, figure in report.user_properties:
            if name == PROPERTY:
                terminalreporter.write_line(f"figure: {figure}")
