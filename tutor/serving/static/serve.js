// Around the terminal of textual.js: the font is there before cells are measured, a visit that ends says why,
// the page has the colours of the app, and a file comes as a download instead of in a window that the browser blocks.
"use strict";

const FONT = "'Roboto Mono'";

function closed(event) {
  document.getElementById("why").textContent =
    event.reason || "The connection was lost. What you wrote is kept on the server.";
  document.body.classList.add("-closed");
  document.getElementById("again").focus();
}

function coloured(event) {
  if (typeof event.data !== "string") return;
  const [kind, colours] = JSON.parse(event.data);
  if (kind !== "colours") return;
  for (const [name, colour] of Object.entries(colours)) document.body.style.setProperty(`--${name}`, colour);
}

window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("open", () => document.querySelector("textarea")?.focus());
    this.addEventListener("close", closed);
    this.addEventListener("message", coloured);
  }

  send(data) {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
};

const openWindow = window.open.bind(window);
window.open = (url, ...rest) => {
  if (!String(url).startsWith(`${location.origin}/download/`)) return openWindow(url, ...rest);
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
  return null;
};

const begin = window.onload;
window.onload = async (event) => {
  const faces = ["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px ${FONT}`));
  await Promise.allSettled(faces);
  begin(event);
};
