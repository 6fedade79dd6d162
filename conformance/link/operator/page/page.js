"use strict";
const body = document.body;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Goes on when the run does: the answer comes as soon as there is something else to show.
async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/news?after=${body.dataset.version}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const told = await answer.json();
      document.getElementById("lost").hidden = true;
      if (told.ended) {
        document.querySelector("main").replaceChildren(document.getElementById("ended").content.cloneNode(true));
        leave();
        return;
      }
      if (String(told.version) !== body.dataset.version) {
        location.reload();
        return;
      }
    } catch {
      document.getElementById("lost").hidden = false;
      await pause(2000);
    }
  }
}

// Lets the run close the page's address once the end is shown.
function leave() {
  fetch("/leave", { method: "POST", redirect: "manual" }).catch(() => {});
}
if (body.dataset.state === "ended") leave();
else follow();

// A record's entries come with the number of records.
function unfold() {
  for (const entry of document.querySelectorAll("[data-least]")) {
    const chosen = document.querySelector(`[name="${entry.dataset.name}"]:checked`);
    entry.hidden = !chosen || Number(chosen.value) < Number(entry.dataset.least);
  }
}
document.addEventListener("change", unfold);
unfold();

// A photo is made smaller here, which also takes away what the camera wrote into it.
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
document.getElementById("photo")?.addEventListener("change", async (event) => {
  const refused = document.getElementById("photo-refused");
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  let kept = null;
  try {
    const sent = await smaller(file).catch(() => file);
    const answer = await fetch(`/photo?version=${body.dataset.version}`, { method: "POST", body: sent });
    if (answer.ok) kept = await answer.json();
  } catch {
    kept = null;
  }
  refused.hidden = kept !== null;
  if (kept) {
    const picture = new Image();
    picture.src = `/evidence/${kept.file}`;
    picture.alt = kept.file;
    document.getElementById("pictures").append(picture);
  }
});

// The time that is left, where there is nothing to do but wait.
const left = document.getElementById("left");
if (left) {
  const end = performance.now() + Number(body.dataset.left);
  const show = () => {
    left.textContent = Math.max(0, Math.ceil((end - performance.now()) / 1000));
  };
  show();
  setInterval(show, 250);
}
