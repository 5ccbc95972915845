"""Run the README's first command as a person would: start it, look at a page, press Ctrl-C.

Standard library only: it runs before anything is installed. Exits 0 if the service came up, gave a page
in Chinese, and ended with 0 after SIGINT to its process group, leaving none of its processes.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000"
START_SECONDS = 15 * 60  # a slow mirror and 400 MB of wheels
STOP_SECONDS = 60


def say(words: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def answer(path: str) -> tuple[int, str]:
    """Return status and text of a page; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(ADDRESS + path, timeout=10) as page:  # noqa: S310 - our own address
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def wait_until_up(running: subprocess.Popen[bytes]) -> None:
    """Wait for health, or end with what went wrong."""
    ends = time.monotonic() + START_SECONDS
    while answer("/healthz")[0] != 200:
        if running.poll() is not None:
            sys.exit(f"command one ended with {running.returncode} before it was up")
        if time.monotonic() > ends:
            os.killpg(running.pid, signal.SIGKILL)
            sys.exit(f"command one was not up after {START_SECONDS} s")
        time.sleep(0.5)


def main(command: str) -> None:
    """Start, look, stop."""
    if answer("/healthz")[0]:
        sys.exit(f"somebody else listens at {ADDRESS}")
    started = time.monotonic()
    # A session of its own is a process group of its own: Ctrl-C reaches all of it and nothing else.
    running = subprocess.Popen(["bash", "-c", command], start_new_session=True)  # noqa: S603, S607 - the README's line
    wait_until_up(running)
    say(f"up after {time.monotonic() - started:.0f} s")
    status, text = answer("/")
    # Who is not signed in sees the neutral face: the sign-in page, in Chinese.
    if status != 200 or "登录" not in text:
        os.killpg(running.pid, signal.SIGKILL)
        sys.exit(f"the first page answered {status}")
    os.killpg(running.pid, signal.SIGINT)
    try:
        code = running.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        sys.exit(f"command one did not stop within {STOP_SECONDS} s of Ctrl-C")
    if code != 0:
        sys.exit(f"command one ended with {code} after Ctrl-C")
    if answer("/healthz")[0]:
        sys.exit("the service still answers after Ctrl-C")
    say("stopped with 0")


if __name__ == "__main__":
    main(sys.argv[1])
