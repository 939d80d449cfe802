import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { sentenceText } from "@/contract/sentence";
import { CephCli, type RunCommand } from "@/suite/ceph/ceph-cli";
import { ReadingCeph } from "@/suite/ceph/reading-ceph";
import type { startLineProcess } from "@/suite/system/line-process";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timeoutMs = 4_500;

type Program = "answers" | "slow" | "missing";

/** The connection's program as named, and the plain commands; `asked` has what was started or asked. */
function scripted(program: Program) {
  const asked: string[] = [];
  const start: typeof startLineProcess = (_argv, listener) => {
    asked.push("program");
    if (program === "missing") queueMicrotask(() => listener.onEnd("ended with 1: No module named rados"));
    if (program === "answers") setTimeout(() => listener.onLine('{"ready":true}'), 300);
    return {
      kill: () => undefined,
      write(line) {
        const { id, command } = JSON.parse(line) as { id: number; command?: { prefix: string } };
        const value =
          command === undefined ? { watchers: ["10.0.0.1:0/7"], holders: [] } : `{"fsid":"${command.prefix}"}`;
        listener.onLine(JSON.stringify({ id, ok: true, value }));
        return true;
      },
    };
  };
  const run: RunCommand = (argv) => {
    asked.push(argv.filter((word) => word !== "--id" && word !== "zsha").join(" "));
    const stdout = argv[0] === "rbd" ? '{"watchers":[]}' : '{"fsid":"plain"}';
    return Promise.resolve({ kind: "exited", code: 0, stdout, stderr: "", seconds: 0.5 });
  };
  const ceph = new ReadingCeph(new CephCli(run, "zsha", "zstack", "mnvm.img"), "zsha", start, timeoutMs);
  return { ceph, asked };
}

const fsid = z.object({ fsid: z.string() });

test("everything is asked over one process", async () => {
  const { ceph, asked } = scripted("answers");
  const all = Promise.all([ceph.report(["status"], fsid), ceph.report(["mon", "dump"], fsid), ceph.watchers()]);
  await vi.advanceTimersByTimeAsync(400);
  expect(await all).toEqual([
    { ok: true, value: { fsid: "status" } },
    { ok: true, value: { fsid: "mon dump" } },
    { ok: true, value: ["10.0.0.1:0/7"] },
  ]);
  expect(asked).toEqual(["program"]);
});

test("where the program cannot run, the plain commands answer", async () => {
  const { ceph, asked } = scripted("missing");
  const both = Promise.all([ceph.report(["status"], fsid), ceph.watchers()]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await both).toEqual([
    { ok: true, value: { fsid: "plain" } },
    { ok: true, value: [] },
  ]);
  expect(asked).toEqual(["program", "ceph status --format json", "rbd status zstack/mnvm.img --format json"]);
});

test("a program that is merely slow is waited for within the limit, and no other is started beside it", async () => {
  const { ceph, asked } = scripted("slow");
  const late = ceph.report(["status"], fsid);
  await vi.advanceTimersByTimeAsync(timeoutMs + 100);
  const answer = await late;
  expect(answer.ok ? "" : sentenceText(answer.because)).toBe('Ceph did not answer "status" within 4.5 s');
  expect(asked).toEqual(["program"]);
});
