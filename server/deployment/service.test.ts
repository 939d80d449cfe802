import { afterAll, beforeAll, expect, test } from "vitest";
import { rightDraft } from "@/contract/draft-fixture";
import {
  changeDraft,
  createDraft,
  discardDraft,
  draftSummaries,
  getDraft,
  patchDraft,
} from "@/server/deployment/service";
import { startDeployment } from "@/server/deployment/start";
import { installDeploymentDoors } from "@/server/deployment/doors";
import type { DeploymentInput } from "@/contract/deployment-input";
import type { NodeAccess } from "@/server/ports/node-access";
import type { RemoteHost } from "@/server/ports/remote-host";
import { temporaryDatabase } from "@/testing/temporary-database";
import { database } from "@/server/database/client";

let close: () => Promise<void>;
beforeAll(async () => {
  ({ close } = await temporaryDatabase());
});
afterAll(() => close());

const subject = { actor: { id: "u1", username: "anna" }, address: null };

async function filledDraft(clusterName: string): Promise<string> {
  const { draft } = await createDraft(clusterName, subject);
  await changeDraft(draft.id, (now) => ({ ...rightDraft(), id: now.id, revision: now.revision, clusterName }));
  return draft.id;
}

test("what is patched is there after reopening, and the list says where it goes on", async () => {
  const { draft } = await createDraft("north", subject);
  const saved = await patchDraft(draft.id, { part: "preparation", value: ["1:partitions"] }, draft.revision);
  expect(saved).toMatchObject({ kind: "saved", view: { draft: { preparation: ["1:partitions"], revision: 2 } } });
  expect((await getDraft(draft.id)).draft.preparation).toEqual(["1:partitions"]);
  expect((await draftSummaries()).find(({ id }) => id === draft.id)).toMatchObject({
    clusterName: "north",
    openPlace: "nodes",
    createdBy: "anna",
  });
});

test("two tabs: different parts both stay, the same part conflicts and writes nothing", async () => {
  const { draft } = await createDraft("tabs", subject);
  const base = draft.revision;
  await patchDraft(draft.id, { part: "clusterName", value: "first" }, base);
  expect((await patchDraft(draft.id, { part: "haProfile", value: "fast" }, base)).kind).toBe("saved");
  const late = await patchDraft(draft.id, { part: "clusterName", value: "second" }, base);
  expect(late).toMatchObject({ kind: "conflict", view: { draft: { clusterName: "first", haProfile: "fast" } } });
});

test("ten savers at once: every change is in the end result", async () => {
  const { draft } = await createDraft("crowd", subject);
  const ticks = Array.from({ length: 6 }, (_, at) => `1:tick-${at}`);
  await Promise.all(
    ticks.map((tick) => changeDraft(draft.id, (now) => ({ ...now, preparation: [...now.preparation, tick] }))),
  );
  expect([...(await getDraft(draft.id)).draft.preparation].sort()).toEqual(ticks);
});

test("storage decides the pool in the configuration; text may differ and is kept with its problem", async () => {
  const id = await filledDraft("pools");
  const { draft } = await getDraft(id);
  const storage = draft.storage === null ? null : { ...draft.storage, pool: "other" };
  await patchDraft(id, { part: "storage", value: storage }, draft.revision);
  const settled = await getDraft(id);
  expect(settled.draft.config?.PoolName).toBe("other");
  const config = { ...settled.draft.config, PoolName: "typed" };
  await patchDraft(id, { part: "config", value: config }, settled.draft.revision);
  expect((await getDraft(id)).draft.config?.PoolName).toBe("typed");
});

test("a draft of another version is listed as unreadable and refused by name", async () => {
  const row = await database().deploymentDraft.create({ data: { body: '{"draft":{}}', createdBy: "anna" } });
  expect((await draftSummaries()).find(({ id }) => id === row.id)?.readable).toBe(false);
  await expect(getDraft(row.id)).rejects.toMatchObject({ code: "unexpected-output" });
  await discardDraft(row.id, subject);
  await expect(getDraft(row.id)).rejects.toMatchObject({ code: "not-found" });
});

