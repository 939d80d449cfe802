import { expect, test } from "vitest";
import { formatErrorChain } from "@/lib/error-chain";

test("causes follow what they caused, and nothing is said twice", () => {
  const socket = new Error("connect EHOSTUNREACH 10.77.2.13:22");
  const wrapped = new Error("ceph-3 cannot be reached: connect EHOSTUNREACH 10.77.2.13:22", { cause: socket });
  expect(formatErrorChain(new Error("step failed", { cause: wrapped }))).toBe(`step failed: ${wrapped.message}`);
});
