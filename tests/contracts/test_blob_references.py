"""What every `BlobReferences` promises."""

from collections.abc import Collection

from databases.database import Database
from databases.examples import LEASE, NOON, finished, saved, submitted


async def unreferenced(database: Database, keys: Collection[str]) -> set[str]:
    async with database.unit_of_work() as uow:
        return await uow.blob_references.unreferenced(keys)


async def test_voices_and_faces_that_rows_name_are_referred_to(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    prefix = f"faces/{generation.id}/1/"
    kept = [*request.voice.keys, f"{prefix}voice.png", f"{prefix}voice.mp4", f"{prefix}condition.png"]
    orphans = ["voices/gone.webm", f"{prefix}condition.mp4", f"faces/{generation.id}/2/voice.png"]
    assert await unreferenced(database, [*kept, *orphans]) == set(orphans)


async def test_all_blobs_under_the_prefix_of_a_running_attempt_are_referred_to(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.hand_back(1, NOON)
    generation.claim(NOON, LEASE)
    await saved(database, generation)
    now, before = f"faces/{generation.id}/2/anything.bin", f"faces/{generation.id}/1/voice.png"
    assert await unreferenced(database, {now, before}) == {before}


async def test_blobs_of_an_attempt_that_was_handed_back_are_not_referred_to(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    key = f"faces/{generation.id}/1/voice.png"
    generation.hand_back(1, NOON)
    await saved(database, generation)
    assert await unreferenced(database, [key]) == {key}


async def test_blobs_of_an_erased_request_are_not_referred_to(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.requests.remove(locked)
        await uow.commit()
    keys = {*request.voice.keys, f"faces/{generation.id}/1/voice.png"}
    assert await unreferenced(database, keys) == keys


async def test_keys_of_any_form_can_be_asked_about(database: Database) -> None:
    keys = {"", "voices/ü.webm", "x" * 1000, "faces/", "%"}
    assert await unreferenced(database, keys) == keys
    assert await unreferenced(database, []) == set()


async def test_a_marked_copy_is_referred_to_as_long_as_its_original(database: Database) -> None:
    _, generation = await submitted(database)
    await finished(database, generation)
    prefix = f"faces/{generation.id}/1/"
    kept = [f"{prefix}voice-marked.png", f"{prefix}voice-marked.mp4"]
    orphans = [
        f"{prefix}condition-marked.mp4",
        f"faces/{generation.id}/2/voice-marked.png",
        "voices/a-marked.flac",
    ]
    assert await unreferenced(database, [*kept, *orphans]) == set(orphans)
