"""Exporting an account."""

from datetime import timedelta

import pytest

from application.accounts.export import ExportAccount, ExportAccountCommand, face_paths, recording_path
from application.errors import AccountGone, SessionEnded
from application.ports.blobs import BlobNotFound
from databases.examples import LEASE, NOON, example_faces, new_request, new_user
from domain.ids import SessionId, UserId
from domain.session import EndedSession
from unit.application.world import World

SESSION = SessionId("5e55")


@pytest.fixture
def export(world: World) -> ExportAccount:
    return ExportAccount(world.database.account_data(), world.blobs, world.ended_sessions, world.clock)


async def test_an_export_names_every_file_of_a_user_and_reads_it(world: World, export: ExportAccount) -> None:
    user, other = await world.new_user(), await world.new_user("ben")
    request, _ = await world.submit(user), await world.submit(other)
    await world.run()
    await world.run()
    found = await export(ExportAccountCommand(user_id=user.id, session_id=SESSION))
    folder = f"faces/{request.id}/{request.latest_generation_id}"
    assert [file.path for file in found.files] == [
        f"recordings/{request.id}.flac",
        *(f"{folder}/{name}" for name in ("voice.png", "voice.mp4", "condition.png", "condition.mp4")),
    ]
    assert [chunk async for chunk in await found.read(found.files[0])] == [b"a voice"]
    assert found.exported_at == world.clock()
    await world.erase(user.id, request.id)
    with pytest.raises(BlobNotFound):
        await anext(await found.read(found.files[0]))


async def test_an_unknown_account_cannot_be_exported(export: ExportAccount) -> None:
    with pytest.raises(AccountGone):
        await export(ExportAccountCommand(user_id=UserId("unknown"), session_id=SESSION))


async def test_an_export_belongs_to_its_session(world: World, export: ExportAccount) -> None:
    user = await world.new_user()
    found = await export(ExportAccountCommand(user_id=user.id, session_id=SESSION))
    await found.require_session()
    now = world.clock()
    world.ended_sessions.add([EndedSession(id=SESSION, ended_at=now, forget_at=now + timedelta(days=1))])
    with pytest.raises(SessionEnded):
        await found.require_session()


def test_the_files_of_a_face_are_named_by_what_they_are() -> None:
    request, generation = new_request(new_user())
    assert face_paths(generation) == {}
    generation.claim(NOON, LEASE)
    generation.succeed(1, example_faces(generation), NOON)
    folder = f"faces/{request.id}/{generation.id}"
    names = ("voice.png", "voice.mp4", "voice-loop.webp", "condition.png")
    assert list(face_paths(generation).values()) == [f"{folder}/{name}" for name in names]
    assert recording_path(request) == f"recordings/{request.id}.webm"
