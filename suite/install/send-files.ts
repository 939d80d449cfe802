import { readFile } from "node:fs/promises";
import { isSea } from "node:sea";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AppError } from "@/contract/errors";
import { fileSha256 } from "@/suite/setup/install-executable";
import { type RemoteNode, requireRemote, sendTimeoutMs, tryRemote } from "@/suite/install/remote-node";

export const remoteFolder = "/tmp/zstack-ha-installer";

export interface Parcel {
  path: string;
  sha256: string;
  packed: Buffer;
}

/** Packed once, sent to every node: a third of the size, and gzip is on every node. */
export async function pack(path: string): Promise<Parcel> {
  const [content, sha256] = await Promise.all([readFile(path), fileSha256(path)]);
  return { path, sha256, packed: await promisify(gzip)(content, { level: 1 }) };
}

export async function ownProgram(): Promise<Parcel> {
  if (isSea()) return pack(process.execPath);
  throw new AppError("missing-tool", "this program runs from its sources and cannot be sent to nodes", {
    advice: 'Build the executable with "npm run build:suite" and run dist/zsha.',
  });
}

/** A folder of root's own: whoever could write there would decide what runs as root. */
export async function prepareFolder(remote: RemoteNode): Promise<void> {
  await requireRemote(remote, ["sh", "-c", `umask 077; rm -rf "$1" && mkdir "$1"`, "sh", remoteFolder]);
}

export async function send(remote: RemoteNode, parcel: Parcel, name: string): Promise<string> {
  const target = `${remoteFolder}/${name}`;
  await requireRemote(remote, ["sh", "-c", 'gzip -dc > "$1" && chmod 700 "$1"', "sh", target], {
    stdin: parcel.packed,
    timeoutMs: sendTimeoutMs,
  });
  const arrived = await tryRemote(remote, ["sha256sum", target]);
  if (arrived.kind !== "exited" || !arrived.stdout.startsWith(parcel.sha256)) {
    throw new AppError("checksum-mismatch", `${target} on ${remote.node.name} differs from what was sent`);
  }
  return target;
}

export async function sendText(remote: RemoteNode, text: string, name: string): Promise<string> {
  const target = `${remoteFolder}/${name}`;
  await requireRemote(remote, ["sh", "-c", 'umask 077; cat > "$1"', "sh", target], { stdin: text });
  return target;
}
