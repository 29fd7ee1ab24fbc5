"""Rows with names: the names stand in the order of the columns."""

from adapters.sql.view_selects import REQUEST, RequestRow, select_requests
from domain.ids import RequestId


def test_a_row_of_the_list_names_every_column_in_its_order() -> None:
    assert tuple(REQUEST.selected_columns.keys()) == RequestRow._fields
    listed = select_requests(limit=10, before=RequestId("0" * 32))
    assert tuple(listed.selected_columns.keys()) == RequestRow._fields
