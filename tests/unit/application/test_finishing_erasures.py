"""Finishing erasures: blobs that are left, and traces in the files of the database."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from application.accounts.agree import AgreeCommand
from application.erasures.forget import EVERY
from application.erasures.remove_blobs import remove_blobs
from application.errors import ServiceUnavailable
from databases.examples import CONSENT_POLICY
from domain.blob_keys import marked_key
from domain.erasure import LOOK_EVERY
from unit.application.world import World


async def erasures(world: World) -> int:
    return len(world.database._tables.erasures)


async def test_a_request_that_is_erased_while_the_blob_storage_is_away_loses_its_blobs_soon_after(
    world: World,
) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.run()
    world.blobs.cannot_delete = True
    await world.erase(user.id, request.id)
    world.clock.now += LOOK_EVERY
    with pytest.raises(ServiceUnavailable):
        await world.finish_erasures()
    world.blobs.cannot_delete = False
    assert len(await world.blob_keys()) == 5
    world.clock.now += LOOK_EVERY
    await world.finish_erasures()
    assert await world.blob_keys() == set()


async def test_originals_are_removed_before_their_marked_copies(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An original without its copy would leave the service without the visible mark."""
    (tmp_path / "film").write_bytes(b"film")
    removed: list[str] = []
    originals = ["faces/a/1/voice.mp4", "faces/a/1/voice.png"]
    for key in (*map(marked_key, originals), *originals):
        await world.blobs.put(key, tmp_path / "film", "video/mp4")

    async def keep(keys: Iterable[str]) -> None:
        removed.extend(keys)

    monkeypatch.setattr(world.blobs, "delete", keep)
    await remove_blobs(world.blobs, ["faces/a/"])
    assert removed[:2] == originals
    assert set(removed[2:]) == set(map(marked_key, originals))


async def test_results_that_are_too_many_lose_their_blobs_like_requests(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.run()
    world.blobs.cannot_delete = True
    for _ in range(5):
        await world.regenerate(user.id, request.id)
        await world.run()
    assert await erasures(world) == 1
    world.blobs.cannot_delete = False
    assert len(await world.blob_keys()) == 1 + 6 * 4
    world.clock.now += LOOK_EVERY
    await world.finish_erasures()
    assert len(await world.blob_keys()) == 1 + 5 * 4


async def test_an_erasure_ends_once_workers_have_stopped_and_the_files_have_forgotten_it(
    world: World,
) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    key = await world.abandon(request.latest_generation_id)
    await world.erase(user.id, request.id)
    assert await world.forget_erased() == 2
    looks = int(world.policy.stops_within / LOOK_EVERY)
    for _ in range(looks - 1):
        await world.put_blob(key)
        world.clock.now += LOOK_EVERY
        await world.finish_erasures()
        assert await world.blob_keys() == set()
        assert await erasures(world) == 1
    world.clock.now += LOOK_EVERY
    assert await world.finish_erasures() == 1
    assert await erasures(world) == 0
    assert world.policy.stops_within + LOOK_EVERY < timedelta(minutes=1)


async def test_one_time_serves_many_erasures_and_none_is_left_out(world: World) -> None:
    user = await world.new_user()
    for _ in range(3):
        await world.erase(user.id, (await world.submit(user)).id)
    assert await world.forget_erased() == 6
    assert world.database_files.times == 1
    assert await world.forget_erased() == 0
    await world.erase(user.id, (await world.submit(user)).id)
    assert await world.forget_erased() == 0  # too soon
    world.clock.now += EVERY
    assert await world.forget_erased() == 2
    assert world.database_files.times == 2
    world.clock.now += EVERY
    assert await world.forget_erased() == 0
    assert world.database_files.times == 2


async def test_where_the_disk_is_full_the_files_are_tried_again(world: World) -> None:
    await world.account_erasure((await world.new_user()).id)
    world.database_files.is_full = True
    with pytest.raises(ServiceUnavailable):
        await world.forget_erased()
    world.clock.advance(minutes=1)
    with pytest.raises(ServiceUnavailable):
        await world.forget_erased()
    assert await erasures(world) == 1
    world.database_files.is_full = False
    world.clock.advance(minutes=1)
    assert await world.forget_erased() == 1
    assert await world.finish_erasures() == 1


async def test_two_processes_that_finish_at_once_do_no_harm(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    world.blobs.cannot_delete = True
    await world.erase(user.id, request.id)
    world.blobs.cannot_delete = False
    await world.forget_erased()
    world.clock.advance(minutes=1)
    assert sum(await asyncio.gather(*(world.finish_erasures() for _ in range(3)))) == 2
    assert await world.blob_keys() == set()


async def test_one_file_that_cannot_be_removed_does_not_keep_those_of_other_erasures(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await world.new_user()
    bad, good = await world.submit(user), await world.submit(user)
    world.blobs.cannot_delete = True
    for request in (bad, good):
        await world.erase(user.id, request.id)
    world.blobs.cannot_delete = False
    delete = world.blobs.delete

    async def refuse(keys: Iterable[str]) -> None:
        keys = list(keys)
        if any(bad.id in key for key in keys):
            raise ServiceUnavailable("blobs")
        await delete(keys)

    monkeypatch.setattr(world.blobs, "delete", refuse)
    world.clock.now += LOOK_EVERY
    with pytest.raises(ServiceUnavailable):
        await world.finish_erasures()
    assert await world.blob_keys() == set(bad.voice.keys)


async def test_files_that_appear_after_a_consent_was_withdrawn_and_the_account_erased_are_removed(
    world: World,
) -> None:
    user = await world.new_user()
    agreed = await world.agree(AgreeCommand(user_id=user.id, notice_version=CONSENT_POLICY.current_version))
    request = await world.submit(user)
    key = await world.abandon(request.latest_generation_id)
    await world.withdraw_consent(user.id, agreed.id)  # ends the generation, while its worker draws
    receipt = await world.account_erasure(user.id)
    assert receipt.files_are_left
    await world.put_blob(key)
    world.clock.now += LOOK_EVERY
    await world.finish_erasures()
    assert await world.blob_keys() == set()
