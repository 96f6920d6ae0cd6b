// Shows the place in the matrix while levels are chosen. The server computes it again when it is sent.
const form = document.querySelector("[data-assess]");
const table = JSON.parse(document.getElementById("places").textContent);
const out = form.querySelector("[data-place]");
const shapes = document.getElementById("shapes").content.children;

const level = (name) => Number(form.elements[name].value);

function shown() {
  const [likelihood, magnitude, vulnerability] = ["likelihood", "magnitude", "vulnerability"].map(level);
  const impacts = [...form.querySelectorAll("[data-impacts] select")].map((one) => Number(one.value));
  const column = Math.max(...impacts);
  out.replaceChildren();
  if (!likelihood || !magnitude || !vulnerability || !column) {
    out.textContent = out.dataset.wait;
    return;
  }
  const row = table.rows[likelihood - 1][magnitude - 1][vulnerability - 1];
  const score = row * column;
  const [, band, words] = table.bands.find(([last]) => score <= last);
  const chip = document.createElement("span");
  chip.className = `sev sev${band}`;
  chip.append(shapes[band - 1].cloneNode(true), `${score} ${words}`);
  out.append(chip, `${row} × ${column}`);
}

form.addEventListener("change", shown);
shown();
