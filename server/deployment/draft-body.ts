import { z } from "zod";
import { type DeploymentDraft, deploymentDraftSchema } from "@/contract/deployment";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";

/** Parts a person saves one at a time. Nodes have deeds of their own (add, accept, install) and are saved by those. */
export const draftParts = [
  "clusterName",
  "preparation",
  "installation",
  "networks",
  "storage",
  "image",
  "config",
  "software",
  "haProfile",
  "platform",
] as const;
export type DraftPart = (typeof draftParts)[number];

/** One part with its new value. */
export const draftPatchSchema = z.union([
  z.object({ part: z.literal("clusterName"), value: deploymentDraftSchema.shape.clusterName }),
  z.object({ part: z.literal("preparation"), value: deploymentDraftSchema.shape.preparation }),
  z.object({ part: z.literal("installation"), value: deploymentDraftSchema.shape.installation }),
  z.object({ part: z.literal("networks"), value: deploymentDraftSchema.shape.networks }),
  z.object({ part: z.literal("storage"), value: deploymentDraftSchema.shape.storage }),
  z.object({ part: z.literal("config"), value: deploymentDraftSchema.shape.config }),
  z.object({ part: z.literal("software"), value: deploymentDraftSchema.shape.software }),
  z.object({ part: z.literal("haProfile"), value: deploymentDraftSchema.shape.haProfile }),
  z.object({ part: z.literal("platform"), value: deploymentDraftSchema.shape.platform }),
]);
export type DraftPatch = z.infer<typeof draftPatchSchema>;

export interface StoredDraft {
  draft: DeploymentDraft;
  /** Part → revision that changed it last: two tabs in different places do not stand in each other's way. */
  touched: Partial<Record<string, number>>;
}

const bodySchema = z.object({
  draft: deploymentDraftSchema.omit({ id: true, revision: true }),
  touched: z.record(z.string(), z.number()),
});

export function writeBody({ draft, touched }: StoredDraft): string {
  const { id: _id, revision: _revision, ...rest } = draft;
  return JSON.stringify({ draft: rest, touched });
}

export function readBody(id: string, revision: number, body: string): StoredDraft {
  const parsed = bodySchema.safeParse(JSON.parse(body));
  if (parsed.success) return { draft: { id, revision, ...parsed.data.draft }, touched: parsed.data.touched };
  const [issue] = parsed.error.issues;
  throw new AppError(
    "unexpected-output",
    say("draft-unreadable", { id, where: issue?.path.join(".") ?? "", said: issue?.message ?? "" }),
    {
      facts: { draft: id, field: issue?.path.join(".") ?? "" },
      advice: say("draft-other-version"),
    },
  );
}

export const emptyDraft = (clusterName: string): Omit<DeploymentDraft, "id" | "revision"> => ({
  clusterName,
  nodes: [],
  networks: [],
  storage: null,
  image: null,
  config: null,
  software: null,
  haProfile: "default",
  preparation: [],
  installation: { timeZone: "Asia/Shanghai", nodes: [] },
  platform: { kind: "none", user: "admin", passwordSecretRef: null },
});

/** Applies a patch; null when the part was changed by somebody after `base`. */
export function applyPatch(stored: StoredDraft, patch: DraftPatch, base: number): DeploymentDraft | null {
  if ((stored.touched[patch.part] ?? 0) > base) return null;
  return { ...stored.draft, [patch.part]: patch.value };
}

/** Which parts differ between two drafts, as the next `touched`. */
export function touchedBy(before: StoredDraft, after: DeploymentDraft, revision: number): StoredDraft["touched"] {
  const changed = [...draftParts, "nodes" as const].filter(
    (part) => JSON.stringify(before.draft[part]) !== JSON.stringify(after[part]),
  );
  return { ...before.touched, ...Object.fromEntries(changed.map((part) => [part, revision])) };
}
