import { z } from "zod";
import { checkHaConfig } from "@/contract/ha-config-check";
import { parseConfigText } from "@/contract/config-text";
import { nicNameSchema } from "@/contract/nic-blink";
import { deploymentDoors } from "@/server/deployment/doors";
import { draftPatchSchema } from "@/server/deployment/draft-body";
import { chooseBundle, consulBundle, takeConsul } from "@/server/deployment/consul-bundle";
import { forgetImage, takeNodePath, takePanelPath, takeUploadedImage, takeUrl } from "@/server/deployment/image";
import { DraftNodes } from "@/server/deployment/nodes";
import { storeCephKey, storePlatformPassword } from "@/server/deployment/secrets";
import { createDraft, discardDraft, draftSummaries, getDraft, patchDraft } from "@/server/deployment/service";
import { addressesInUse, reviewDraft, startDeployment } from "@/server/deployment/start";
import { beginUpload, removeUpload, upload } from "@/server/deployment/uploads";
import { blinkNic } from "@/server/node/blink-nic";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const draftId = z.object({ draftId: z.string() });
const nodeIds = draftId.extend({ nodeIds: z.array(z.string()).min(1) });
/** Longer is a pasted file, not a password. */
const secretText = z.string().min(1).max(4096);
/** RSA keys of 16384 bits in PEM stay below it. */
const keyText = z.string().min(1).max(32_768);
const newNode = z.object({
  address: z.string().trim().min(1).max(64),
  port: z.number().int().min(1).max(65_535).default(22),
  user: z.string().trim().min(1).max(32).default("root"),
});
const nodes = () => new DraftNodes(deploymentDoors().access);

export const deploymentRouter = router({
  list: signedInProcedure.query(() => draftSummaries()),
  get: signedInProcedure.input(draftId).query(({ input }) => getDraft(input.draftId)),
  create: operatorProcedure
    .input(z.object({ clusterName: z.string().max(64) }))
    .mutation(({ ctx, input }) => createDraft(input.clusterName, ctx)),
  discard: operatorProcedure.input(draftId).mutation(({ ctx, input }) => discardDraft(input.draftId, ctx)),
  patch: operatorProcedure
    .input(draftId.extend({ base: z.number().int(), patch: draftPatchSchema }))
    .mutation(({ input }) => patchDraft(input.draftId, input.patch, input.base)),

  addNodes: operatorProcedure
    .input(draftId.extend({ nodes: z.array(newNode).min(1).max(99) }))
    .mutation(({ input }) => nodes().add(input.draftId, input.nodes)),
  removeNode: operatorProcedure
    .input(draftId.extend({ nodeId: z.string() }))
    .mutation(({ input }) => nodes().remove(input.draftId, input.nodeId)),
  probeNodes: operatorProcedure.input(nodeIds).mutation(({ input }) => nodes().probe(input.draftId, input.nodeIds)),
  acceptHostKey: operatorProcedure
    .input(draftId.extend({ nodeId: z.string(), fingerprint: z.string() }))
    .mutation(({ ctx, input }) => nodes().accept(input.draftId, input.nodeId, input.fingerprint, ctx)),
  installKey: operatorProcedure
    .input(
      nodeIds.extend({
        credentials: z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("password"), password: secretText }),
          z.object({ kind: z.literal("key"), privateKey: keyText }),
        ]),
      }),
    )
    .mutation(({ ctx, input }) => nodes().installKey(input.draftId, input.nodeIds, input.credentials, ctx)),
  refreshFacts: operatorProcedure
    .input(nodeIds)
    .mutation(({ input }) => nodes().refreshFacts(input.draftId, input.nodeIds)),

  /** Answers when the lamp has stopped. */
  blink: operatorProcedure
    .input(draftId.extend({ node: z.string().max(253), nic: nicNameSchema }))
    .mutation(async ({ input }) => await blinkNic(await nodes().hostOf(input.draftId, input.node), input.nic)),

  checkAddresses: operatorProcedure.input(draftId).mutation(({ input }) => addressesInUse(input.draftId)),
  readConfigText: signedInProcedure.input(z.object({ text: z.string().max(200_000) })).query(({ input }) => {
    const read = parseConfigText(input.text);
    return read.kind === "config" ? { ...read, problems: checkHaConfig(read.config) } : read;
  }),

  beginUpload: operatorProcedure
    .input(z.object({ fileName: z.string().min(1).max(255), bytes: z.number() }))
    .mutation(({ ctx, input }) => beginUpload(input, ctx)),
  upload: operatorProcedure.input(z.object({ uploadId: z.string() })).query(({ input }) => upload(input.uploadId)),
  removeUpload: operatorProcedure
    .input(z.object({ uploadId: z.string() }))
    .mutation(({ input }) => removeUpload(input.uploadId)),
  useUpload: operatorProcedure
    .input(draftId.extend({ uploadId: z.string() }))
    .mutation(({ input }) => takeUploadedImage(input.draftId, input.uploadId)),
  usePanelPath: operatorProcedure
    .input(draftId.extend({ path: z.string().max(4096) }))
    .mutation(({ input }) => takePanelPath(input.draftId, input.path)),
  useNodePath: operatorProcedure
    .input(draftId.extend({ node: z.string(), path: z.string().startsWith("/").max(4096) }))
    .mutation(async ({ input }) => {
      const host = await nodes().hostOf(input.draftId, input.node);
      return takeNodePath(input.draftId, host, input);
    }),
  useUrl: operatorProcedure
    .input(
      draftId.extend({
        node: z.string(),
        url: z.url({ protocol: /^https?$/ }).max(4096),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/i)
          .nullable(),
      }),
    )
    .mutation(async ({ input }) => {
      const host = await nodes().hostOf(input.draftId, input.node);
      return takeUrl(input.draftId, host, input.url, input.sha256?.toLowerCase() ?? null);
    }),
  forgetImage: operatorProcedure.input(draftId).mutation(({ input }) => forgetImage(input.draftId)),

  consulBundle: signedInProcedure.query(() => consulBundle()),
  takeConsul: operatorProcedure
    .input(
      draftId.extend({
        version: z.string().regex(/^\d+\.\d+\.\d+\S*$/),
        from: z.union([z.object({ uploadId: z.string() }), z.object({ path: z.string().max(4096) })]),
      }),
    )
    .mutation(({ input }) => takeConsul(input.draftId, input.from, input.version)),
  chooseBundle: operatorProcedure
    .input(draftId.extend({ version: z.string().regex(/^\d+\.\d+\.\d+\S*$/) }))
    .mutation(({ input }) => chooseBundle(input.draftId, input.version)),

  storeCephKey: operatorProcedure
    .input(
      draftId.extend({
        key: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9+/=]{28,}$/),
      }),
    )
    .mutation(({ ctx, input }) => storeCephKey(input.draftId, input.key, ctx)),
  storePlatformPassword: operatorProcedure
    .input(draftId.extend({ password: secretText }))
    .mutation(({ ctx, input }) => storePlatformPassword(input.draftId, input.password, ctx)),

  /** `revision` makes each draft a question of its own for caches; the newest draft is what is reviewed. */
  review: operatorProcedure
    .input(draftId.extend({ revision: z.number().int().optional() }))
    .query(({ input }) => reviewDraft(input.draftId)),
  start: operatorProcedure
    .input(draftId.extend({ idempotencyKey: z.string().min(8).max(100) }))
    .mutation(({ ctx, input }) => startDeployment(input.draftId, input.idempotencyKey, ctx)),
});
