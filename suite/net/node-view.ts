import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { activeProfileFiles } from "@/suite/net/active-connections";
import { modelFile, type NodeView, readModel } from "@/suite/net/change";
import { readLinks } from "@/suite/net/links";
import { devicesOf } from "@/suite/net/model";
import { networkdPrefix } from "@/suite/net/networkd-files";
import { detectStack } from "@/suite/net/stack";
import { monotonicMs } from "@/suite/system/clock";
import { namesIn, readTextIfThere } from "@/suite/system/files";
import { runCommand, succeeded } from "@/suite/system/run-command";

const networkctlTimeoutMs = 10_000;
const folders: Record<NetworkStack, readonly string[]> = {
  networkd: ["/etc/systemd/network"],
  ifupdown: ["/etc/network/interfaces.d"],
  "network-manager": ["/etc/NetworkManager/system-connections"],
  "network-scripts": ["/etc/sysconfig/network-scripts"],
};

/** As long as a guard waits to be armed after it has shown what it would do. */
const sameForMs = 600_000;

/** What takes a program to learn and changes with a node's administrator: asked once by one that shows a plan and is then armed. */
interface Learnt {
  atMs: number;
  stack: NetworkStack;
  /** Of networkd, and what it depends on. */
  inUse: { by: string; files: ReadonlyMap<string, string> | null } | null;
}
let learnt: Learnt | null = null;

export async function readNodeView(): Promise<NodeView> {
  const earlier = learnt !== null && monotonicMs() < learnt.atMs + sameForMs ? learnt : null;
  // A stack that was exchanged within these minutes takes no command, and the change goes back.
  const [stack, links] = await Promise.all([earlier?.stack ?? detectStack(), readLinks()]);
  const files = new Map<string, string>();
  const take = async (path: string): Promise<void> => {
    const text = await readTextIfThere(path);
    if (text !== null) files.set(path, text);
  };
  await take(modelFile);
  if (stack === "ifupdown") await take("/etc/network/interfaces");
  for (const folder of folders[stack]) {
    for (const name of await namesIn(folder)) await take(`${folder}/${name}`);
  }
  const model = readModel(files.get(modelFile) ?? null);
  const networkFiles = new Map<string, string>();
  const now: Learnt = { atMs: earlier?.atMs ?? monotonicMs(), stack, inUse: null };
  if (stack === "networkd") {
    refuseEarlierFiles([...files.keys()]);
    const ours = devicesOf(model).nics;
    const by = JSON.stringify([[...files], links.map(({ name, mac }) => [name, mac])]);
    const shown = earlier?.inUse?.by === by ? earlier.inUse.files : await networkFilesInUse();
    now.inUse = { by, files: shown };
    for (const { name } of links) {
      // What an interface used before it became ours stands in whichever other file names it.
      const path = shown === null || ours.includes(name) ? fileNaming(files, name) : shown.get(name);
      if (path === undefined || path.includes(networkdPrefix)) continue;
      networkFiles.set(name, path);
      await take(path);
    }
  }
  if (stack === "network-manager") {
    for (const { device, path } of await activeProfileFiles()) {
      networkFiles.set(device, path);
      await take(path);
    }
  }
  learnt = now;
  return { stack, links, model, files, networkFiles };
}

/** Ours must be the first file that matches; one that sorts before would silently win. */
function refuseEarlierFiles(paths: readonly string[]): void {
  const earlier = paths.filter((path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return name.endsWith(".network") && name < networkdPrefix;
  });
  if (earlier.length === 0) return;
  throw new AppError(
    "conflict",
    `${earlier.join(", ")} would be read before this program's files; nothing was changed`,
    {
      advice: "Rename them so that they sort after 00-zsha-.",
    },
  );
}

const listSchema = z.object({
  Interfaces: z.array(z.object({ Name: z.string(), NetworkFile: z.string().nullish() })),
});

/** By interface. Null where systemd is too old to tell (before 249). */
async function networkFilesInUse(): Promise<ReadonlyMap<string, string> | null> {
  const result = await runCommand(["networkctl", "--json=short", "list"], { timeoutMs: networkctlTimeoutMs });
  if (!succeeded(result)) return null;
  const { Interfaces } = listSchema.parse(JSON.parse(result.stdout));
  return new Map(Interfaces.flatMap(({ Name, NetworkFile }) => (NetworkFile ? [[Name, NetworkFile] as const] : [])));
}

const fileNaming = (files: ReadonlyMap<string, string>, name: string): string | undefined =>
  [...files].find(
    ([path, text]) =>
      path.endsWith(".network") &&
      !path.includes(networkdPrefix) &&
      text.split("\n").some((line) => line.trim() === `Name=${name}`),
  )?.[0];
