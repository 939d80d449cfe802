import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { changeDraft, type DraftView } from "@/server/deployment/service";
import { putSecret } from "@/server/secret/service";

/** Seals the Ceph key of an existing cluster; the draft keeps only its name. */
export async function storeCephKey(draftId: string, key: string, subject: AuditSubject): Promise<DraftView> {
  const ref = await putSecret("ceph-key", key.trim(), `draft:${draftId}:ceph-key`);
  await recordAudit(subject, "secret-stored", { target: `draft:${draftId}`, facts: { kind: "ceph-key" } });
  return changeDraft(draftId, (draft) =>
    draft.storage?.mode === "existing" ? { ...draft, storage: { ...draft.storage, keySecretRef: ref } } : draft,
  );
}

export async function storePlatformPassword(
  draftId: string,
  password: string,
  subject: AuditSubject,
): Promise<DraftView> {
  const ref = await putSecret("platform-password", password, `draft:${draftId}:platform-password`);
  await recordAudit(subject, "secret-stored", { target: `draft:${draftId}`, facts: { kind: "platform-password" } });
  return changeDraft(draftId, (draft) => ({ ...draft, platform: { ...draft.platform, passwordSecretRef: ref } }));
}
