import { createHash, randomBytes } from "node:crypto";
import { freshOrUnknown, type ClusterStatus } from "@/contract/cluster-status";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { productVersion } from "@/contract/version";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { getCluster, managedClusters } from "@/server/cluster/service";
import { historyKeeper } from "@/server/history/keeper";
import { sampleSeconds } from "@/server/history/resolutions";
import { clusterSubject, nodeSubject, panelSubject } from "@/server/history/subjects";
import type { MetricsPicture } from "@/server/metrics/open-metrics";
import {
  addToken,
  countTokens,
  findTokenByHash,
  listTokens,
  noteUse,
  removeToken,
  type StoredScrapeToken,
} from "@/server/metrics/store";

/** Two missed readings can be a busy node; a third leaves no innocent explanation. */
const freshSeconds = 3 * sampleSeconds;
/** Every scrape would otherwise be a write. */
const noteUseEveryMs = 60_000;
const tokenBytes = 32;

export const scrapeTokens = (): Promise<StoredScrapeToken[]> => listTokens();

/** The token is told this once; the panel keeps its hash. */
export async function createScrapeToken(name: string, subject: AuditSubject): Promise<{ token: string }> {
  const token = `trivet_${randomBytes(tokenBytes).toString("base64url")}`;
  await recordAudit(subject, "scrape-token-created", { target: name });
  const isNew = await addToken({ name, sha256: hashOf(token), createdBy: subject.actor?.username ?? "trivet" });
  if (!isNew) throw new AppError("conflict", say("scrape-token-taken", { name }), { facts: { name } });
  return { token };
}

export async function removeScrapeToken(id: string, subject: AuditSubject): Promise<void> {
  const removed = await removeToken(id);
  if (removed !== null) await recordAudit(subject, "scrape-token-removed", { target: removed.name });
}

/** `off`: there is no token at all, so there is no such address. */
export async function judgeScrape(authorization: string | null): Promise<"off" | "refused" | "allowed"> {
  if ((await countTokens()) === 0) return "off";
  const [scheme, token] = authorization?.trim().split(/\s+/) ?? [];
  if (scheme?.toLowerCase() !== "bearer" || token === undefined) return "refused";
  // Looked up by its hash: how long that takes tells nothing about the token.
  const found = await findTokenByHash(hashOf(token));
  if (found === null) return "refused";
  const now = new Date();
  if (now.getTime() - (found.lastUsedAt?.getTime() ?? 0) >= noteUseEveryMs) await noteUse(found.id, now);
  return "allowed";
}

export async function metricsPicture(nowMs: number): Promise<MetricsPicture> {
  const seconds = nowMs / 1000;
  const fresh = async (subject: string) => {
    const newest = await historyKeeper().newest(subject);
    const age = newest === null ? null : Math.max(0, seconds - newest.at);
    return { age, sample: age !== null && age <= freshSeconds ? (newest?.sample ?? null) : null };
  };
  const ids = await managedClusters();
  const clusters = await Promise.all(
    ids.map(async (id) => {
      const { name, nodes, status } = await getCluster(id);
      return {
        ...{ id, name, ...statusAge(status, nowMs) },
        sample: (await fresh(clusterSubject(id))).sample,
        nodes: await Promise.all(
          nodes.map(async ({ name: node }) => {
            const { sample, age } = await fresh(nodeSubject(id, node));
            return { name: node, sample, ageSeconds: age };
          }),
        ),
      };
    }),
  );
  return { version: productVersion, panel: (await fresh(panelSubject)).sample, clusters };
}

function statusAge({ ha }: ClusterStatus, nowMs: number): { isUp: boolean; statusAgeSeconds: number | null } {
  const isUp = freshOrUnknown(ha, "ha", nowMs).state === "known";
  return { isUp, statusAgeSeconds: ha.state === "known" ? Math.max(0, (nowMs - Date.parse(ha.at)) / 1000) : null };
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
