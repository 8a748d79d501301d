// What the administration's pages do beyond app.js; everything works without it.
(() => {
'use strict';

// A button waits until its box is ticked (K015); the server refuses all the same.
const follow = (box) => {
  for (const button of box.form.querySelectorAll('[data-waits]')) button.disabled = !box.checked;
};
document.addEventListener('change', ({target}) => target.matches('[data-unlocks]') && follow(target));
// Also when «Atrás» brings the page back as it was left.
addEventListener('pageshow', () => document.querySelectorAll('[data-unlocks]').forEach(follow));

// A button waits until its form's required fields are filled in (K134). A Súper Administrador enters every community.
const needsNone = (group) => group.dataset.unless === group.form.elements.profile.value;
const check = (form) => {
  const groups = [...form.querySelectorAll('[data-any]')];
  for (const group of groups) group.hidden = needsNone(group);
  const isFilled = [...form.elements].every((one) => !one.required || one.value.trim())
    && groups.every((group) => needsNone(group) || group.querySelector(':checked'));
  for (const button of form.querySelectorAll('[data-waits]')) button.disabled = !isFilled;
};
document.addEventListener('input', ({target}) => target.form?.matches('[data-complete]') && check(target.form));
addEventListener('pageshow', () => document.querySelectorAll('[data-complete]').forEach(check));

// On a narrow screen the menu is one long line: where one is, is in sight.
const side = document.querySelector('.side');
const here = side?.querySelector('[aria-current]');
if (here) side.scrollLeft = here.offsetLeft - (side.clientWidth - here.offsetWidth) / 2;

// What is fetched as a window stands over the list; closed, it gives the focus back to where it was.
document.addEventListener('htmx:after:swap', () => {
  const fetched = document.querySelector('[data-window]:not([open])');
  if (!fetched) return;
  fetched.addEventListener('close', () => fetched.remove());
  fetched.showModal();
});

// [Imprimir] is there only where a script can do it.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// A logo is seen before it is saved.
document.addEventListener('change', ({target}) => {
  if (!target.matches('[data-shown]')) return;
  const circle = target.form.querySelector('.circle');
  const preview = circle.querySelector('[data-preview]');
  const [file] = target.files;
  preview.hidden = !file;
  if (!file) return;
  // Whoever chooses the community's image wants it shown (K043): the choice can still be changed.
  const own = target.form.querySelector('[name=choice][value=community]');
  if (own) own.checked = true;
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(file);
  circle.querySelector('span')?.remove();
});
})();
