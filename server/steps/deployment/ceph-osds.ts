import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { ChosenDisk } from "@/contract/deployment-input";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { ceph, cephJson, cephRun } from "@/server/steps/deployment/ceph-commands";
import { fsidOf, osdDiskOwnerDropIn } from "@/server/steps/deployment/ceph-config";
import { disksOf, osdUuid } from "@/server/steps/deployment/ceph-layout";
import { type DeployContext, type DeployStep, nodeNames, outputOf, shown } from "@/server/steps/deployment/deploy-step";
import { diskState } from "@/server/steps/deployment/disk-state";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";

const osdDumpSchema = z.object({
  osds: z.array(z.object({ osd: z.number(), uuid: z.string(), up: z.number(), in: z.number() })),
});
const dataRoot = "/var/lib/ceph/osd";
const dataOf = (id: string): string => `${dataRoot}/ceph-${id}`;
const keyFor = (id: string): string[] => [
  "auth",
  "get-or-create",
  `osd.${id}`,
  "mon",
  "allow profile osd",
  "mgr",
  "allow profile osd",
  "osd",
  "allow *",
  "-o",
  `${dataOf(id)}/keyring`,
];
const mkfs = (id: string, uuid: string): string[] => [
  "ceph-osd",
  "-i",
  id,
  "--mkfs",
  "--osd-uuid",
  uuid,
  "--setuser",
  "ceph",
  "--setgroup",
  "ceph",
];
/** First boot of an OSD: create the store's databases, peer, be marked up. 10–20 s on slow disks. */
const upWaitMs = 120_000;

async function fsid(context: DeployContext): Promise<string> {
  const found = fsidOf((await context.host().readFile(cephPaths.conf)) ?? "");
  if (found === null)
    throw new AppError("not-found", say("no-fsid", { path: cephPaths.conf, node: context.cell }), {
      facts: { node: context.cell, path: cephPaths.conf },
    });
  return found;
}

/** Nothing here: no OSD of this node can be up, and Ceph, whose answer costs half a second of processor, need not be asked. */
async function hasOsdData(context: DeployContext): Promise<boolean> {
  const argv = ["find", dataRoot, "-mindepth", "1", "-maxdepth", "1", "-name", "ceph-*"];
  return (await context.command(argv, { node: context.cell, allow: [1] })).stdout.trim() !== "";
}

/** The OSDs of this node that are up and in, and the disks still without one. */
async function progressOn(context: DeployContext): Promise<{ up: number[]; open: ChosenDisk[] }> {
  if (!(await hasOsdData(context))) return { up: [], open: disksOf(context.input, context.cell) };
  const cluster = await fsid(context);
  const dump = osdDumpSchema.parse(await cephJson(context, context.cell, "osd", "dump"));
  const up: number[] = [];
  const open: ChosenDisk[] = [];
  for (const disk of disksOf(context.input, context.cell)) {
    const osd = dump.osds.find((entry) => entry.uuid === osdUuid(cluster, context.cell, disk.path));
    if (osd?.up === 1 && osd.in === 1) up.push(osd.osd);
    else open.push(disk);
  }
  return { up, open };
}

/** After a power cut in the middle of mkfs no OSD is on its way: waiting for it would only hold the second attempt back. */
async function isAnyComing(context: DeployContext): Promise<boolean> {
  const argv = ["systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating", "ceph-osd@*"];
  return (await context.command(argv, { node: context.cell })).stdout.trim() !== "";
}

async function makeOsd(context: DeployContext, disk: ChosenDisk): Promise<void> {
  const node = context.cell;
  const uuid = osdUuid(await fsid(context), node, disk.path);
  const state = await diskState(context, disk);
  if (state.kind === "changed") throw new AppError("blocked", state.because, { facts: { node, disk: disk.path } });
  const id = (await cephRun(context, node, ["osd", "new", uuid])).trim();
  const isMade = (await context.command(["test", "-e", `${dataOf(id)}/ready`], { node, allow: [1] })).code === 0;
  if (!isMade) {
    if (state.kind === "has-data" && !disk.wipeConfirmed && !(await isOursHalfMade(context, id))) {
      throw new AppError("blocked", say("disk-got-data", { disk: disk.path, node, why: state.because }), {
        facts: { node, disk: disk.path },
      });
    }
    // A unit as mkfs is: a panel that takes this attempt up while mkfs runs joins both instead of wiping under it.
    const wipe = ["wipefs", "--all", disk.path];
    outputOf(await context.detached(wipe, { part: `wipe-${id}` }), say("work-wiping", { disk: disk.path }), node);
    await context.command(["install", "-d", "-o", "ceph", "-g", "ceph", dataOf(id)], { node });
    await context.command(["ln", "-sfn", state.stablePath, `${dataOf(id)}/block`], { node });
    await context.command(["chown", "ceph:ceph", disk.path], { node });
    await cephRun(context, node, keyFor(id));
    await context.command(["chown", "-R", "ceph:ceph", dataOf(id)], { node });
    outputOf(await context.detached(mkfs(id, uuid), { part: `mkfs-${id}` }), say("work-making-osd", { id }), node);
  }
  const dropIn = `/etc/systemd/system/ceph-osd@${id}.service.d`;
  await context.command(["mkdir", "-p", dropIn], { node });
  await context.host().writeFile(`${dropIn}/disk.conf`, osdDiskOwnerDropIn(state.stablePath), { mode: 0o644 });
  await context.command(["systemctl", "daemon-reload"], { node });
  await context.command(["systemctl", "enable", "--now", `ceph-osd@${id}`], { node });
}

