import { expect, it, vi } from "vitest";
import { AppError } from "@/contract/errors";

it("is known in every copy of its module, and nothing else is", async () => {
  vi.resetModules();
  const copy = await import("@/contract/errors");
  const error = new copy.AppError("node-unreachable", "ceph-2 does not answer.", { facts: { node: "ceph-2" } });
  expect(copy.AppError).not.toBe(AppError);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toBeInstanceOf(Error);
  for (const other of [new Error("x"), null, undefined, "x", { code: "internal" }])
    expect(other instanceof AppError).toBe(false);
});

it("keeps its mark out of what is stored and sent", () => {
  const report = new AppError("internal", "x").report();
  expect(new Set(Reflect.ownKeys(report))).toEqual(new Set(["code", "detail", "facts"]));
});
