"""Microphones that a test can look at, and that hear what the test wants."""

from playwright.async_api import Page

WATCH = """(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    window.opened = []
    navigator.mediaDevices.getUserMedia = async wanted => {
        const stream = await ask(wanted)
        window.opened.push(stream.getAudioTracks()[0])
        return stream
    }
})()"""
HEAR_NOISE = """(() => {
    navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext()
        const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate)
        buffer.getChannelData(0).forEach((_, i, samples) => { samples[i] = LOUDNESS * (2 * Math.random() - 1) })
        const noise = new AudioBufferSourceNode(context, {buffer, loop: true})
        const target = context.createMediaStreamDestination()
        noise.connect(target)
        noise.start()
        return target.stream
    }
})()"""
FAIL = """(() => {
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NAME") }
})()"""


async def watch_microphones(page: Page) -> None:
    """Note which microphones the page opens."""
    await page.add_init_script(WATCH)


async def hear_noise(page: Page, loudness: float) -> None:
    """Have the microphone hear nothing but noise; 1 is as loud as can be."""
    await page.add_init_script(HEAR_NOISE.replace("LOUDNESS", str(loudness)))


async def fail(page: Page, name: str) -> None:
    """Have the browser refuse the microphone with an error of that name."""
    await page.add_init_script(FAIL.replace("NAME", name))


async def states(page: Page) -> list[str]:
    """Return `live` or `ended` for each microphone that the page has opened."""
    found: list[str] = await page.evaluate("window.opened.map(track => track.readyState)")
    return found
