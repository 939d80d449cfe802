import { expect, test } from "vitest";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

const soon = { timeoutMs: 5_000 };

test("input, output and exit status arrive", async () => {
  const result = await runCommand(["sh", "-c", "cat; echo err >&2; exit 3"], { ...soon, stdin: "hello" });
  expect(result).toMatchObject({ kind: "exited", code: 3, stdout: "hello", stderr: "err\n" });
  expect(describeFailure(["x"], result)).toBe('"x" exited with 3: err');
});

test("a missing program, a signal and a deadline are told apart", async () => {
  expect((await runCommand(["/nowhere/at-all"], soon)).kind).toBe("not-started");
  expect(await runCommand(["sh", "-c", "kill -9 $$"], soon)).toMatchObject({ kind: "signalled", signal: "SIGKILL" });
  const late = await runCommand(["sleep", "30"], { timeoutMs: 100 });
  expect(late.kind).toBe("timed-out");
  expect(succeeded(late)).toBe(false);
});

test("a program that ignores its input does not break the caller", async () => {
  const result = await runCommand(["true"], { ...soon, stdin: "x".repeat(1_000_000) });
  expect(result).toMatchObject({ kind: "exited", code: 0 });
});
