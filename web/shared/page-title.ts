/** The window is called as the page in it: by its one title, whatever is shown there next. */
export const keepTitle = (page: HTMLElement): void => {
  new MutationObserver(() => {
    const title = page.querySelector('h1')?.textContent.trim()
    const called = title === undefined || title === '' ? 'Rehome' : `${title} · Rehome`
    if (document.title !== called) document.title = called
  }).observe(page, { subtree: true, childList: true, characterData: true })
}
