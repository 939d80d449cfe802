import { z } from "zod";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { isEnabled } from "@/server/steps/deployment/ceph-commands";
import { monitorsOf } from "@/server/steps/deployment/ceph-layout";
import { type DeployContext, type DeployStep, outputOf, shown } from "@/server/steps/deployment/deploy-step";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";

const monStatusSchema = z.object({
  quorum: z.array(z.number()),
  monmap: z.object({ mons: z.array(z.object({ rank: z.number(), name: z.string() })) }),
});
const dataOf = (node: string): string => `/var/lib/ceph/mon/ceph-${node}`;
const mkfs = (node: string): string[] => [
  "ceph-mon",
  "--mkfs",
  "-i",
  node,
  "--monmap",
  cephPaths.monmap,
  "--keyring",
  cephPaths.monitorKeyring,
  "--setuser",
  "ceph",
  "--setgroup",
  "ceph",
];
const enable = (node: string): string[] => ["systemctl", "enable", "--now", `ceph-mon@${node}`];

/** Elections among fresh monitors take 5–15 s; shorter gives up on a slow disk, longer hides a monitor that never comes. */
const quorumWaitMs = 90_000;
const quorumPollMs = 1_000;

/** Asked over the daemon's own socket: answers at once, quorum or not, where `ceph` would wait for one. */
async function quorum(context: DeployContext): Promise<string[]> {
  const argv = ["ceph", "daemon", `mon.${context.cell}`, "mon_status", "--format", "json"];
  const { code, stdout } = await context.command(argv, { node: context.cell, allow: [1, 2, 22] });
  if (code !== 0) return [];
  const status = monStatusSchema.parse(JSON.parse(stdout));
  return status.quorum.flatMap((rank) => status.monmap.mons.find((mon) => mon.rank === rank)?.name ?? []);
}

export const cephMonitors: DeployStep = {
  plan: (input) => {
    if (input.storage.mode !== "bootstrap") return null;
    const names = monitorsOf(input).map((monitor) => monitor.name);
    return {
      id: "ensure-ceph-monitors",
      phase: "storage",
      cells: names,
      commands: names.flatMap((node) => [shown(node, mkfs(node)), shown(node, enable(node))]),
      undo: {
        kind: "commands",
        commands: names.flatMap((node) => [
          shown(node, ["systemctl", "disable", "--now", `ceph-mon@${node}`]),
          shown(node, ["rm", "-rf", dataOf(node)]),
        ]),
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 60,
      timeoutSeconds: 300,
    };
  },
  definition: {
    id: "ensure-ceph-monitors",
    async precheck(context) {
      return (await quorum(context)).includes(context.cell)
        ? { kind: "already", observed: say("monitor-in-quorum", { name: context.cell }) }
        : { kind: "ready" };
    },
    async run(context) {
      const node = context.cell;
      // The store's own marker, written last by mkfs: half a store is made anew, a whole one is never touched. Clearing is a
      // unit as well: a panel that takes this attempt up while mkfs runs joins both instead of clearing under it.
      const { code } = await context.command(["test", "-e", `${dataOf(node)}/kv_backend`], { node, allow: [1] });
      if (code !== 0) {
        outputOf(
          await context.detached(["rm", "-rf", dataOf(node)], { part: "clear" }),
          say("work-clearing-monitor"),
          node,
        );
        await context.command(["install", "-d", "-o", "ceph", "-g", "ceph", dataOf(node)], { node });
        outputOf(await context.detached(mkfs(node), { part: "mkfs" }), say("work-making-monitor"), node);
      }
      await context.command(enable(node), { node });
    },
    async verify(context) {
      const unit = `ceph-mon@${context.cell}`;
      if (!(await isEnabled(context, unit))) return { reached: false, missing: say("unit-not-enabled", { unit }) };
      const look = async () => {
        const names = await quorum(context);
        return names.includes(context.cell) ? names : null;
      };
      const names = await pollUntil(look, { timeoutMs: quorumWaitMs, everyMs: quorumPollMs, signal: context.signal });
      if (names !== null) return { reached: true, observed: say("monitors-in-quorum", { names: names.join(", ") }) };
      return {
        reached: false,
        missing: say("monitor-not-in-quorum", { name: context.cell, seconds: quorumWaitMs / 1000 }),
      };
    },
    async undo(context) {
      const node = context.cell;
      await context.command(["systemctl", "disable", "--now", `ceph-mon@${node}`], { node, allow: [1, 5] });
      await context.command(["rm", "-rf", dataOf(node)], { node });
      return { observed: say("monitor-removed", { name: node }) };
    },
  },
};