function doors(answers: Record<string, number>) {
  const started: DeploymentInput[] = [];
  // As the engine keeps it: one key, one run.
  const runs = new Map<string, Promise<{ runId: string }>>();
  const begin = async (clusterId: string, draftId: string, input: DeploymentInput, idempotencyKey: string) => {
    started.push(input);
    const made = {
      kind: "deploy-cluster",
      state: "planned",
      plan: "{}",
      factsDigest: "",
      codeVersion: "",
      actor: "anna",
    };
    const run = await database().run.create({ data: { ...made, clusterId, draftId, idempotencyKey, input: "{}" } });
    return { runId: run.id };
  };
  const host: RemoteHost = {
    node: "any",
    exec: (argv) => {
      const code = answers[argv.at(-1) ?? ""] ?? 0;
      return Promise.resolve({
        kind: "exited",
        code,
        stdout: "Unicast reply [0A:0B:0C:0D:0E:0F]",
        stderr: "",
        seconds: 0,
      });
    },
    execDetached: () => Promise.reject(new Error("not asked")),
    stopDetached: () => Promise.reject(new Error("not asked")),
    readFile: () => Promise.reject(new Error("not asked")),
    writeFile: () => Promise.reject(new Error("not asked")),
    upload: () => Promise.reject(new Error("not asked")),
    sayTo: () => Promise.reject(new Error("not asked")),
    openTunnel: () => Promise.reject(new Error("not asked")),
    reconnect: () => Promise.reject(new Error("not asked")),
  };
  const refuse = () => Promise.reject(new Error("not asked"));
  const access: NodeAccess = {
    probeHostKey: refuse,
    installPanelKey: refuse,
    panelKeyOpens: refuse,
    collectFacts: refuse,
    host: () => host,
  };
  installDeploymentDoors({
    access,
    plan: () => [],
    startRun: ({ clusterId, draftId, input, idempotencyKey }) => {
      const known = runs.get(idempotencyKey) ?? begin(clusterId, draftId, input, idempotencyKey);
      runs.set(idempotencyKey, known);
      return known;
    },
  });
  return started;
}

test("started twice is one cluster and one run; the plan is fixed from then on", async () => {
  const started = doors({});
  const id = await filledDraft("once");
  const [first, second] = await Promise.all([
    startDeployment(id, "key-of-click", subject),
    startDeployment(id, "key-of-click", subject),
  ]);
  expect(second).toEqual(first);
  expect(await startDeployment(id, "another-key", subject)).toEqual(first);
  expect(started).toHaveLength(1);
  expect(started[0]?.nodes.map(({ storageIp }) => storageIp)).toEqual(["192.168.93.3", "192.168.93.4", "192.168.93.5"]);
  expect(await database().node.count({ where: { clusterId: first.clusterId } })).toBe(3);
  const { draft } = await getDraft(id);
  await expect(patchDraft(id, { part: "clusterName", value: "x" }, draft.revision)).rejects.toMatchObject({
    code: "blocked",
  });
  await expect(discardDraft(id, subject)).rejects.toMatchObject({ code: "blocked" });
});

test("a run that was undone frees its draft: changed and started again, it is a new run of the same cluster", async () => {
  doors({});
  const id = await filledDraft("second-try");
  const first = await startDeployment(id, "key-of-first-try", subject);
  await expect(patchDraft(id, { part: "haProfile", value: "fast" }, 99)).rejects.toMatchObject({ code: "blocked" });
  await database().run.update({ where: { id: first.runId }, data: { state: "undone", activeKey: null } });
  expect((await getDraft(id)).run).toBeNull();
  expect((await patchDraft(id, { part: "haProfile", value: "fast" }, 99)).kind).toBe("saved");
  const second = await startDeployment(id, "key-of-second-try", subject);
  expect(second.clusterId).toBe(first.clusterId);
  expect(second.runId).not.toBe(first.runId);
  expect(await database().node.count({ where: { clusterId: first.clusterId } })).toBe(3);
});

test("an address somebody answers to, a taken name or a problem keeps it from starting", async () => {
  const started = doors({ "172.20.198.24": 1 });
  const id = await filledDraft("busy");
  await expect(startDeployment(id, "key-of-busy", subject)).rejects.toMatchObject({
    code: "blocked",
    facts: { code: "ip-answers", path: "config.Network.0.Ipaddr" },
  });
  doors({});
  const twin = await filledDraft("once");
  await expect(startDeployment(twin, "key-of-twin", subject)).rejects.toMatchObject({
    facts: { code: "cluster-name-taken" },
  });
  const { draft } = await createDraft("empty", subject);
  await expect(startDeployment(draft.id, "key-of-empty", subject)).rejects.toMatchObject({ code: "blocked" });
  expect(started).toEqual([]);
});
