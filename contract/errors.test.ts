import { expect, test, vi } from "vitest";
import { AppError } from "@/contract/errors";

test("an AppError of another copy of the module is one, too", async () => {
  vi.resetModules();
  const copy = await import("@/contract/errors");
  expect(copy.AppError).not.toBe(AppError);
  expect(new copy.AppError("not-found", "there is nothing") instanceof AppError).toBe(true);
  for (const other of [new Error("plain"), null, undefined, "text", {}]) expect(other instanceof AppError).toBe(false);
});

test("a report carries code, facts and advice, and no stack", () => {
  const error = new AppError("conflict", "twice", { facts: { path: "a" }, advice: "once", cause: new Error("why") });
  expect(error.report()).toEqual({ code: "conflict", facts: { path: "a" }, detail: "twice", advice: "once" });
  expect(error.cause).toBeInstanceOf(Error);
});
