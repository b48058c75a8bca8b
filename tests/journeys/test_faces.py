"""Faces are counted in a real browser, by what we serve, under the pages' own policy; and no picture goes anywhere."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.desk import Desk
from vivavoce.web.statics import Statics

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # a model on a processor that has no graphics

# Eileen Collins, by NASA: in the public domain.
PERSON = Path(__file__).parent / "one_face.jpg"
COUNT = """async ({ address, person, at }) => {
    const policy = trustedTypes.createPolicy("test", { createScriptURL: (url) => url });
    const worker = new Worker(policy.createScriptURL(address), { type: "module" });
    const ask = (message) => new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ failed: message });
        worker.postMessage(message);
    });
    const opened = await ask("open");
    if (!opened.isOpen) return [opened];
    const image = new Image();
    image.src = person;
    await image.decode();
    const counts = [];
    for (const places of at) {
        const canvas = new OffscreenCanvas(320, 180);
        const drawn = canvas.getContext("2d");
        for (let line = 0; line < 18; line++) {
            drawn.fillStyle = `hsl(${line * 20} 60% 50%)`;
            drawn.fillRect(0, line * 10, 320, 10);
        }
        for (const place of places) drawn.drawImage(image, place, 10, 160, 160);
        counts.push(await ask(canvas.transferToImageBitmap()));
    }
    return counts;
}"""


def test_faces_are_counted_where_the_camera_is_and_nowhere_else(desk: Desk, visit: Visit) -> None:
    page = visit().page
    asked: list[tuple[str, str]] = []
    page.context.on("request", lambda request: asked.append((request.method, request.url)))
    page.goto(f"{desk.running.url}/")
    told = page.evaluate(
        COUNT,
        {
            "address": Statics().address("candidate/faces/counter.js"),
            "person": f"data:image/jpeg;base64,{b64encode(PERSON.read_bytes()).decode()}",
            "at": [[80], [0, 160], [], [80]],
        },
    )
    assert [look.get("count", look) for look in told] == [1, 2, 0, 1]
    assert {method for method, _ in asked} == {"GET"}
    assert all(url.startswith((desk.running.url, "data:", "blob:")) for _, url in asked), asked
