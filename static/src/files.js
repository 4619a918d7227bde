// Drag and drop onto the frame around a plain file input. The input stays the one thing that is sent.
export function fileDrops(root) {
  root.querySelectorAll('.drop').forEach((zone) => {
    const input = zone.querySelector('input[type="file"]');
    if (!input || zone.dataset.ready) return;
    zone.dataset.ready = '1';
    const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle('is-over', on); };
    zone.addEventListener('dragenter', over(true));
    zone.addEventListener('dragover', over(true));
    zone.addEventListener('dragleave', over(false));
    zone.addEventListener('drop', (event) => {
      over(false)(event);
      if (!event.dataTransfer.files.length) return;
      const taken = new DataTransfer();
      [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1).forEach((file) => taken.items.add(file));
      input.files = taken.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });
    input.addEventListener('change', () => { if (check(input, zone)) send(input, zone); });
  });
}

// A file above the limit is told at once, before it travels for minutes; the server checks again.
function check(input, zone) {
  const limit = Number(input.dataset.maxBytes);
  const note = zone.querySelector('[data-too-big]');
  if (!limit || !note) return true;
  const big = [...input.files].filter((file) => file.size > limit).map((file) => file.name);
  note.hidden = big.length === 0;
  note.querySelector('[data-names]').textContent = big.join(', ');
  return big.length === 0;
}

// What was chosen goes up at once, with its progress in sight; the button beside does the same without the script.
function send(input, zone) {
  const button = zone.parentElement.querySelector('button[name="_refresh"]');
  const bar = zone.querySelector('progress');
  if (!button || !input.files.length) return;
  button.addEventListener('htmx:xhr:progress', (event) => {
    if (!bar || !event.detail.total) return;
    bar.hidden = false;
    bar.value = Math.round((100 * event.detail.loaded) / event.detail.total);
  });
  button.click();
}
