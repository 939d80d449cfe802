import { expect, type Page } from "@playwright/test";

/** Of one page at the window's size of now: what leaves it at the side, and whose text does not fit where it stands. */
export async function expectNothingCutOff(page: Page, what: string): Promise<void> {
  // Charts and terminals follow the window by themselves, a frame later.
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
  expect.soft(await page.evaluate(findCutOff), `cut off, ${what}`).toEqual([]);
}

/** Runs in the page. */
function findCutOff(): string[] {
  // One pixel is rounding.
  const slackPx = 1;
  const wide = document.documentElement.clientWidth;
  const found: string[] = [];
  const nameOf = (element: Element): string => {
    const text = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 60);
    return `<${element.tagName.toLowerCase()} class="${(element.getAttribute("class") ?? "").slice(0, 90)}"> ${text}`;
  };
  const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isInScroller = (element: Element): boolean => {
    for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      if (scrolls(at)) return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth > wide + slackPx) {
    found.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${wide}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    // Read and not seen (1 px), or nothing at all.
    if (box.width <= 2 || box.height <= 2) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element instanceof SVGElement) {
      const svg = element.ownerSVGElement?.getBoundingClientRect();
      if (element.tagName !== "text" || svg === undefined) continue;
      const isOut =
        box.left < svg.left - slackPx || box.right > svg.right + slackPx || box.bottom > svg.bottom + slackPx;
      if (isOut && !isInScroller(element)) found.push(`drawn text leaves its picture: ${nameOf(element)}`);
      continue;
    }
    const style = getComputedStyle(element);
    const isClipping = /hidden|clip/.test(style.overflowX);
    const tooWide = element.scrollWidth > element.clientWidth + slackPx;
    const hasText = (element.textContent ?? "").trim() !== "";
    if (style.display !== "inline" && element.clientWidth > 0 && hasText) {
      // A shortened text says the whole of itself when pointed at.
      const isShortened = style.textOverflow === "ellipsis" || element.matches("[class*=line-clamp]");
      const saysAll = element.closest("[title]") !== null || element.querySelector("[title]") !== null;
      if (isClipping && tooWide && !(isShortened && saysAll)) found.push(`text is cut off: ${nameOf(element)}`);
      const tooHigh = element.scrollHeight > element.clientHeight + slackPx * 2;
      if (/hidden|clip/.test(style.overflowY) && tooHigh && !isShortened)
        found.push(`lines are cut off: ${nameOf(element)}`);
      const isBoxed = element.matches("button, td, th, [role=tab], select, input");
      if (isBoxed && !isClipping && !scrolls(element) && tooWide) found.push(`text leaves its box: ${nameOf(element)}`);
    }
    const card = element.closest("section, dialog")?.getBoundingClientRect();
    if (card !== undefined && box.right > card.right + slackPx && !isInScroller(element))
      found.push(`leaves its card: ${nameOf(element)}`);
    if (box.right > wide + slackPx && !isInScroller(element)) found.push(`leaves the window: ${nameOf(element)}`);
  }
  return [...new Set(found)].slice(0, 12);
}
