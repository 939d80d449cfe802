import { createHash } from "node:crypto";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import type { HostKeyPin, PresentedHostKey, SshEndpoint } from "@/server/adapters/ssh/ssh-target";

/** Reads type and fingerprint out of a public key blob (RFC 4253: a length, then the type's name). */
export function describeHostKey(blob: Buffer): PresentedHostKey {
  const typeLength = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const keyType = blob.subarray(4, 4 + typeLength).toString("latin1");
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { keyType, fingerprint: `SHA256:${digest}`, key: blob.toString("base64") };
}

// Ed25519 first: what a node has today and the shortest to show. SHA-1 signatures (plain ssh-rsa) are left out.
const hostKeyAlgorithms = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
] as const;
export type HostKeyAlgorithm = (typeof hostKeyAlgorithms)[number];

/**
 * The pinned type is asked for first, so a node that merely gained a second key is not taken for a changed one; the others stay
 * in the list so that a node with only a new type of key is reported as changed, with its fingerprint, not as "no common algorithm".
 */
export function hostKeyAlgorithmsFor(pin: HostKeyPin | null): HostKeyAlgorithm[] {
  if (pin === null) return [...hostKeyAlgorithms];
  const carriesPinned = (algorithm: HostKeyAlgorithm) =>
    pin.keyType === "ssh-rsa" ? algorithm.startsWith("rsa-") : algorithm === pin.keyType;
  return [...hostKeyAlgorithms].sort((a, b) => Number(carriesPinned(b)) - Number(carriesPinned(a)));
}

export function hostKeyChanged(endpoint: SshEndpoint, node: string, pin: HostKeyPin, presented: HostKeyPin): AppError {
  return new AppError(
    "host-key-changed",
    say("host-key-other", { node, address: `${endpoint.address}:${endpoint.port}` }),
    {
      facts: {
        node,
        address: endpoint.address,
        port: endpoint.port,
        accepted: pin.fingerprint,
        presented: presented.fingerprint,
        presentedType: presented.keyType,
      },
      advice: say("host-key-compare"),
    },
  );
}
