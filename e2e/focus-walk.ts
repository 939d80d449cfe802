import { expect, type Locator, type Page } from "@playwright/test";

/** Menus, the rail and the fields before the main action; a trap of the focus would go on for ever. */
const mostTabs = 160;

interface Stop {
  /** A mark of this element, the same each time it is met; null: the page's end. */
  key: string | null;
  name: string;
  problem: string | null;
  isWanted: boolean;
}

/**
 * From where the focus is to `wanted`, or something in it, with nothing but the Tab key, back if it lies before. On the way every stop
 * must be seen: it has its ring, stands in the window and is not covered by the top bar; and none comes twice.
 */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  const key = await wanted.evaluate(keyTowards);
  if (key === null) return;
  const problems: string[] = [];
  const met = new Set<string>();
  for (let tabs = 0; tabs < mostTabs; tabs += 1) {
    await page.keyboard.press(key);
    let stop = await wanted.evaluate(lookAtFocus);
    // What slides in when it gets the focus has moved by the next frame, also for who wants no motion.
    if (stop.problem !== null) stop = await wanted.evaluate(nextFrame).then(() => wanted.evaluate(lookAtFocus));
    if (stop.problem !== null) problems.push(`${stop.name}: ${stop.problem}`);
    if (stop.key !== null && met.has(stop.key))
      throw new Error(`the focus goes round: ${stop.name} for the second time`);
    if (stop.key !== null) met.add(stop.key);
    if (stop.isWanted) {
      expect(problems, "stops of the focus").toEqual([]);
      return;
    }
  }
  throw new Error(`${mostTabs} tabs do not reach ${String(wanted)}`);
}

const nextFrame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

/** Runs in the page. Null: the focus is there. */
function keyTowards(wanted: Element): "Tab" | "Shift+Tab" | null {
  const { activeElement } = document;
  if (wanted.contains(activeElement)) return null;
  if (activeElement === null || activeElement === document.body) return "Tab";
  return wanted.compareDocumentPosition(activeElement) & Node.DOCUMENT_POSITION_FOLLOWING ? "Shift+Tab" : "Tab";
}

/** Runs in the page. */
function lookAtFocus(wanted: Element): Stop {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement || element instanceof SVGElement) || element === document.body) {
    return { key: null, name: "the page", problem: null, isWanted: false };
  }
  const marks = (globalThis as { focusMarks?: Map<Element, string> }).focusMarks ?? new Map<Element, string>();
  Object.assign(globalThis, { focusMarks: marks });
  const key = marks.get(element) ?? String(marks.size);
  marks.set(element, key);
  const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
  const isWanted = wanted.contains(element);
  const name = `<${element.tagName.toLowerCase()}> ${label.trim().replace(/\s+/g, " ").slice(0, 60)}`;
  const style = getComputedStyle(element);
  // In a picture the drawn box itself is the ring.
  const strokes = [...element.querySelectorAll("rect")].map((each) =>
    Number.parseFloat(getComputedStyle(each).strokeWidth),
  );
  const hasRing =
    element instanceof SVGElement
      ? strokes.some((width) => width >= 2.5)
      : style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
  const box = element.getBoundingClientRect();
  const isIn = box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
  if (!hasRing) return { key, name, isWanted, problem: "has the focus and no ring" };
  if (!isIn) return { key, name, isWanted, problem: "has the focus outside the window" };
  const x = Math.min(Math.max((box.left + box.right) / 2, 1), window.innerWidth - 1);
  const y = Math.min(Math.max((box.top + box.bottom) / 2, 1), window.innerHeight - 1);
  const atTop = document.elementFromPoint(x, y);
  const header = document.querySelector("header");
  const isCovered = atTop !== null && header !== null && header.contains(atTop) && !header.contains(element);
  return { key, name, isWanted, problem: isCovered ? "has the focus under the top bar" : null };
}
