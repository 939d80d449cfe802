import { z } from "zod";
import { AppError } from "@/contract/errors";
import { cephUserCaps } from "@/contract/node-setup";
import { type HaConfig, managementVmImageName } from "@/contract/ha-config";
import { sentenceText } from "@/contract/sentence";
import { folderImage, folderOf, recoverSwitchPath } from "@/suite/image-lock/folder-lock";
import { mountOf, mountText, whyNoArbiter } from "@/suite/image-lock/mount";
import { type RemoteNode, remoteError, requireRemote, tryRemote } from "@/suite/install/remote-node";

/** What must be true of a node before anything is changed on it; the lines are the manual's (3.5). */
export async function checkEnvironment(remote: RemoteNode, config: HaConfig): Promise<string[]> {
  const lines = [await checkImage(remote, config), ...(await judgeFolder(remote, config))];
  for (const bridge of new Set(config.Network.map((network) => network.Bridge))) {
    const carrier = await tryRemote(remote, ["cat", `/sys/class/net/${bridge}/carrier`]);
    const there = await tryRemote(remote, ["test", "-d", `/sys/class/net/${bridge}/bridge`]);
    if (there.kind !== "exited") throw remoteError(remote, ["test"], there);
    if (there.code !== 0) {
      throw new AppError("not-found", `${remote.node.name} (${remote.node.ip}) has no bridge ${bridge}`, {
        facts: { node: remote.node.name, bridge },
        advice: "Create it with zs-network-setting, or correct Network[].Bridge in the configuration.",
      });
    }
    if (carrier.kind !== "exited" || carrier.stdout.trim() !== "1") {
      throw new AppError("blocked", `${bridge} on ${remote.node.name} (${remote.node.ip}) has no link`, {
        facts: { node: remote.node.name, bridge },
        advice: "Check cable and switch port of the NICs below the bridge.",
      });
    }
    lines.push(`Settings for ${bridge}:`, "Link detected: yes");
  }
  return lines;
}

async function checkImage(remote: RemoteNode, config: HaConfig): Promise<string> {
  if (config.Type === "FileConf") {
    const path = folderImage(config);
    await requireRemote(remote, ["test", "-f", path]);
    return `File ${path} exists`;
  }
  const image = `${config.PoolName}/${managementVmImageName}`;
  const argv = ["rbd", "info", "--format", "json", image];
  const result = await tryRemote(remote, argv);
  if (result.kind !== "exited" || result.code !== 0) {
    throw new AppError(
      "not-found",
      `${remote.node.name} (${remote.node.ip}) does not see the image ${image}: ${remoteError(remote, argv, result).message}`,
      {
        facts: { node: remote.node.name, image },
        advice: "Import the image first: qemu-img convert -p -f qcow2 -O raw FILE rbd:POOL/mnvm.img",
      },
    );
  }
  return `RBD File ${image} exists`;
}

/** An image in a folder: without an arbiter the VM is served all the same, but nothing fails over by itself. */
async function judgeFolder(remote: RemoteNode, config: HaConfig): Promise<string[]> {
  if (config.Type !== "FileConf") return [];
  await requireRemote(remote, ["python3", "-c", "import fcntl"]);
  const folder = folderOf(config);
  const mount = mountOf(await requireRemote(remote, ["cat", "/proc/self/mountinfo"]), folder);
  const recovers = await tryRemote(remote, ["cat", recoverSwitchPath]);
  const why = whyNoArbiter(folder, mount, recovers.kind === "exited" && recovers.code === 0 ? recovers.stdout : null);
  const line = `Folder ${folder}: ${mountText(mount)}`;
  return why === null ? [line] : [line, `No automatic failover from or to this node: ${sentenceText(why)}`];
}

/** Without exclusive-lock a fenced writer may come back: a failover would then risk the image. */
export async function ensureExclusiveLock(remote: RemoteNode, config: HaConfig): Promise<void> {
  if (config.Type === "FileConf") return;
  const image = `${config.PoolName}/${managementVmImageName}`;
  const read = async (): Promise<boolean> => {
    const text = await requireRemote(remote, ["rbd", "info", "--format", "json", image]);
    return z
      .object({ features: z.array(z.string()) })
      .parse(JSON.parse(text))
      .features.includes("exclusive-lock");
  };
  if (await read()) return;
  await requireRemote(remote, ["rbd", "feature", "enable", image, "exclusive-lock"]);
  if (!(await read())) throw new AppError("verification-failed", `${image} did not get the feature exclusive-lock`);
}

export async function cephUser(remote: RemoteNode, config: HaConfig): Promise<{ user: string; key: string } | null> {
  if (config.Type === "FileConf") return null;
  await requireRemote(remote, ["ceph", "auth", "get-or-create", "client.zsha"]);
  await requireRemote(remote, ["ceph", "auth", "caps", "client.zsha", ...cephUserCaps(config.PoolName)]);
  const key = (await requireRemote(remote, ["ceph", "auth", "get-key", "client.zsha"])).trim();
  if (!/^[A-Za-z0-9+/]+=*$/.test(key))
    throw new AppError("unexpected-output", "ceph auth get-key gave no key for client.zsha");
  return { user: "client.zsha", key };
}
