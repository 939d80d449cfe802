// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Button } from "@/components/ui/button";

afterEach(cleanup);

describe("Button", () => {
  it("calls its owner", () => {
    const click = vi.fn();
    render(<Button onClick={click}>Go</Button>);
    fireEvent.click(screen.getByRole("button", { name: "Go" }));
    expect(click).toHaveBeenCalledOnce();
  });

  it("with a reason stays focusable, does nothing, and the reason is read with it", () => {
    const click = vi.fn();
    const submit = vi.fn();
    render(
      <form onSubmit={submit}>
        <Button type="submit" disabledReason="Two nodes are down." onClick={click}>
          Go
        </Button>
      </form>,
    );
    const button = screen.getByRole("button", { name: "Go" });
    button.focus();
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(button.hasAttribute("disabled")).toBe(false);
    const described = (button.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    expect(described).toContain("Two nodes are down.");
    fireEvent.click(button);
    expect(click).not.toHaveBeenCalled();
    expect(submit).not.toHaveBeenCalled();
  });

  it("does nothing while what it started is under way", () => {
    const click = vi.fn();
    render(
      <Button pending onClick={click}>
        Go
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Go" });
    fireEvent.click(button);
    expect(click).not.toHaveBeenCalled();
    expect(button.getAttribute("aria-busy")).toBe("true");
  });
});
