import { createHash } from "node:crypto";
import type { SeenConfig } from "@/contract/config-history";
import { database } from "@/server/database/client";

/** Written once however often it is seen. */
export async function noteConfig(clusterId: string, { version, text }: Omit<SeenConfig, "at">): Promise<void> {
  const digest = createHash("sha256").update(text).digest("hex");
  await database().configVersion.upsert({
    where: { clusterId_version_digest: { clusterId, version, digest } },
    create: { clusterId, version, digest, text },
    update: {},
  });
}

/** The newest ones. */
export async function notedConfigs(clusterId: string, limit: number): Promise<SeenConfig[]> {
  const rows = await database().configVersion.findMany({
    where: { clusterId },
    orderBy: { seenAt: "desc" },
    take: limit,
  });
  return rows.map(({ version, text, seenAt }) => ({ version, text, at: seenAt.toISOString() }));
}
