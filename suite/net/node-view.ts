import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { modelFile, type NodeView, readModel } from "@/suite/net/change";
import { type Link, readLinks } from "@/suite/net/links";
import { devicesOf } from "@/suite/net/model";
import { networkdPrefix } from "@/suite/net/networkd-files";
import { detectStack } from "@/suite/net/stack";
import { namesIn, readTextIfThere } from "@/suite/system/files";
import { runCommand, succeeded } from "@/suite/system/run-command";

const networkctlTimeoutMs = 10_000;
const folders: Record<NetworkStack, readonly string[]> = {
  networkd: ["/etc/systemd/network"],
  ifupdown: ["/etc/network/interfaces.d"],
  "network-manager": ["/etc/NetworkManager/system-connections"],
  "network-scripts": ["/etc/sysconfig/network-scripts"],
};

export async function readNodeView(): Promise<NodeView> {
  const stack = await detectStack();
  const links = await readLinks();
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
  if (stack === "networkd") {
    refuseEarlierFiles([...files.keys()]);
    for (const link of links) {
      const path = await foreignNetworkFile(
        link,
        model.bonds.length + model.settings.length > 0 ? devicesOf(model).nics : [],
        files,
      );
      if (path === null) continue;
      networkFiles.set(link.name, path);
      await take(path);
    }
  }
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

const statusSchema = z.object({ NetworkFile: z.string().optional() });

/** The file an interface used before it became ours: for one of ours, whichever other file names it. */
async function foreignNetworkFile(
  link: Link,
  ours: readonly string[],
  files: ReadonlyMap<string, string>,
): Promise<string | null> {
  if (ours.includes(link.name)) {
    for (const [path, text] of files) {
      if (
        path.endsWith(".network") &&
        !path.includes(networkdPrefix) &&
        new RegExp(`^Name=${link.name}$`, "m").test(text)
      )
        return path;
    }
    return null;
  }
  const result = await runCommand(["networkctl", "--json=short", "status", link.name], {
    timeoutMs: networkctlTimeoutMs,
  });
  if (!succeeded(result)) return null;
  const file = statusSchema.parse(JSON.parse(result.stdout)).NetworkFile;
  return file === undefined || file.includes(networkdPrefix) ? null : file;
}