/** A first attempt of ours was cut in the middle of mkfs: the signature on the disk is our own. */
async function isOursHalfMade(context: DeployContext, id: string): Promise<boolean> {
  return (await context.command(["test", "-L", `${dataOf(id)}/block`], { node: context.cell, allow: [1] })).code === 0;
}

const osdsUp = (ids: readonly number[]) => say("osds-up", { osds: ids.map((id) => `osd.${id}`).join(", ") });

export const cephOsds: DeployStep = {
  plan: (input) => {
    if (input.storage.mode !== "bootstrap") return null;
    const names = nodeNames(input).filter((name) => disksOf(input, name).length > 0);
    const perDisk = (node: string, disk: ChosenDisk) => [
      shown(node, ceph("osd", "new", "«uuid»")),
      shown(node, ["wipefs", "--all", disk.path]),
      shown(node, ceph(...keyFor("«id»"))),
      shown(node, mkfs("«id»", "«uuid»")),
      shown(node, ["systemctl", "enable", "--now", "ceph-osd@«id»"]),
    ];
    return {
      id: "ensure-ceph-osds",
      phase: "storage",
      cells: names,
      commands: names.flatMap((node) => disksOf(input, node).flatMap((disk) => perDisk(node, disk))),
      undo: {
        kind: "commands",
        commands: names.flatMap((node) =>
          disksOf(input, node).flatMap((disk) => [
            shown(node, ["systemctl", "disable", "--now", "ceph-osd@«id»"]),
            shown(node, ["wipefs", "--all", disk.path]),
            shown(node, ceph("osd", "down", "«id»")),
            shown(node, ceph("osd", "purge", "«id»", "--yes-i-really-mean-it")),
          ]),
        ),
      },
      pointOfNoReturn: false,
      softTimeoutSeconds: 90,
      timeoutSeconds: 900,
    };
  },
  definition: {
    id: "ensure-ceph-osds",
    async precheck(context) {
      const { up, open } = await progressOn(context);
      return open.length === 0 ? { kind: "already", observed: osdsUp(up) } : { kind: "ready" };
    },
    async run(context) {
      const { open } = await progressOn(context);
      for (const disk of open) await makeOsd(context, disk);
    },
    async verify(context) {
      const look = async () => {
        const { up, open } = await progressOn(context);
        return open.length === 0 ? up : null;
      };
      const up = (await isAnyComing(context))
        ? await pollUntil(look, { timeoutMs: upWaitMs, everyMs: 1_000, signal: context.signal })
        : await look();
      if (up !== null) return { reached: true, observed: osdsUp(up) };
      const { open } = await progressOn(context);
      return {
        reached: false,
        missing: say("osds-not-up", { disks: open.map((disk) => disk.path).join(", "), seconds: upWaitMs / 1000 }),
      };
    },
    async undo(context) {
      const node = context.cell;
      const cluster = await fsid(context);
      const dump = osdDumpSchema.parse(await cephJson(context, node, "osd", "dump"));
      for (const disk of disksOf(context.input, node)) {
        const id = String(dump.osds.find((entry) => entry.uuid === osdUuid(cluster, node, disk.path))?.osd ?? "");
        if (id === "") continue;
        await context.command(["systemctl", "disable", "--now", `ceph-osd@${id}`], { node, allow: [1, 5] });
        await context.command(["rm", "-rf", dataOf(id), `/etc/systemd/system/ceph-osd@${id}.service.d`], { node });
        await context.command(["wipefs", "--all", disk.path], { node });
        // The map forgets it last: by its entry an undo that was cut finds what is left. The map calls a stopped OSD up until
        // it is told or its grace is over, and purges none that is up.
        await cephRun(context, node, ["osd", "down", id]);
        await cephRun(context, node, ["osd", "purge", id, "--yes-i-really-mean-it"]);
      }
      return { observed: say("osds-removed") };
    },
  },
};
