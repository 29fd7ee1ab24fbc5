"""The calls of the existing front end, as its pages make them: forms, the Token header, another origin."""

import io
from pathlib import Path

import av
import httpx
import pytest

from e2e.service import TIMEOUT, Service, running, sign_up, wait_for
from e2e.voices import SAMPLE, pcm_of

ORIGIN = {"Origin": "https://front-end.example.org"}
SURVEY = {
    "user_phone": "ann@example.org",
    "sns_time": "1",
    "voice_to_face_rating": "4",
    "dissatisfy_reason": "0, 2",
    "opinion": "목소리에 어울려요",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(data=tmp_path_factory.mktemp("front-end") / "data")


def webm(path: Path) -> bytes:
    """Return a recording as the MediaRecorder of Chromium makes it: Opus in WebM."""
    file = io.BytesIO()
    with av.open(str(path)) as source, av.open(file, "w", format="webm") as target:
        stream = target.add_stream("libopus", rate=48_000)
        resampler = av.AudioResampler("flt", "mono", 48_000, frame_size=960)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        for part in resampler.resample(None):
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return file.getvalue()


def form(**fields: str) -> dict[str, tuple[None, str]]:
    """Return fields as a browser's FormData sends them: multipart, even without a file."""
    return {name: (None, value) for name, value in fields.items()}


def follow(link: str, headers: dict[str, str] | None = None) -> httpx.Response:
    """Open a link as an image or a player does: without the token."""
    return httpx.get(link, headers=headers, follow_redirects=True, timeout=TIMEOUT)


def test_the_front_end_signs_up_submits_watches_rates_and_erases(service: Service) -> None:
    with running(service), httpx.Client(base_url=service.url, headers=ORIGIN, timeout=TIMEOUT) as page:
        account = form(email="ann@example.org", password="correct horse", age="31", gender="woman")
        free = page.post("/users/email/validation", files=form(email="ann@example.org"))
        assert free.status_code == 200
        assert "message" in free.json()
        created = page.post("/users", files=account)
        assert (created.status_code, created.json()) == (201, {"id": "ann@example.org"})
        assert created.headers["access-control-allow-origin"] in ("*", ORIGIN["Origin"])
        taken = page.post("/users/email/validation", files=form(email="ann@example.org"))
        assert taken.status_code == 409
        assert isinstance(taken.json()["error"], str)
        assert page.post("/users", files=account).status_code == 409

        assert page.get("/users").status_code == 401
        wrong = page.post("/auth", files=form(email="ann@example.org", password="wrong horse"))
        assert wrong.status_code == 401
        login = page.post("/auth", files=form(email="ann@example.org", password="correct horse"))
        assert login.status_code == 200
        assert login.json()["email"] == "ann@example.org"
        page.headers["Token"] = login.json()["token"]
        assert page.get("/users").json() == {"age": 31, "gender": "woman"}

        voice = webm(SAMPLE)
        sent = page.post(
            "/mz-request",
            data={"age": "31", "gender": "woman", "video": "3"},
            files={"file": ("svelte_audio.wav", voice, "audio/wav")},
        )
        assert sent.is_success, sent.text
        ids = sent.json()
        path = f"/mz-request/{ids['mz_request_id']}"
        assert page.get(f"{path}/status/{ids['job_id']}").status_code == 200
        listed = wait_for(page, ids["mz_request_id"])
        assert listed["status"] == "Success"
        assert "T" in listed["ata"]
        assert listed["latest_mz_result_id"] == ids["mz_result_id"]
        (only,) = page.get("/mz-request").json()["mz_request_list"]
        assert only.keys() >= {
            "id", "user_id", "age", "gender", "voice_url", "status", "ata",
            "latest_mz_result_id", "created_at", "updated_at",
        }  # fmt: skip
        copy = follow(only["voice_url"])
        assert copy.headers["content-type"] == "audio/flac"
        assert pcm_of(copy.content) == pcm_of(voice)
        outcome = page.get(f"{path}/result/{ids['job_id']}")
        assert outcome.status_code == 200

        result = page.get(f"{path}/mz-result/{ids['mz_result_id']}").json()["mz_result"]
        assert result["updated_at"] is None
        assert result["survey"] == 0
        for field, magic in (("voice_image_url", b"PNG"), ("condition_image_url", b"PNG")):
            assert magic in follow(result[field]).content[:8]
        for field in ("voice_gif_url", "condition_gif_url"):
            part = follow(result[field], {"Range": "bytes=0-99"})
            assert part.status_code == 206
            assert b"ftyp" in part.content

        rated = page.patch(f"{path}/mz-result/{ids['mz_result_id']}", files=form(type="voice", rating="5"))
        assert (rated.status_code, rated.json()) == (200, {"message": "rating updated successfully"})
        rated = page.patch(
            f"{path}/mz-result/{ids['mz_result_id']}", files=form(type="condition", rating="2")
        )
        assert rated.status_code == 200
        surveyed = page.post(f"{path}/mz-result/{ids['mz_result_id']}", files=form(**SURVEY))
        assert surveyed.status_code == 200
        assert surveyed.json()["mz_result_id"] == ids["mz_result_id"]
        assert surveyed.json()["mz_survey_id"]
        result = page.get(f"{path}/mz-result/{ids['mz_result_id']}").json()["mz_result"]
        assert (result["voice_image_rating"], result["condition_image_rating"]) == (5, 2)
        assert result["survey"] == 1
        assert "T" in result["updated_at"]

        again = page.post(f"{path}/mz-result")
        assert again.is_success
        assert again.json()["mz_request_id"] == ids["mz_request_id"]
        assert again.json()["regenerate_mz_result_id"] != ids["mz_result_id"]
        assert wait_for(page, ids["mz_request_id"])["status"] == "Success"

        with sign_up(service, "bob") as bob:
            for method, what in (
                ("GET", ""), ("DELETE", ""), ("POST", "/mz-result"), ("GET", "/events"),
                ("GET", f"/status/{ids['job_id']}"), ("GET", f"/result/{ids['job_id']}"),
                ("GET", f"/mz-result/{ids['mz_result_id']}"),
            ):  # fmt: skip
                assert bob.request(method, f"{path}{what}").status_code == 404, (method, what)
            theirs = f"{path}/mz-result/{ids['mz_result_id']}"
            assert bob.patch(theirs, data={"type": "voice", "rating": "1"}).status_code == 404
            assert bob.post(theirs, data=SURVEY).status_code == 404

        for _ in range(9):
            assert page.post(
                "/mz-request", data={"age": "31", "gender": "woman"}, files={"file": ("v", voice)}
            ).is_success
        full = page.post("/mz-request", data={"age": "31", "gender": "woman"}, files={"file": ("v", voice)})
        assert full.status_code == 429
        assert isinstance(full.json()["error"], str)
        assert page.delete(path).status_code == 204
        assert page.get(path).status_code == 404
