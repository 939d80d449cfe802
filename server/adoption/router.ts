import { z } from "zod";
import { adoptCluster, forgetCluster, lookAtNodes } from "@/server/adoption/service";
import { operatorProcedure, router } from "@/server/trpc/init";

const ofDraft = z.object({ draftId: z.string() });

export const adoptionRouter = router({
  /** `revision` makes each draft a question of its own for caches; the newest draft is what is asked about. */
  look: operatorProcedure
    .input(ofDraft.extend({ revision: z.number().int().optional() }))
    .query(({ input }) => lookAtNodes(input.draftId)),

  adopt: operatorProcedure
    .input(ofDraft)
    .mutation(({ ctx, input }) => adoptCluster(input.draftId, { actor: ctx.actor, address: ctx.address })),

  forget: operatorProcedure
    .input(z.object({ clusterId: z.string(), confirmation: z.string().max(253) }))
    .mutation(({ ctx, input }) =>
      forgetCluster(input.clusterId, input.confirmation, { actor: ctx.actor, address: ctx.address }),
    ),
});
