"""The OpenAPI document as an HTML page that loads nothing: no scripts, no fonts, no other styles."""

from collections.abc import Iterator
from html import escape

from entrypoints.http.openapi.schemas import Document
from entrypoints.http.openapi.style import STYLE

CONTENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's `Content-Security-Policy`."""

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
<nav><a class="home" href="#top">{title}</a>{contents}<h3>More</h3>
<a href="#objects">Objects</a><a href="#errors">Errors</a>
<a href="/schema/openapi.json">openapi.json</a></nav>
<main id="top"><h1>{title} <small>{version}</small></h1>{introduction}{sections}
<section id="objects"><h2>Objects</h2>{objects}</section>
<section id="errors"><h2>Errors</h2><p>Every error has this form:</p>{problem}
<p>These are the codes, each with an example of its sentence.</p>{codes}</section></main>
</html>
"""


def render_page(document: Document) -> str:
    """Return the page as HTML."""
    schemas = document["components"]["schemas"]
    by_tag = _by_tag(document)
    descriptions = {tag["name"]: tag["description"] for tag in document["tags"]}
    return _PAGE.format(
        title=escape(document["info"]["title"]),
        version=escape(document["info"]["version"]),
        style=STYLE,
        introduction=_paragraphs(document["info"]["description"]),
        contents="".join(_contents(tag, by_tag[tag]) for tag in descriptions),
        sections="".join(
            f"<section><h2>{escape(tag)}</h2><p>{escape(descriptions[tag])}</p>"
            + "".join(_operation(path, method, operation, schemas) for path, method, operation in by_tag[tag])
            + "</section>"
            for tag in descriptions
        ),
        objects="".join(
            _object(name, schema, schemas) for name, schema in schemas.items() if "properties" in schema
        ),
        problem=_fields(schemas["ProblemResponse"], schemas),
        codes=_codes(document["components"]["responses"]),
    )


def _by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    found: dict[str, list[tuple[str, str, Document]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append((path, method, operation))
    return found


def _contents(tag: str, operations: list[tuple[str, str, Document]]) -> str:
    links = "".join(
        f'<a href="#{operation["operationId"]}">{escape(operation["summary"])}</a>'
        for _, _, operation in operations
    )
    return f"<h3>{escape(tag)}</h3>{links}"


def _operation(path: str, method: str, operation: Document, schemas: Document) -> str:
    needs_token = {} not in operation.get("security", [{}])
    lock = ' <span class="lock" title="Needs a token">token</span>' if needs_token else ""
    return (
        f'<article id="{operation["operationId"]}"><h3><b class="{method}">{method.upper()}</b> '
        f"<code>{escape(path)}</code>{lock}</h3><p class=summary>{escape(operation['summary'])}.</p>"
        f"{_paragraphs(operation['description'])}"
        f"{''.join(_inputs(operation, schemas))}{''.join(_responses(operation, schemas))}</article>"
    )


def _inputs(operation: Document, schemas: Document) -> Iterator[str]:
    if parameters := operation.get("parameters"):
        rows = {parameter["name"]: {**parameter["schema"], **parameter} for parameter in parameters}
        required = [parameter["name"] for parameter in parameters if parameter.get("required")]
        yield f"<h4>Parameters</h4>{_fields({'properties': rows, 'required': required}, schemas)}"
    if body := operation.get("requestBody"):
        kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in body["content"])
        schema = next(iter(body["content"].values()))["schema"]
        yield f"<h4>Body: {kinds}</h4>{_fields(schema, schemas)}"


def _responses(operation: Document, schemas: Document) -> Iterator[str]:
    errors = []
    for status, response in operation["responses"].items():
        if "$ref" in response:
            errors.append(f'<a href="#status-{status}">{status}</a>')
            continue
        yield f"<h4>{status}: {escape(response['description'])}</h4>"
        for kind, content in response.get("content", {}).items():
            yield f"<p class=kind><code>{escape(kind)}</code></p>"
            yield _fields(_resolved(content["schema"], schemas), schemas)
    yield f"<p class=errors>Errors: {' '.join(errors)}</p>"


def _object(name: str, schema: Document, schemas: Document) -> str:
    description = _paragraphs(schema.get("description", ""))
    return f'<article id="{name}"><h3>{escape(name)}</h3>{description}{_fields(schema, schemas)}</article>'


def _fields(schema: Document, schemas: Document) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code>{'' if name in required else ' <i>optional</i>'}"
        f"<td>{_type(field, schemas)}<td>{_inline(field.get('description', ''))}{_example(field)}"
        for name, field in schema.get("properties", {}).items()
    )
    return f"<table>{rows}</table>" if rows else ""


def _type(schema: Document, schemas: Document) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        target = schemas[name]
        if "enum" in target:
            return _type(target, schemas)
        return f'<a href="#{name}">{escape(name)}</a>'
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_type(option, schemas) for option in options)
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], schemas)}"
    kinds = schema.get("type", schema.get("const", "any"))
    name = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return escape(f"{name} ({schema['format']})" if "format" in schema else name)


def _example(field: Document) -> str:
    examples = field.get("examples")
    return (
        f" <span class=example>{escape(str(examples[0]))}</span>"
        if isinstance(examples, list) and examples
        else ""
    )


def _resolved(schema: Document, schemas: Document) -> Document:
    target: Document = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return target


def _codes(responses: Document) -> str:
    rows = "".join(
        f'<tr id="{code}"><td>{status}<td><code>{escape(code)}</code><td>{escape(example["value"]["error"])}'
        for status, response in responses.items()
        for code, example in response["content"]["application/problem+json"]["examples"].items()
    )
    anchors = "".join(f'<span id="status-{status}"></span>' for status in responses)
    return f"{anchors}<table>{rows}</table>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in text.strip().split("\n\n") if paragraph)


def _inline(text: str) -> str:
    """Return text as HTML, with the words between backquotes as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
