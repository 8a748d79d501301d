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
})();
