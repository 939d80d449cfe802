// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Menu, MenuChoice, MenuItem } from "@/components/ui/menu";

afterEach(cleanup);

function open(change: (value: string) => void = () => {}, act: () => void = () => {}): HTMLElement {
  render(
    <Menu trigger={<button type="button">Theme</button>}>
      <MenuChoice
        label="Theme"
        value="dark"
        onValueChange={change}
        options={[
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
      />
      <MenuItem onSelect={act}>More</MenuItem>
    </Menu>,
  );
  const trigger = screen.getByRole("button", { name: "Theme" });
  trigger.focus();
  fireEvent.click(trigger);
  return trigger;
}

describe("Menu", () => {
  it("begins at what is chosen, and arrows go round", () => {
    open();
    expect(document.activeElement?.textContent).toBe("Dark");
    for (const [key, text] of [
      ["ArrowDown", "More"],
      ["ArrowDown", "Light"],
      ["End", "More"],
    ] as const) {
      fireEvent.keyDown(document.activeElement ?? document.body, { key });
      expect(document.activeElement?.textContent).toBe(text);
    }
  });

  it.each(["Escape", "choice"])("gives the focus back to its button after %s", (how) => {
    const change = vi.fn();
    const trigger = open(change);
    if (how === "Escape") fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" });
    else fireEvent.click(screen.getByRole("menuitemradio", { name: "Light" }));
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(trigger);
    expect(change.mock.calls).toEqual(how === "Escape" ? [] : [["light"]]);
  });

  it("closes on a press elsewhere and leaves the focus alone", () => {
    const trigger = open();
    const other = document.createElement("input");
    document.body.append(other);
    other.focus();
    fireEvent.pointerDown(other);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(trigger.getAttribute("aria-expanded")).toBe("false");
    expect(document.activeElement).toBe(other);
    other.remove();
  });
});
