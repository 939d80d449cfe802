// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";

afterEach(cleanup);

function open(confirm: () => void, change: (open: boolean) => void = () => {}) {
  return render(
    <ConfirmDialog
      open
      onOpenChange={change}
      danger
      title="Wipe /dev/sdb?"
      consequence="Everything on it is lost."
      confirmLabel="Wipe"
      cancelLabel="Cancel"
      closeLabel="Close"
      typed={{ word: "ceph-1:/dev/sdb", label: "Type the disk", mismatchReason: "Not typed yet." }}
      onConfirm={confirm}
    />,
  );
}

describe("ConfirmDialog with a word to type", () => {
  it.each(["", "ceph-1", "CEPH-1:/DEV/SDB", "ceph-1:/dev/sdb2"])("does nothing after %j", (text) => {
    const confirm = vi.fn();
    open(confirm);
    fireEvent.change(screen.getByLabelText("Type the disk"), { target: { value: text } });
    fireEvent.click(screen.getByRole("button", { name: "Wipe" }));
    expect(confirm).not.toHaveBeenCalled();
  });

  it("confirms after exactly the word, blanks around it forgiven", () => {
    const confirm = vi.fn();
    open(confirm);
    fireEvent.change(screen.getByLabelText("Type the disk"), { target: { value: " ceph-1:/dev/sdb " } });
    fireEvent.click(screen.getByRole("button", { name: "Wipe" }));
    expect(confirm).toHaveBeenCalledOnce();
  });

  it("forgets the word when it closes, so that the next disk needs its own", () => {
    const change = vi.fn();
    open(vi.fn(), change);
    const field = screen.getByLabelText<HTMLInputElement>("Type the disk");
    fireEvent.change(field, { target: { value: "ceph-1:/dev/sdb" } });
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(change).toHaveBeenCalledWith(false);
    expect(field.value).toBe("");
  });
});
