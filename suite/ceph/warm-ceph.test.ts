import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CephCli, type RunCommand } from "@/suite/ceph/ceph-cli";
import { CephSession } from "@/suite/ceph/ceph-session";
import { fenceImage } from "@/suite/ceph/fence";
import { WarmCeph } from "@/suite/ceph/warm-ceph";
import type { startLineProcess } from "@/suite/system/line-process";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Answer = (question: { op: string; command?: { prefix: string } }) => unknown;

/** The session's program and the plain commands, both scripted; `asked` has them in order. */
function scripted(answer: Answer | null) {
  const asked: string[] = [];
  const starts: { end: (why: string) => void }[] = [];
  const start: typeof startLineProcess = (_argv, listener) => {
    starts.push({ end: (why) => listener.onEnd(why) });
    if (answer !== null) listener.onLine('{"ready":true}');
    return {
      kill: () => listener.onEnd("killed"),
      write(line) {
        const question = JSON.parse(line) as { id: number; op: string; command?: { prefix: string } };
        asked.push(`warm ${question.command?.prefix ?? question.op}`);
        const value = answer?.(question);
        if (value instanceof Error)
          listener.onLine(JSON.stringify({ id: question.id, ok: false, because: value.message }));
        else if (value !== undefined) listener.onLine(JSON.stringify({ id: question.id, ok: true, value }));
        return true;
      },
    };
  };
  const run: RunCommand = (argv) => {
    asked.push(`cold ${argv.filter((word) => word !== "--id" && word !== "zsha").join(" ")}`);
    const stdout = argv[0] === "rbd" && argv.includes("status") ? '{"watchers":[]}' : argv[0] === "rbd" ? "[]" : "";
    return Promise.resolve({ kind: "exited", code: 0, stdout, stderr: "", seconds: 0.5 });
  };
  const troubles: string[] = [];
  const setup = { user: "zsha", pool: "zstack", image: "mnvm.img" };
  const session = new CephSession(setup, start, (why) => troubles.push(why));
  const ceph = new WarmCeph(new CephCli(run, "zsha", "zstack", "mnvm.img"), session);
  return { ceph, session, asked, troubles, starts };
}

const healthy: Answer = ({ op, command }) => {
  if (op === "watchers") return { watchers: [], holders: [] };
  if (command?.prefix === "osd tree")
    return JSON.stringify({ nodes: [{ id: -2, name: "ceph-1", type: "host", children: [0] }] });
  return "";
};

test("a whole fence goes over the open connection and starts no process", async () => {
  const { ceph, asked } = scripted(healthy);
  const result = await fenceImage(ceph, { first: ["10.0.0.1:0/7"], spare: null, markDown: "ceph-1" });
  expect(result).toEqual({ ok: true, value: ["10.0.0.1:0/7"] });
  expect(asked).toEqual(["warm osd blocklist", "warm osd tree", "warm osd down", "warm watchers"]);
});

test("without a connection the plain commands fence, and it is tried again later", async () => {
  const { ceph, session, asked, starts, troubles } = scripted(null);
  expect(session.ready).toBe(false);
  expect((await ceph.fence("10.0.0.1:0/7")).ok).toBe(true);
  expect(asked).toEqual(["cold ceph osd blocklist add 10.0.0.1:0/7 315360000"]);
  starts[0]?.end("ended with 1: ModuleNotFoundError: No module named 'rados'");
  await vi.advanceTimersByTimeAsync(5_000);
  expect([starts.length, troubles.length]).toEqual([2, 1]);
});

test("a connection that is silent or refused is overtaken by the plain command", async () => {
  const silent = scripted(() => undefined);
  const fencing = silent.ceph.fence("10.0.0.1:0/7");
  await vi.advanceTimersByTimeAsync(999);
  expect(silent.asked).toEqual(["warm osd blocklist"]);
  await vi.advanceTimersByTimeAsync(1);
  expect((await fencing).ok).toBe(true);
  const refused = scripted(() => new Error("error -13: EACCES"));
  expect((await refused.ceph.fence("10.0.0.1:0/7")).ok).toBe(true);
  expect(refused.asked.map((line) => line.slice(0, 4))).toEqual(["warm", "cold"]);
});

test("a canary that fails only over the connection makes a new one", async () => {
  const { ceph, starts, troubles } = scripted(() => new Error("TimedOut"));
  vi.spyOn(CephCli.prototype, "canary").mockResolvedValue({ ok: true, value: null });
  expect((await ceph.canary("ceph-1", "x")).ok).toBe(true);
  expect(troubles).toEqual(["killed"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(starts).toHaveLength(2);
});

test("every node's canary lies in the same placement group, over the connection and by command", async () => {
  const questions: unknown[] = [];
  const warm = scripted((question) => (questions.push(question), null));
  await warm.ceph.canary("ceph-1", "x");
  await warm.ceph.canary("ceph-2", "x");
  expect(questions).toMatchObject([
    { object: "zsha.canary.ceph-1", locator: "zsha.canary" },
    { object: "zsha.canary.ceph-2", locator: "zsha.canary" },
  ]);
  const cold = scripted(null);
  await cold.ceph.canary("ceph-1", "x");
  expect(cold.asked.find((line) => line.includes("put"))).toContain(
    "--object-locator zsha.canary put zsha.canary.ceph-1",
  );
});
