"""The demo's server, in a process of its own; it is started again when it ends without having been asked to."""

import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

from vivavoce.cli.opening import environment_for, say
from vivavoce.errors import Unavailable
from vivavoce.providers.mail import FOLDER
from vivavoce.settings import Settings

STOP_SECONDS = 60
# A server that ends so often in a row, each time soon after it could take calls, has a reason to, which another start
# does not take away.
MOST_SHORT_LIVES, SHORT_SECONDS = 3, 60.0


class DemoServer:
    """`vivavoce serve` on the demo's folder. Where no mail server is set, mails are kept and shown."""

    def __init__(self, settings: Settings, *, host: str, port: int) -> None:
        self._settings = settings
        self._host = host
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self._short_lives = 0
        self._serves_since = 0.0
        self.url = ""

    def start(self) -> None:
        """Returns when it can take calls, at `url`. Raises Unavailable where it does not come to that."""
        command = [sys.executable, "-m", "vivavoce.cli", "serve", "--host", self._host, "--port", str(self._port)]
        environment = environment_for(self._settings)
        if self._settings.mail_url is None:
            # Nothing leaves this machine, and codes can be read all the same.
            environment["VIVAVOCE_MAIL_URL"] = FOLDER
            command.append("--show-mails")
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("ready "):
            raise Unavailable("The server did not start; the reason stands above.")
        self._serves_since = time.monotonic()
        self.url = line.removeprefix("ready ").strip()
        self._port = urlsplit(self.url).port or self._port  # the links that were shown lead there

    def keep(self) -> None:
        """Goes on until the server is stopped, and starts it again when it ends otherwise.

        Raises Unavailable when it ends again and again.
        """
        while (code := self._wait()) != 0:
            is_short = time.monotonic() - self._serves_since < SHORT_SECONDS
            self._short_lives = self._short_lives + 1 if is_short else 0
            if self._short_lives >= MOST_SHORT_LIVES:
                raise Unavailable(
                    f"The server has ended {self._short_lives} times in a row ({_tell(code)}). The demo ends too."
                )
            say(f"The server has ended ({_tell(code)}). Starting it again…")
            self.start()
            say(f"Serving at {self.url} again. Press Ctrl-C to stop.")
        say("The server was stopped; the demo ends too.")

    def explain(self) -> str:
        """What became of it, for when it does not answer."""
        code = None if self._process is None else self._process.poll()
        return "The server does not answer." if code is None else f"The server has ended ({_tell(code)})."

    def stop(self) -> None:
        """Ends it, if it runs."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
            self._process.wait(STOP_SECONDS)
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _wait(self) -> int:
        assert self._process is not None
        code = self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return code


def _tell(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
