import { expect, test } from "vitest";
import { type RunLock, runLockHolder } from "@/contract/run-lock";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { type LockedCall, underRunLock } from "@/suite/commands/under-run-lock";
import { ConsulClient, type ReadResult, type TxnResult } from "@/suite/consul/consul-client";

const at = "2026-11-22T10:00:00.000Z";
const ofPanel: RunLock = {
  holder: "panel",
  runId: "run-1",
  kind: "deploy-cluster",
  fence: 2,
  actor: "li.wei",
  place: "desk",
  at,
};

/** One key, as Consul keeps it. */
class OneKey extends ConsulClient {
  value: string | null = null;
  session: string | null = null;
  isSilent = false;
  ended: string[] = [];

  constructor() {
    super("token");
  }
  override async read(): Promise<ReadResult> {
    if (this.isSilent) return { kind: "unknown", because: "Consul on this node: refused" };
    const entry = { key: "zsha/run", value: this.value ?? "", modifyIndex: 1, session: this.session };
    return { kind: "entries", entries: this.value === null ? [] : [entry], index: 1 };
  }
  override async createSession(): Promise<{ id: string }> {
    return { id: "mine" };
  }
  override async acquire(_key: string, value: string, session: string): Promise<TxnResult> {
    if (this.session !== null) return { kind: "refused", because: "another session holds the key" };
    this.value = value;
    this.session = session;
    return { kind: "done" };
  }
  override async destroySession(id: string): Promise<void> {
    this.ended.push(id);
    if (this.session === id) this.session = null;
  }
}

function scene() {
  const consul = new OneKey();
  const cluster = { node: "ceph-1" } as ClusterAccess["cluster"];
  const access: ClusterAccess = { cluster, consul, wallClock: () => new Date(at), sleep: async () => undefined };
  const warnings: string[] = [];
  const call = (over: Partial<LockedCall> = {}): LockedCall => ({
    command: "zsha migrate",
    actor: "ann",
    run: null,
    consul: "required",
    warn: (text) => warnings.push(text),
    ...over,
  });
  return { consul, access, call, warnings };
}

test("holds the lock with its name while it works and frees it after, also after a failure", async () => {
  const { consul, access, call } = scene();
  const seen = await underRunLock(access, call(), async () => runLockHolder(consul.value ?? ""));
  expect(seen).toMatchObject({ holder: "zsha", kind: "zsha migrate", actor: "ann", place: "ceph-1", fence: null });
  expect(consul.session).toBeNull();
  const failing = underRunLock(access, call(), async () => Promise.reject(new Error("broken")));
  await expect(failing).rejects.toThrow("broken");
  expect(consul.session).toBeNull();
  expect(consul.ended).toEqual(["mine", "mine"]);
});

test("is refused with the run's name, place and what to do; nothing of the work is begun", async () => {
  const { consul, access, call } = scene();
  consul.value = JSON.stringify(ofPanel);
  consul.session = "panel";
  let begun = false;
  const refused = underRunLock(access, call(), async () => (begun = true));
  await expect(refused).rejects.toMatchObject({
    code: "run-active",
    message: expect.stringContaining(
      "the panel on desk is changing this cluster: run run-1 (deploy-cluster) of li.wei",
    ),
    advice: { text: expect.stringContaining("within a minute") },
  });
  expect(begun).toBe(false);
  // Only the run that holds it may have parts done.
  expect(await underRunLock(access, call({ run: "run-1" }), async () => "part")).toBe("part");
  await expect(underRunLock(access, call({ run: "run-2" }), async () => "part")).rejects.toMatchObject({
    code: "run-active",
  });
  // A value without a session is what the last holder left.
  consul.session = null;
  expect(await underRunLock(access, call(), async () => "free")).toBe("free");
});

test("a holder nobody can read is still a holder", async () => {
  const { consul, access, call } = scene();
  consul.value = "{}";
  consul.session = "other";
  await expect(underRunLock(access, call(), async () => "done")).rejects.toMatchObject({ code: "run-active" });
});

test("Consul's silence refuses, except where the command may be what brings it back", async () => {
  const { consul, access, call, warnings } = scene();
  consul.isSilent = true;
  await expect(underRunLock(access, call(), async () => "done")).rejects.toMatchObject({ code: "consul-unreachable" });
  expect(await underRunLock(access, call({ consul: "when-there" }), async () => "done")).toBe("done");
  expect(warnings).toEqual([expect.stringContaining("refused")]);
});
