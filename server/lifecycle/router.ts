import { z } from "zod";
import { lifecycleWishSchema } from "@/contract/lifecycle";
import { configHistoryOf } from "@/server/lifecycle/config-history";
import { guestAgentSight } from "@/server/lifecycle/guest-agent";
import {
  passwordWaits,
  planLifecycle,
  readConfigBackup,
  startLifecycle,
  suiteSight,
  takePassword,
} from "@/server/lifecycle/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const order = ofCluster.extend({ wish: lifecycleWishSchema });

export const lifecycleRouter = router({
  suite: signedInProcedure.input(ofCluster).query(({ input }) => suiteSight(input.clusterId)),

  guestAgent: signedInProcedure.input(ofCluster).query(({ input }) => guestAgentSight(input.clusterId)),

  plan: signedInProcedure.input(order).query(async ({ ctx, input }) => {
    const { guards, plan, word } = await planLifecycle(input.clusterId, input.wish, ctx.actor.username);
    return { guards, plan, word };
  }),

  start: operatorProcedure
    .input(
      order.extend({
        confirmation: z.string().max(600),
        factsDigest: z.string(),
        idempotencyKey: z.string().min(8).max(100),
      }),
    )
    .mutation(({ ctx, input }) => startLifecycle(input, { actor: ctx.actor, address: ctx.address })),

  passwordWaits: signedInProcedure
    .input(z.object({ runId: z.string() }))
    .query(({ input }) => passwordWaits(input.runId)),

  takePassword: operatorProcedure
    .input(z.object({ runId: z.string() }))
    .mutation(({ ctx, input }) => takePassword(input.runId, { actor: ctx.actor, address: ctx.address })),

  configHistory: signedInProcedure.input(ofCluster).query(({ input }) => configHistoryOf(input.clusterId)),

  configBackup: signedInProcedure
    .input(ofCluster.extend({ version: z.number() }))
    .query(({ input }) => readConfigBackup(input.clusterId, input.version)),
});
