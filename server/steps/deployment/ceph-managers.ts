import { z } from "zod";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { ceph, cephJson, cephRun, isEnabled } from "@/server/steps/deployment/ceph-commands";
import { managersOf } from "@/server/steps/deployment/ceph-layout";
import { type DeployContext, type DeployStep, shown } from "@/server/steps/deployment/deploy-step";

const mgrDumpSchema = z.object({ active_name: z.string(), standbys: z.array(z.object({ name: z.string() })) });
const dataOf = (node: string): string => `/var/lib/ceph/mgr/ceph-${node}`;
const keyFor = (node: string): string[] => [
  "auth",
  "get-or-create",
  `mgr.${node}`,
  "mon",
  "allow profile mgr",
  "osd",
  "allow *",
  "mds",
  "allow *",
  "-o",
  `${dataOf(node)}/keyring`,
];
/** A manager registers with the monitors within one beacon period (2 s); a loaded node takes longer to load its modules. At 60 s deployments on an overloaded machine were parked. */
const registerWaitMs = 180_000;

async function known(context: DeployContext): Promise<"active" | "standby" | null> {
  const dump = mgrDumpSchema.parse(await cephJson(context, context.cell, "mgr", "dump"));
  if (dump.active_name === context.cell) return "active";
  return dump.standbys.some((standby) => standby.name === context.cell) ? "standby" : null;
}

export const cephManagers: DeployStep = {
  plan: (input) => {
    if (input.storage.mode !== "bootstrap") return null;
    const names = managersOf(input);
    return {
      id: "ensure-ceph-managers",
      phase: "storage",
      cells: names,
      commands: names.flatMap((node) => [
        shown(node, ceph(...keyFor(node))),
        shown(node, ["systemctl", "enable", "--now", `ceph-mgr@${node}`]),
      ]),
      undo: {
        kind: "commands",
        commands: names.flatMap((node) => [
          shown(node, ["systemctl", "disable", "--now", `ceph-mgr@${node}`]),
          shown(node, ["rm", "-rf", dataOf(node)]),
        ]),
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 45,
      timeoutSeconds: 300,
    };
  },
  definition: {
    id: "ensure-ceph-managers",
    async precheck(context) {
      // Without its key none can have registered: no need to ask Ceph, whose answer costs half a second of processor.
      const key = ["test", "-e", `${dataOf(context.cell)}/keyring`];
      if ((await context.command(key, { node: context.cell, allow: [1] })).code !== 0) return { kind: "ready" };
      const role = await known(context);
      return role === null
        ? { kind: "ready" }
        : { kind: "already", observed: say(`manager-${role}`, { name: context.cell }) };
    },
    async run(context) {
      const node = context.cell;
      await context.command(["install", "-d", "-o", "ceph", "-g", "ceph", dataOf(node)], { node });
      await cephRun(context, node, keyFor(node));
      await context.command(["chown", "-R", "ceph:ceph", dataOf(node)], { node });
      await context.command(["systemctl", "enable", "--now", `ceph-mgr@${node}`], { node });
    },
    async verify(context) {
      const unit = `ceph-mgr@${context.cell}`;
      if (!(await isEnabled(context, unit))) return { reached: false, missing: say("unit-not-enabled", { unit }) };
      const role = await pollUntil(() => known(context), {
        timeoutMs: registerWaitMs,
        everyMs: 1_000,
        signal: context.signal,
      });
      if (role !== null) return { reached: true, observed: say(`manager-${role}`, { name: context.cell }) };
      return {
        reached: false,
        missing: say("manager-not-registered", { name: context.cell, seconds: registerWaitMs / 1000 }),
      };
    },
    async undo(context) {
      const node = context.cell;
      await context.command(["systemctl", "disable", "--now", `ceph-mgr@${node}`], { node, allow: [1, 5] });
      await context.command(["rm", "-rf", dataOf(node)], { node });
      return { observed: say("manager-removed", { name: node }) };
    },
  },
};
