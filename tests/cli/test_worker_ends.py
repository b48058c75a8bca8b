"""A worker whose server has gone, and that something holds up."""

import subprocess
import sys
import textwrap

# A thread that computes can't be cancelled: here, one that sleeps for longer than the whole suite runs.
HELD_UP = textwrap.dedent(
    """
    import asyncio, sys, time
    from vivavoce.cli.worker import _when_closed

    async def work():
        working = asyncio.create_task(asyncio.to_thread(time.sleep, 36_000))
        _when_closed(sys.stdin.fileno(), working.cancel, ends_within=0.2)
        print("ready", flush=True)
        try:
            await working
        except asyncio.CancelledError:
            print("cancelled", flush=True)

    asyncio.run(work())
    """
)


def test_a_worker_that_is_held_up_does_not_outlive_its_server() -> None:
    worker = subprocess.Popen([sys.executable, "-c", HELD_UP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdin is not None
    with worker:
        assert worker.stdout.readline() == "ready\n"
        worker.stdin.close()  # as when the server is killed
        said = worker.stdout.read()
    assert said == "cancelled\n"  # asked first
    assert worker.returncode == 1
