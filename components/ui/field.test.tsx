// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

afterEach(cleanup);

const describedBy = (control: HTMLElement): (string | null | undefined)[] =>
  (control.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent);

describe("Field", () => {
  it("ties label, error, advice and help to its control, the error first", () => {
    render(
      <Field label="Address" help="Storage network." error="Not an address." advice="Is it free?">
        {(control) => <Input {...control} />}
      </Field>,
    );
    const control = screen.getByLabelText("Address");
    expect(control.getAttribute("aria-invalid")).toBe("true");
    expect(describedBy(control)).toEqual(["Not an address.", "Is it free?", "Storage network."]);
  });

  it("advice alone does not make the control invalid", () => {
    render(
      <Field label="Address" advice="Is it free?">
        {(control) => <Input {...control} />}
      </Field>,
    );
    const control = screen.getByLabelText("Address");
    expect(control.hasAttribute("aria-invalid")).toBe(false);
    expect(describedBy(control)).toEqual(["Is it free?"]);
  });
});
