// Keeps one word under one name in this browser, and tells the page where none is kept. Nothing else.
// To tell draws the page again: a word that is kept is not told. Its place is marked once it has looked.
export default function ({ data, parentElement, setStateValue }) {
  let kept = ""
  try {
    if (data.keep) localStorage.setItem(data.name, data.keep)
    kept = localStorage.getItem(data.name) ?? ""
  } catch {
    // A browser that keeps nothing is one in which nothing was kept.
  }
  if (!kept) setStateValue("none", true)
  const { host } = parentElement.getRootNode()
  host.dataset.looked = data.name
}
