import { z } from "zod";
import { haNodes } from "@/contract/ha-config";
import { type NodeSetup, suitePaths } from "@/contract/node-setup";
import { replaceBlock } from "@/suite/setup/managed-block";
import type { Observation } from "@/suite/setup/step-log";
import { ensureDirectory, ensureFile, readTextIfThere } from "@/suite/system/files";

export const authorizedKeysFile = "/root/.ssh/authorized_keys";
export const peerFileSchema = z.object({ privateKey: z.string(), fingerprints: z.record(z.string(), z.string()) });
export type PeerAccess = z.infer<typeof peerFileSchema>;

/** What a peer may ask for; anything else is refused by `zsha peer`. */
export const peerCommands = ["remove-node-setup", "start-services", "set-profile"] as const;
export type PeerCommand = (typeof peerCommands)[number];

/** The key opens nothing but `zsha peer`, and only from the cluster's own addresses. */
export function authorizedLine(publicKey: string, ips: readonly string[]): string {
  const [type = "", key = ""] = publicKey.trim().split(/\s+/);
  return `restrict,from="${ips.join(",")}",command="${suitePaths.executable} peer" ${type} ${key} zsha-cluster`;
}

export async function storePeerAccess(setup: NodeSetup): Promise<Observation> {
  const { peer } = setup;
  if (!peer) return { changed: false, observed: "no key for the other nodes given" };
  const file = `${JSON.stringify({ privateKey: peer.privateKey, fingerprints: peer.fingerprints })}\n`;
  const keyChanged = await ensureFile(suitePaths.peerFile, file, { mode: 0o600 });
  await ensureDirectory("/root/.ssh", { mode: 0o700 });
  const present = (await readTextIfThere(authorizedKeysFile)) ?? "";
  const line = authorizedLine(
    peer.publicKey,
    haNodes(setup.config).map((node) => node.ip),
  );
  const changed = await ensureFile(authorizedKeysFile, replaceBlock(present, [line]), { mode: 0o600 });
  return { changed: changed || keyChanged, observed: "the other nodes may ask for what a peer may ask" };
}

export async function readPeerAccess(): Promise<PeerAccess | null> {
  const text = await readTextIfThere(suitePaths.peerFile);
  return text === null ? null : peerFileSchema.parse(JSON.parse(text));
}
