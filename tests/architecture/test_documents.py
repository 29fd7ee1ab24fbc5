"""What the documents say of files and settings is true."""

import re
from pathlib import Path

import msgspec
import pytest

from entrypoints.composition.settings import Settings

REPOSITORY = Path(__file__).parents[2]
STUDIO = REPOSITORY / "src" / "adapters" / "faces" / "studio"
DOCUMENTS = sorted(
    path
    for path in (
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *REPOSITORY.glob("infra/**/*.md"),
    )
)
FOLDERS = (
    *("src", "tests", "infra", "docs", "samples", "requirements"),
    *("domain", "application", "adapters", "entrypoints", "composition", "http", "commands"),
)
ROOTS = (REPOSITORY, REPOSITORY / "src", REPOSITORY / "src" / "entrypoints")
"""Where a path in a document may begin."""
PLACEHOLDERS = {"V2F_X", "V2F_X_FILE", "V2F_NAME"}
"""Stand for any setting."""
PREFIXES = {
    "server": "V2F_",
    "http": "V2F_HTTP_",
    "security": "V2F_",
    "accounts": "V2F_",
    "mail": "V2F_MAIL_",
    "throttle": "V2F_THROTTLE_",
    "consent": "V2F_",
    "database": "V2F_DATABASE_",
    "s3": "V2F_S3_",
    "backup": "V2F_BACKUP_",
    "amqp": "V2F_AMQP_",
    "jobs": "V2F_JOB_",
    "quotas": "V2F_QUOTA_",
    "retention": "V2F_RETENTION_",
    "model_server": "V2F_MODEL_SERVER_",
    "faces": "V2F_",
    "credentials": "V2F_CREDENTIALS_",
    "logs": "V2F_LOG_",
}


def paths_named_in(text: str) -> set[str]:
    """Return the paths in back quotes, without those that hold a placeholder."""
    quoted = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[^`\s]*)`", text)
    return {path.rstrip("/") for path in quoted if not re.search(r"[<>{}…]", path)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    missing = [
        path
        for path in paths_named_in(document.read_text())
        if not any(list(root.glob(path)) for root in ROOTS)
    ]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)", document.read_text())
    assert not [target for target in targets if not (document.parent / target).exists()]


@pytest.mark.parametrize("folder", ["design", "anatomy", "render", "film"])
def test_the_studio_s_document_names_every_module_and_no_other(folder: str) -> None:
    table = (
        (REPOSITORY / "docs" / "studio.md").read_text().split("| folder | modules | do |")[1].split("\n\n")[0]
    )
    named: dict[str, set[str]] = {}
    current = ""
    for row in table.splitlines()[2:]:
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        current = cells[0].strip("`/") or current
        named.setdefault(current, set()).update(re.findall(r"`(\w+)`", cells[1]))
    modules = {path.stem for path in (STUDIO / folder).glob("*.py")} - {"__init__"}
    assert named[folder] == modules


def all_settings() -> set[str]:
    """Return the names of all variables that the service reads."""
    settings = {"V2F_DATA"}
    for section in msgspec.structs.fields(Settings):
        if section.name != "data":
            fields = msgspec.structs.fields(section.type)
            settings |= {PREFIXES[section.name] + field.name.upper() for field in fields}
    return settings


def test_the_readme_lists_every_setting_and_no_other() -> None:
    listed = set(re.findall(r"`(V2F_[A-Z0-9_]+)`", (REPOSITORY / "README.md").read_text()))
    assert listed == all_settings()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_a_document_names_exists(document: Path) -> None:
    settings = all_settings()
    named = re.findall(r"V2F_[A-Z0-9_]*", document.read_text())
    unknown = {
        name
        for name in named
        if name.removesuffix("_FILE") not in settings
        and not (name.endswith("_") and any(setting.startswith(name) for setting in settings))
    }
    assert not unknown - PLACEHOLDERS
