import { AppError } from "@/contract/errors";
import type { ClusterInput } from "@/contract/deployment-input";
import { say, type Sentence } from "@/contract/sentence";
import { cephConfText, fsidOf, monmapArguments } from "@/server/steps/deployment/ceph-config";
import { bootstrapStorage, monitorsOf, storageSubnet } from "@/server/steps/deployment/ceph-layout";
import {
  type DeployContext,
  type DeployStep,
  firstNode,
  nodeNames,
  shown,
} from "@/server/steps/deployment/deploy-step";

export const cephPaths = {
  conf: "/etc/ceph/ceph.conf",
  adminKeyring: "/etc/ceph/ceph.client.admin.keyring",
  /** Needed once by `ceph-mon --mkfs`; removed with the undo. */
  monitorKeyring: "/etc/ceph/trivet.mon.keyring",
  monmap: "/etc/ceph/trivet.monmap",
} as const;

const adminCaps = [
  "--cap",
  "mon",
  "allow *",
  "--cap",
  "osd",
  "allow *",
  "--cap",
  "mgr",
  "allow *",
  "--cap",
  "mds",
  "allow *",
];
const makeAdminKeyring = [
  "ceph-authtool",
  "--create-keyring",
  cephPaths.adminKeyring,
  "--gen-key",
  "-n",
  "client.admin",
  ...adminCaps,
];
const makeMonitorKeyring = [
  "ceph-authtool",
  "--create-keyring",
  cephPaths.monitorKeyring,
  "--gen-key",
  "-n",
  "mon.",
  "--cap",
  "mon",
  "allow *",
];
const joinKeyrings = ["ceph-authtool", cephPaths.monitorKeyring, "--import-keyring", cephPaths.adminKeyring];

export const cephConfFor = (input: ClusterInput, fsid: string): string => {
  const storage = bootstrapStorage(input);
  return cephConfText({
    fsid,
    monitors: monitorsOf(input),
    publicNetwork: storageSubnet(input),
    replicas: storage.replicas,
    failureDomain: storage.failureDomain,
    osdMemoryTargetMb: storage.osdMemoryTargetMb,
  });
};

async function fileOn(context: DeployContext, node: string, path: string): Promise<string> {
  const text = await context.host(node).readFile(path);
  if (text === null) throw new AppError("not-found", say("file-missing", { path, node }), { facts: { node, path } });
  return text;
}

/** Nodes whose ceph.conf is not the one this run writes; a foreign Ceph is refused by the precheck. */
async function confStates(context: DeployContext): Promise<{ node: string; fsid: string | null }[]> {
  return await Promise.all(
    nodeNames(context.input).map(async (node) => ({
      node,
      fsid: fsidOf((await context.host(node).readFile(cephPaths.conf)) ?? ""),
    })),
  );
}

/** First thing of this plan that a node has not, or has otherwise than the first node; null when all are alike. */
async function missingOn(context: DeployContext, fsid: string): Promise<Sentence | null> {
  const first = context.host(firstNode(context.input));
  const wanted = new Map<string, string | null>([[cephPaths.conf, cephConfFor(context.input, fsid)]]);
  for (const path of [cephPaths.adminKeyring, cephPaths.monitorKeyring]) wanted.set(path, await first.readFile(path));
  if (wanted.get(cephPaths.monitorKeyring)?.includes("[client.admin]") !== true)
    return say("ceph-admin-key-not-joined", { node: first.node });
  for (const node of nodeNames(context.input)) {
    for (const [path, text] of wanted)
      if (text === null || (await context.host(node).readFile(path)) !== text)
        return say("ceph-conf-not-planned", { path, node });
    const map = await context.command(["test", "-s", cephPaths.monmap], { node, allow: [1] });
    if (map.code !== 0) return say("file-missing", { path: cephPaths.monmap, node });
  }
  return null;
}

/** Identity of the new Ceph: made on the first node, carried to the others over the panel's connections, never stored by the panel. */
export const cephKeys: DeployStep = {
  plan: (input) => {
    if (input.storage.mode !== "bootstrap") return null;
    const first = firstNode(input);
    return {
      id: "ensure-ceph-keys",
      phase: "storage",
      cells: ["cluster"],
      commands: [
        shown(first, makeAdminKeyring),
        shown(first, makeMonitorKeyring),
        shown(first, joinKeyrings),
        ...nodeNames(input).flatMap((node) => [
          shown(node, ["tee", cephPaths.conf], "ceph.conf of this plan"),
          shown(node, ["tee", cephPaths.adminKeyring], "admin key made on the first node"),
          shown(node, monmapArguments("«fsid»", monitorsOf(input), cephPaths.monmap)),
        ]),
      ],
      undo: {
        kind: "commands",
        commands: nodeNames(input).map((node) => shown(node, ["rm", "-f", ...Object.values(cephPaths)])),
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 30,
      timeoutSeconds: 300,
    };
  },
  definition: {
    id: "ensure-ceph-keys",
    async precheck(context) {
      const states = await confStates(context);
      const ours = states[0]?.fsid ?? null;
      const foreign = states.find((state) => state.fsid !== null && state.fsid !== ours);
      if (foreign !== undefined) {
        return {
          kind: "blocked",
          reason: say("ceph-other-cluster", { node: foreign.node, fsid: foreign.fsid ?? "" }),
        };
      }
      return { kind: "ready" };
    },
    async run(context) {
      const first = firstNode(context.input);
      const host = context.host(first);
      const fsid =
        fsidOf((await host.readFile(cephPaths.conf)) ?? "") ??
        (await context.command(["cat", "/proc/sys/kernel/random/uuid"], { node: first })).stdout.trim();
      await context.command(["mkdir", "-p", "/etc/ceph"], { node: first });
      await host.writeFile(cephPaths.conf, cephConfFor(context.input, fsid), { mode: 0o644 });
      if ((await host.readFile(cephPaths.adminKeyring)) === null)
        await context.command(makeAdminKeyring, { node: first });
      if ((await host.readFile(cephPaths.monitorKeyring)) === null)
        await context.command(makeMonitorKeyring, { node: first });
      await context.command(joinKeyrings, { node: first });
      const admin = await fileOn(context, first, cephPaths.adminKeyring);
      const monitor = await fileOn(context, first, cephPaths.monitorKeyring);
      await Promise.all(
        nodeNames(context.input).map(async (node) => {
          await context.command(["mkdir", "-p", "/etc/ceph"], { node });
          await context.host(node).writeFile(cephPaths.conf, cephConfFor(context.input, fsid), { mode: 0o644 });
          await context.host(node).writeFile(cephPaths.adminKeyring, admin, { mode: 0o600 });
          await context.host(node).writeFile(cephPaths.monitorKeyring, monitor, { mode: 0o600, owner: "ceph:ceph" });
          await context.command(monmapArguments(fsid, monitorsOf(context.input), cephPaths.monmap), { node });
        }),
      );
    },
    async verify(context) {
      const first = firstNode(context.input);
      const fsid = fsidOf((await context.host(first).readFile(cephPaths.conf)) ?? "");
      if (fsid === null)
        return { reached: false, missing: say("ceph-conf-not-planned", { path: cephPaths.conf, node: first }) };
      const missing = await missingOn(context, fsid);
      return missing === null
        ? { reached: true, observed: say("ceph-keys-same", { fsid, count: nodeNames(context.input).length }) }
        : { reached: false, missing };
    },
    async undo(context) {
      await Promise.all(
        nodeNames(context.input).map((node) => context.command(["rm", "-f", ...Object.values(cephPaths)], { node })),
      );
      return { observed: say("ceph-keys-gone") };
    },
  },
};
