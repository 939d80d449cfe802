import { randomUUID } from "node:crypto";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { secretKey } from "@/server/secret/key";
import { learnSecret } from "@/server/secret/scrub";
import { keyIdIn, keyIdOf, seal, unseal } from "@/server/secret/seal";
import { deleteSealed, findSealed, listSealed, saveSealed } from "@/server/secret/store";

/** What a secret is for; shown instead of its value, as «kind». */
export type SecretKind =
  | "ssh-private-key"
  | "node-password"
  | "ceph-key"
  | "platform-password"
  | "bmc-password"
  | "consul-token"
  | "vm-password"
  | "notification-target"
  | "other";

/** Seals and stores a secret; the returned ref is all that may travel. Giving a ref replaces what is there. */
export async function putSecret(kind: SecretKind, value: string, ref: string = randomUUID()): Promise<string> {
  learnSecret(value, kind);
  await saveSealed({ ref, kind, sealed: seal(secretKey(), ref, value) });
  return ref;
}

/** From now on the value is scrubbed from whatever this process logs, journals and sends. */
export async function openSecret(ref: string): Promise<string> {
  const found = await findSealed(ref);
  if (found === null) {
    throw new AppError("secret-unreadable", say("secret-absent", { ref }), {
      facts: { ref, why: "it is not stored" },
      advice: say("secret-enter-again"),
    });
  }
  const value = unseal(secretKey(), ref, found.sealed);
  learnSecret(value, found.kind);
  return value;
}

export const hasSecret = async (ref: string): Promise<boolean> => (await findSealed(ref)) !== null;

export const removeSecret = (ref: string): Promise<void> => deleteSealed(ref);

/** Everything sealed for a cluster, also what its draft was given: a draft's id becomes its cluster's. */
export async function removeSecretsOf(clusterId: string): Promise<void> {
  const owned = [`cluster/${clusterId}/`, `cluster:${clusterId}:`, `draft:${clusterId}:`];
  const refs = (await listSealed()).map(({ ref }) => ref);
  for (const ref of refs.filter((one) => owned.some((start) => one.startsWith(start)))) await deleteSealed(ref);
}

/** How many stored secrets the present key cannot open: after a restored database or a lost key file. */
export async function countUnreadableSecrets(): Promise<number> {
  const present = keyIdOf(secretKey());
  return (await listSealed()).filter(({ sealed }) => keyIdIn(sealed) !== present).length;
}
