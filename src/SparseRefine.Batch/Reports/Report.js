
"use strict";
const before = document.getElementById("before");
const after = document.getElementById("after");
const figures = [...document.querySelectorAll("figure")];

// Shows two layers of a picture, the right one cut off at the divider. A pipeline without a refiner has fewer layers: the photo stands in.
function choose(figure) {
  const images = [...figure.querySelectorAll("img")];
  const of = select => images.find(i => i.dataset.layer === select.value) ?? images[0];
  const name = image => [...before.options].find(o => o.value === image.dataset.layer).text;
  const [left, right] = [of(before), of(after)];
  for (const image of images) {
    image.classList.toggle("left", image === left);
    image.classList.toggle("right", image === right && right !== left);
  }
  // The right one must lie above the left one, whatever their order in the page.
  left.style.zIndex = 0;
  right.style.zIndex = right === left ? 0 : 1;
  for (const other of figure.querySelectorAll(".divider, .tag")) {
    other.style.zIndex = 2;
  }
  figure.querySelector(".tag.left").textContent = name(left);
  figure.querySelector(".tag.right").textContent = name(right);
  const range = figure.querySelector("input");
  range.setAttribute("aria-label", `Divider between ${name(left)} and ${name(right)} of ${figure.dataset.id}`);
}

for (const figure of figures) {
  const range = figure.querySelector("input");
  const stack = figure.querySelector(".stack");
  const place = () => {
    figure.style.setProperty("--at", range.value + "%");
    range.setAttribute("aria-valuetext", range.value + " percent from the left");
  };
  const drag = event => {
    const box = stack.getBoundingClientRect();
    range.value = Math.round(100 * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    place();
  };
  range.addEventListener("input", place);
  stack.addEventListener("pointerdown", event => { stack.setPointerCapture(event.pointerId); drag(event); });
  stack.addEventListener("pointermove", event => { if (stack.hasPointerCapture(event.pointerId)) { drag(event); } });
  choose(figure);
  place();
}

for (const select of [before, after]) {
  select?.addEventListener("change", () => figures.forEach(choose));
}
