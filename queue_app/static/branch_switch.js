// The list of other branches lies over the page: it closes by Escape, and when the focus or a press goes elsewhere.
export default function branchSwitch(details) {
  const close = () => { details.open = false; };

  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.preventDefault();
    close();
    details.querySelector("summary").focus();
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !details.contains(relatedTarget)) close();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!details.contains(target)) close();
  });
}
