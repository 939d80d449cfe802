import { type Align, placeBeside, type Side } from "@/components/ui/place-beside";

/**
 * Shows `panel` (an element with popover="manual") above everything, dialogs too, beside its anchor. The browser's own top layer does
 * what a portal and a stack of z-indexes would.
 */
export function showBeside(panel: HTMLElement, anchor: HTMLElement, side: Side, align: Align): () => void {
  // Browsers from before 2024, and the unit tests' page, know no top layer: then it stands where it is.
  if (!("showPopover" in panel)) return () => undefined;
  if (!panel.matches(":popover-open")) panel.showPopover();
  const place = (): void => {
    const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
    const { width, height } = panel.getBoundingClientRect();
    const { left, top } = placeBeside(anchor.getBoundingClientRect(), { width, height }, view, side, align);
    panel.style.left = `${left}px`;
    panel.style.top = `${top}px`;
  };
  place();
  const resized = new ResizeObserver(place);
  resized.observe(panel);
  window.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
  return () => {
    resized.disconnect();
    window.removeEventListener("scroll", place, { capture: true });
    window.removeEventListener("resize", place);
    if (panel.matches(":popover-open")) panel.hidePopover();
  };
}
