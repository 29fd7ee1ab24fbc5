"""The way of the existing front end through the contract: every call as its pages make it."""

import io
from collections.abc import Callable
from pathlib import Path

import av
import httpx

from e2e.service import wait_for
from e2e.voices import SAMPLE, pcm_of

ORIGIN = {"Origin": "https://front-end.example.org"}
PASSWORD = "correct horse"
SURVEY = {
    "user_phone": "ann@example.org",
    "sns_time": "1",
    "voice_to_face_rating": "4",
    "dissatisfy_reason": "0, 2",
    "opinion": "목소리에 어울려요",
}
MOST_REQUESTS = 10

Follow = Callable[[str, dict[str, str] | None], httpx.Response]
"""Opens a link as an image or a player does: without the token."""


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


def join(page: httpx.Client, email: str = "ann@example.org") -> None:
    """Sign up and log in, with the calls of the front end's first pages."""
    account = form(email=email, password=PASSWORD, age="31", gender="woman")
    free = page.post("/users/email/validation", files=form(email=email))
    assert free.status_code == 200
    assert "message" in free.json()
    created = page.post("/users", files=account)
    assert (created.status_code, created.json()) == (201, {"id": email})
    assert created.headers["access-control-allow-origin"] in ("*", ORIGIN["Origin"])
    taken = page.post("/users/email/validation", files=form(email=email))
    assert taken.status_code == 409
    assert isinstance(taken.json()["error"], str)
    assert page.post("/users", files=account).status_code == 409

    assert page.get("/users").status_code == 401
    wrong = page.post("/auth", files=form(email=email, password="wrong horse"))
    assert wrong.status_code == 401
    login = page.post("/auth", files=form(email=email, password=PASSWORD))
    assert login.status_code == 200
    assert login.json()["email"] == email
    page.headers["Token"] = login.json()["token"]
    assert page.get("/users").json() == {"age": 31, "gender": "woman"}


def send(page: httpx.Client, voice: bytes) -> dict[str, str]:
    """Send a recording, and return the ids of the answer."""
    sent = page.post(
        "/mz-request",
        data={"age": "31", "gender": "woman", "video": "3"},
        files={"file": ("svelte_audio.wav", voice, "audio/wav")},
    )
    assert sent.is_success, sent.text
    ids: dict[str, str] = sent.json()
    return ids


def look(page: httpx.Client, ids: dict[str, str], voice: bytes, follow: Follow) -> None:
    """Wait for the faces of a request, and open all links of the pages that list and show it."""
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
    copy = follow(only["voice_url"], None)
    assert copy.headers["content-type"] == "audio/flac"
    assert pcm_of(copy.content) == pcm_of(voice)
    outcome = page.get(f"{path}/result/{ids['job_id']}")
    assert outcome.status_code == 200

    result = page.get(f"{path}/mz-result/{ids['mz_result_id']}").json()["mz_result"]
    assert result["updated_at"] is None
    assert result["survey"] == 0
    for field, magic in (("voice_image_url", b"PNG"), ("condition_image_url", b"PNG")):
        assert magic in follow(result[field], None).content[:8]
    for field in ("voice_gif_url", "condition_gif_url"):
        part = follow(result[field], {"Range": "bytes=0-99"})
        assert part.status_code == 206
        assert b"ftyp" in part.content


def judge(page: httpx.Client, ids: dict[str, str]) -> None:
    """Rate both faces and answer the survey."""
    path = f"/mz-request/{ids['mz_request_id']}/mz-result/{ids['mz_result_id']}"
    rated = page.patch(path, files=form(type="voice", rating="5"))
    assert (rated.status_code, rated.json()) == (200, {"message": "rating updated successfully"})
    assert page.patch(path, files=form(type="condition", rating="2")).status_code == 200
    surveyed = page.post(path, files=form(**SURVEY))
    assert surveyed.status_code == 200
    assert surveyed.json()["mz_result_id"] == ids["mz_result_id"]
    assert surveyed.json()["mz_survey_id"]
    result = page.get(path).json()["mz_result"]
    assert (result["voice_image_rating"], result["condition_image_rating"]) == (5, 2)
    assert result["survey"] == 1
    assert "T" in result["updated_at"]


def make_again(page: httpx.Client, ids: dict[str, str]) -> None:
    """Have the faces made again, and wait for them."""
    again = page.post(f"/mz-request/{ids['mz_request_id']}/mz-result")
    assert again.is_success
    assert again.json()["mz_request_id"] == ids["mz_request_id"]
    assert again.json()["regenerate_mz_result_id"] != ids["mz_result_id"]
    assert wait_for(page, ids["mz_request_id"])["status"] == "Success"


def try_as_another(other: httpx.Client, ids: dict[str, str]) -> None:
    """Expect that another user finds nothing of a request."""
    path = f"/mz-request/{ids['mz_request_id']}"
    for method, what in (
        ("GET", ""), ("DELETE", ""), ("POST", "/mz-result"), ("GET", "/events"),
        ("GET", f"/status/{ids['job_id']}"), ("GET", f"/result/{ids['job_id']}"),
        ("GET", f"/mz-result/{ids['mz_result_id']}"),
    ):  # fmt: skip
        assert other.request(method, f"{path}{what}").status_code == 404, (method, what)
    theirs = f"{path}/mz-result/{ids['mz_result_id']}"
    assert other.patch(theirs, data={"type": "voice", "rating": "1"}).status_code == 404
    assert other.post(theirs, data=SURVEY).status_code == 404


def fill(page: httpx.Client, ids: dict[str, str], voice: bytes) -> None:
    """Send as many recordings as a user may have, be refused the next one, and erase the first."""
    for _ in range(MOST_REQUESTS - 1):
        send(page, voice)
    full = page.post("/mz-request", data={"age": "31", "gender": "woman"}, files={"file": ("v", voice)})
    assert full.status_code == 429
    assert isinstance(full.json()["error"], str)
    path = f"/mz-request/{ids['mz_request_id']}"
    assert page.delete(path).status_code == 204
    assert page.get(path).status_code == 404


def walk(page: httpx.Client, other: httpx.Client, follow: Follow) -> None:
    """Go all of the way: `page` is a client without a token, `other` one that is logged in as another user."""
    join(page)
    voice = webm(SAMPLE)
    ids = send(page, voice)
    look(page, ids, voice, follow)
    judge(page, ids)
    make_again(page, ids)
    try_as_another(other, ids)
    fill(page, ids, voice)
