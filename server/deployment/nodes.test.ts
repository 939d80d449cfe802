import { afterAll, beforeAll, expect, test } from "vitest";
import { rightFacts } from "@/contract/draft-fixture";
import { AppError } from "@/contract/errors";
import { DraftNodes } from "@/server/deployment/nodes";
import { createDraft, getDraft } from "@/server/deployment/service";
import { database } from "@/server/database/client";
import type { NodeAccess } from "@/server/ports/node-access";
import { temporaryDatabase } from "@/testing/temporary-database";

let close: () => Promise<void>;
beforeAll(async () => {
  ({ close } = await temporaryDatabase());
});
afterAll(() => close());

const subject = { actor: { id: "u1", username: "anna" }, address: null };
const password = "correct horse battery";

/** Three nodes; 10.0.0.3 does not answer until `reachable` says so. A key is per node and can be changed. */
function machines() {
  const keys = new Map<string, string>();
  const opened = new Set<string>();
  const state = { reachable: new Set(["10.0.0.1", "10.0.0.2"]), keys };
  const key = (address: string): string => {
    if (!state.reachable.has(address))
      throw new AppError("node-unreachable", `${address} does not answer`, { facts: { node: address } });
    return keys.get(address) ?? `SHA256:${address}`;
  };
  const pinned = (login: { address: string; fingerprint: string }) => {
    const presented = key(login.address);
    if (presented !== login.fingerprint)
      throw new AppError("host-key-changed", `${login.address} changed`, { facts: { presented } });
  };
  const access: NodeAccess = {
    probeHostKey: async ({ address }) => ({ keyType: "ssh-ed25519", fingerprint: key(address), key: "QUFB" }),
    installPanelKey: async (login, credentials) => {
      pinned(login);
      if (credentials.kind !== "password" || credentials.password !== password)
        throw new AppError("node-refused-login", "wrong password");
      opened.add(login.address);
    },
    panelKeyOpens: async (login) => opened.has(login.address),
    collectFacts: async (login) => {
      pinned(login);
      return rightFacts(Number(login.address.slice(-1)));
    },
    host: () => {
      throw new Error("not asked");
    },
  };
  return { state, nodes: new DraftNodes(access) };
}

const add = (...ends: number[]) => ends.map((end) => ({ address: `10.0.0.${end}`, port: 22, user: "root" }));

test("from addresses to facts: one that is silent holds nobody back, and the password stays nowhere", async () => {
  const { state, nodes } = machines();
  const { draft } = await createDraft("trust", subject);
  const added = await nodes.add(draft.id, [...add(1, 2, 3), ...add(1)]);
  expect(added.outcomes.map(({ error }) => error?.code ?? null)).toEqual([null, null, "node-unreachable"]);
  expect(added.view.draft.nodes).toHaveLength(3);

  for (const node of added.view.draft.nodes.slice(0, 2))
    await nodes.accept(draft.id, node.id, node.presentedFingerprint ?? "", subject);
  const ids = added.view.draft.nodes.map(({ id }) => id);
  const refused = await nodes.installKey(draft.id, ids.slice(0, 1), { kind: "password", password: "wrong" }, subject);
  expect(refused.outcomes[0]?.error?.code).toBe("node-refused-login");
  const installed = await nodes.installKey(draft.id, ids, { kind: "password", password }, subject);
  expect(installed.outcomes.map(({ error }) => error?.code ?? null)).toEqual([null, null, "host-key-unknown"]);
  expect(installed.view.draft.nodes.map(({ facts }) => facts?.hostName ?? null)).toEqual(["ceph-1", "ceph-2", null]);
  // Nothing is suggested until the last one has been read.
  expect(installed.view.draft.networks).toEqual([]);

  state.reachable.add("10.0.0.3");
  const last = ids[2] ?? "";
  await nodes.probe(draft.id, [last]);
  await nodes.accept(draft.id, last, "SHA256:10.0.0.3", subject);
  const all = await nodes.installKey(draft.id, [last], { kind: "password", password }, subject);
  expect(all.view.draft.networks).toHaveLength(3);
  const stored = JSON.stringify([await database().deploymentDraft.findMany(), await database().auditEntry.findMany()]);
  expect(stored).not.toContain(password);
});

test("a fingerprint that is no longer the presented one cannot be accepted", async () => {
  const { nodes } = machines();
  const { draft } = await createDraft("stale", subject);
  const { view } = await nodes.add(draft.id, add(1));
  const id = view.draft.nodes[0]?.id ?? "";
  const answer = await nodes.accept(draft.id, id, "SHA256:shown-before", subject);
  expect(answer.outcomes[0]?.error?.code).toBe("host-key-changed");
  expect((await getDraft(draft.id)).draft.nodes[0]?.acceptedFingerprint).toBeNull();
});

test("a node that was reinstalled shows its new fingerprint beside the accepted one", async () => {
  const { state, nodes } = machines();
  const { draft } = await createDraft("reinstalled", subject);
  const { view } = await nodes.add(draft.id, add(2));
  const id = view.draft.nodes[0]?.id ?? "";
  await nodes.accept(draft.id, id, "SHA256:10.0.0.2", subject);
  state.keys.set("10.0.0.2", "SHA256:new");
  const answer = await nodes.refreshFacts(draft.id, [id]);
  expect(answer.outcomes[0]?.error?.code).toBe("host-key-changed");
  expect(answer.view.draft.nodes[0]).toMatchObject({
    acceptedFingerprint: "SHA256:10.0.0.2",
    presentedFingerprint: "SHA256:new",
  });
});
