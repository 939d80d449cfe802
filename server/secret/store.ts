import { database } from "@/server/database/client";

export interface SealedSecret {
  ref: string;
  kind: string;
  sealed: string;
}

export async function saveSealed(secret: SealedSecret): Promise<void> {
  const { ref, kind, sealed } = secret;
  await database().secret.upsert({ where: { ref }, create: secret, update: { kind, sealed } });
}

export const findSealed = (ref: string): Promise<SealedSecret | null> =>
  database().secret.findUnique({ where: { ref }, select: { ref: true, kind: true, sealed: true } });

export async function deleteSealed(ref: string): Promise<void> {
  await database().secret.deleteMany({ where: { ref } });
}

export const listSealed = (): Promise<SealedSecret[]> =>
  database().secret.findMany({ select: { ref: true, kind: true, sealed: true } });
