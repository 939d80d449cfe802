// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { CopyButton } from "@/components/ui/copy-button";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const labels = { copy: "Copy", copied: "Copied", failed: "Could not copy" };

/** Plain http: browsers have no clipboard interface there. */
function onPlainHttp(works: boolean) {
  vi.stubGlobal("isSecureContext", false);
  const copied: string[] = [];
  document.execCommand = () => {
    copied.push(document.querySelector("textarea")?.value ?? "");
    return works;
  };
  return copied;
}

it("copies on plain http too, and leaves nothing behind", async () => {
  const copied = onPlainHttp(true);
  render(<CopyButton text="zsha status" labels={labels} />);
  fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  await screen.findByRole("button", { name: "Copied" });
  expect(copied).toEqual(["zsha status"]);
  expect(document.querySelector("textarea")).toBeNull();
});

it("says so when nothing was copied", async () => {
  onPlainHttp(false);
  render(<CopyButton text="zsha status" labels={labels} />);
  fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("button", { name: "Could not copy" })).toBeDefined();
});
