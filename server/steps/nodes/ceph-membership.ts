import { AppError } from "@/contract/errors";
import { joiningNames, stayingNames } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import { ceph, cephTimeoutMs } from "@/server/steps/deployment/ceph-commands";
import { fsidOf } from "@/server/steps/deployment/ceph-config";
import { cephConfFor, cephPaths } from "@/server/steps/deployment/ceph-keys";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import {
  helperOf,
  makesCeph,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

const monitorKey = ceph("auth", "get", "mon.");
const monitorMap = (path: string): string[] => ceph("mon", "getmap", "-o", path);
/** Carried as text: the panel's connections have no other way for a file that lies on a node. */
const packed = (path: string): string[] => ["base64", "--wrap=0", path];
const unpack = (path: string): string[] => ["sh", "-c", 'base64 --decode > "$1"', "sh", path];

export async function fsidNow(context: NodeChangeContext): Promise<string> {
  const node = helperOf(context.input);
  const fsid = fsidOf((await context.host(node).readFile(cephPaths.conf)) ?? "");
  if (fsid === null)
    throw new AppError("not-found", say("no-fsid", { path: cephPaths.conf, node }), {
      facts: { node, path: cephPaths.conf },
    });
  return fsid;
}

const wantedConf = async (context: NodeChangeContext): Promise<string> =>
  cephConfFor(context.input.deployment, await fsidNow(context));

/** First of the files that the machine has not, or has otherwise; null: all are there. */
async function missingFile(context: NodeChangeContext): Promise<string | null> {
  const host = context.host();
  if ((await host.readFile(cephPaths.conf)) !== (await wantedConf(context))) return cephPaths.conf;
  for (const path of [cephPaths.adminKeyring, cephPaths.monitorKeyring, cephPaths.monmap])
    if ((await context.command(["test", "-s", path], { allow: [1] })).code !== 0) return path;
  return null;
}

/** Files by which a machine becomes part of a Ceph that runs: from a node that stays, through the panel, never stored by it. */
export const cephMembershipStep: NodeChangeStep = {
  plan(input) {
    if (!makesCeph(input)) return null;
    const helper = helperOf(input);
    return {
      id: "ensure-ceph-membership",
      phase: "storage",
      cells: joiningNames(input),
      commands: joiningNames(input).flatMap((node) => [
        { ...shown(helper, monitorKey), cell: node },
        { ...shown(helper, monitorMap(cephPaths.monmap)), cell: node },
        { node, text: `tee ${cephPaths.conf} ${cephPaths.adminKeyring} < «configuration and keys of ${helper}»` },
      ]),
      undo: {
        kind: "commands",
        commands: joiningNames(input).map((node) => shown(node, ["rm", "-f", ...Object.values(cephPaths)])),
        withoutNode: [],
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 20,
      timeoutSeconds: 180,
    };
  },
  definition: {
    id: "ensure-ceph-membership",
    async precheck(context) {
      const found = fsidOf((await context.host().readFile(cephPaths.conf)) ?? "");
      const fsid = await fsidNow(context);
      if (found !== null && found !== fsid)
        return { kind: "blocked", reason: say("ceph-other-cluster", { node: context.cell, fsid: found }) };
      return (await missingFile(context)) === null
        ? { kind: "already", observed: say("ceph-connected", { fsid }) }
        : { kind: "ready" };
    },
    async run(context) {
      const helper = helperOf(context.input);
      const from = context.host(helper);
      const host = context.host();
      const admin = await from.readFile(cephPaths.adminKeyring);
      if (admin === null)
        throw new AppError("not-found", say("file-missing", { path: cephPaths.adminKeyring, node: helper }), {
          facts: { node: helper, path: cephPaths.adminKeyring },
        });
      const keys = await context.command(monitorKey, { node: helper, timeoutMs: cephTimeoutMs });
      const map = `${cephPaths.monmap}.${context.cell}`;
      await context.command(monitorMap(map), { node: helper, timeoutMs: cephTimeoutMs });
      const { stdout } = await context.command(packed(map), { node: helper });
      await context.command(["rm", "-f", map], { node: helper });
      await context.command(["mkdir", "-p", "/etc/ceph"]);
      await host.writeFile(cephPaths.conf, await wantedConf(context), { mode: 0o644 });
      await host.writeFile(cephPaths.adminKeyring, admin, { mode: 0o600 });
      await host.writeFile(cephPaths.monitorKeyring, keys.stdout, { mode: 0o600, owner: "ceph:ceph" });
      await context.command(unpack(cephPaths.monmap), { stdin: stdout });
    },
    async verify(context) {
      const missing = await missingFile(context);
      if (missing !== null)
        return { reached: false, missing: say("ceph-conf-not-planned", { path: missing, node: context.cell }) };
      const { stdout } = await context.command(ceph("fsid"), { timeoutMs: cephTimeoutMs });
      return { reached: true, observed: say("ceph-connected", { fsid: stdout.trim() }) };
    },
    async undo(context) {
      await context.command(["rm", "-f", ...Object.values(cephPaths)]);
      return { observed: say("ceph-disconnected") };
    },
  },
};

/** Monitors come and go: clients that start later find them by this file. Those that run know the map already. */
export const cephConfStep: NodeChangeStep = {
  plan: (input) =>
    makesCeph(input)
      ? {
          id: "ensure-ceph-conf",
          phase: "storage",
          cells: stayingNames(input),
          commands: stayingNames(input).map((node) => ({
            node,
            text: `tee ${cephPaths.conf} < «monitors of the cluster as it is to be»`,
          })),
          undo: { kind: "none", because: say("ceph-conf-lists-more") },
          pointOfNoReturn: false,
          softTimeoutSeconds: 10,
          timeoutSeconds: 60,
        }
      : null,
  definition: {
    id: "ensure-ceph-conf",
    precheck: async (context) =>
      (await context.host().readFile(cephPaths.conf)) === (await wantedConf(context))
        ? { kind: "already", observed: say("ceph-conf-current", { node: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      await context.host().writeFile(cephPaths.conf, await wantedConf(context), { mode: 0o644 });
    },
    verify: async (context) =>
      (await context.host().readFile(cephPaths.conf)) === (await wantedConf(context))
        ? { reached: true, observed: say("ceph-conf-current", { node: context.cell }) }
        : { reached: false, missing: say("ceph-conf-not-planned", { path: cephPaths.conf, node: context.cell }) },
  },
};
