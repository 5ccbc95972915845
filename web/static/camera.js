/* Reading QR codes with the camera, by the browser's own reader or, where it has none, by one of ours.
   A page brings <video data-camera> in a box and calls
     const camera = window.yangguangCamera(video, {detector, wasm, seen, failed});
     await camera.start(); camera.stop(); camera.isOn();
   `detector`, `wasm`: addresses of the reader's two files; they are fetched when the camera starts first.
   `seen(text)` hears a code once while it stays before the camera, and again when it was away for 2 seconds.
   `failed(why)` hears "denied", "none", "busy", "insecure" or "broken". */
(() => {
  "use strict";

  const PAUSE_MS = 120; /* between two looks: 8 a second read a held ticket at once and leave a phone cool */
  const AGAIN_MS = 2000;
  const WIDTH = 1280;

  const loadScript = (address) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error("script"));
    document.head.append(script);
  });

  /* Some systems name a reader of their own that then never answers: it is asked what it can read first. */
  const ownReader = async () => {
    if (!("BarcodeDetector" in window)) return null;
    try {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      return formats.includes("qr_code") ? new window.BarcodeDetector({formats: ["qr_code"]}) : null;
    } catch {
      return null;
    }
  };

  const ourReader = async (files) => {
    if (!window.BarcodeDetectionAPI) await loadScript(files.detector);
    const api = window.BarcodeDetectionAPI;
    await api.prepareZXingModule({overrides: {locateFile: () => files.wasm}, fireImmediately: true});
    return new api.BarcodeDetector({formats: ["qr_code"]});
  };

  const reasonOf = (error) => {
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
    if (error.name === "NotReadableError" || error.name === "AbortError") return "busy";
    return "broken";
  };

  const openStream = () => {
    if (!navigator.mediaDevices) return Promise.reject(Object.assign(new Error(), {name: "insecure"}));
    const video = {facingMode: {ideal: "environment"}, width: {ideal: WIDTH}};
    return navigator.mediaDevices.getUserMedia({audio: false, video});
  };

  window.yangguangCamera = (video, options) => {
    let reader = null, ours = false, stream = null, timer = 0, starting = false, last = {text: "", at: 0};

    const look = async () => {
      if (!stream) return;
      try {
        if (video.readyState >= 2) {
          const found = await reader.detect(video);
          if (stream && found.length) hear(found[0].rawValue);
        }
      } catch {
        if (!ours) {
          ours = true;
          reader = await ourReader(options).catch(() => null);
        }
        if (!reader) {
          stop();
          options.failed("broken");
        }
      }
      if (stream) timer = setTimeout(look, PAUSE_MS);
    };

    const hear = (text) => {
      const now = Date.now(), isNew = text !== last.text || now - last.at > AGAIN_MS;
      last = {text, at: now};
      if (isNew) options.seen(text);
    };

    const start = async () => {
      if (stream || starting) return true;
      starting = true;
      try {
        stream = await openStream();
        video.srcObject = stream;
        await video.play();
        reader = reader || (await ownReader());
        if (!reader) {
          ours = true;
          reader = await ourReader(options);
        }
        stream.getVideoTracks()[0].addEventListener("ended", stop);
        look();
        return true;
      } catch (error) {
        stop();
        options.failed(error.name === "insecure" ? "insecure" : reasonOf(error));
        return false;
      } finally {
        starting = false;
      }
    };

    const stop = () => {
      clearTimeout(timer);
      if (stream) for (const track of stream.getTracks()) track.stop();
      stream = null;
      video.srcObject = null;
      last = {text: "", at: 0};
    };

    return {start, stop, isOn: () => stream !== null};
  };
})();
