"""Links of the document: from an operation that answers ids to those that take them."""

from collections.abc import Mapping

from entrypoints.http.openapi.schemas import Document

IDS = {
    "submit": {"request_id": "mz_request_id", "result_id": "mz_result_id", "job_id": "job_id"},
    "regenerate": {"request_id": "mz_request_id", "result_id": "regenerate_mz_result_id", "job_id": "job_id"},
    "show_one": {
        "request_id": "mz_request/id",
        "result_id": "mz_request/latest_mz_result_id",
        "job_id": "mz_request/latest_mz_result_id",
    },
    "show_list": {
        "request_id": "mz_request_list/0/id",
        "result_id": "mz_request_list/0/latest_mz_result_id",
        "job_id": "mz_request_list/0/latest_mz_result_id",
    },
}
"""The operations that answer ids: for each path parameter of others, the place in the response with its value."""

LOG_IN = {
    "log_in": {
        "operationId": "log_in",
        "requestBody": {"email": "$response.body#/id", "password": "$request.body#/password"},
    }
}
"""The link from signing up to logging in."""


def add_links(paths: Mapping[str, Mapping[str, Document]]) -> None:
    """Link each operation that answers ids to every other that takes them in its path, and signing up to logging in."""
    all_operations = {
        operation["operationId"]: operation for methods in paths.values() for operation in methods.values()
    }
    for source, ids in IDS.items():
        _success(all_operations[source])["links"] = {
            name: {
                "operationId": name,
                "parameters": {
                    parameter: f"$response.body#/{ids[parameter]}" for parameter in sorted(parameters)
                },
            }
            for name, operation in all_operations.items()
            if (parameters := _path_parameters(operation)) and parameters <= ids.keys()
        }
    _success(all_operations["sign_up"])["links"] = LOG_IN


def _success(operation: Document) -> Document:
    response: Document = next(
        response for status, response in operation["responses"].items() if status.startswith("2")
    )
    return response


def _path_parameters(operation: Document) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
