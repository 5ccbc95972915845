"""What a camera sees: a file that Chromium plays as its camera, made of QR codes."""

import io
from pathlib import Path

import segno
from PIL import Image

_WIDTH, _HEIGHT = 640, 480
_FRAMES = 30


def video_of(path: Path, *texts: str) -> Path:
    """Write a film (mjpeg) that shows each text's QR code for a second or so, over and over."""
    with path.open("wb") as film:
        for text in texts:
            film.write(_frame(text) * _FRAMES)
    return path


def _frame(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    code = Image.open(drawn).convert("L")
    code.thumbnail((_HEIGHT - 40, _HEIGHT - 40), Image.Resampling.NEAREST)
    frame = Image.new("L", (_WIDTH, _HEIGHT), 200)
    frame.paste(code, ((_WIDTH - code.width) // 2, (_HEIGHT - code.height) // 2))
    written = io.BytesIO()
    frame.convert("RGB").save(written, format="jpeg", quality=92)
    return written.getvalue()
