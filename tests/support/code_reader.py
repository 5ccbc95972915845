"""Reading QR codes off a picture of a page, by the reader the product brings along for the door."""

import base64

from playwright.sync_api import Browser

from tests.support import tree

_VENDOR = tree.ROOT / "web" / "static" / "vendor"
_READ = """
async ({picture, wasm}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const api = window.BarcodeDetectionAPI;
  await api.prepareZXingModule({overrides: {wasmBinary: bytes(wasm).buffer}, fireImmediately: true});
  const image = await createImageBitmap(new Blob([bytes(picture)], {type: "image/png"}));
  const found = await new api.BarcodeDetector({formats: ["qr_code"]}).detect(image);
  return found.map((one) => one.rawValue);
}
"""


def read_codes(browser: Browser, picture: bytes) -> list[str]:
    """Return the texts of all codes on a PNG picture; one that is cut off or too small has none."""
    page = browser.new_page()
    try:
        page.add_script_tag(path=_VENDOR / "barcode-detector.js")
        sent = {"picture": picture, "wasm": (_VENDOR / "zxing_reader.wasm").read_bytes()}
        coded = {name: base64.b64encode(value).decode() for name, value in sent.items()}
        return [str(one) for one in page.evaluate(_READ, coded)]
    finally:
        page.close()
