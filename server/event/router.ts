import { z } from "zod";
import { mayOperate } from "@/contract/account";
import { acknowledgeInputSchema, eventFilterSchema } from "@/contract/event-schema";
import { acknowledge, eventPage, recentEvents, standingAlarms, withdrawAcknowledgement } from "@/server/event/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

/** What a tab in the background may have slept through. */
const recentMs = 15 * 60_000;

export const eventRouter = router({
  list: signedInProcedure
    .input(
      z.object({
        filter: eventFilterSchema,
        limit: z.number().int().min(1).max(200).default(50),
        before: z.object({ at: z.date(), id: z.number().int() }).nullable().default(null),
      }),
    )
    .query(({ input }) => eventPage(input.filter, input.limit, input.before)),

  standing: signedInProcedure.input(z.object({ clusterId: z.string().nullable() })).query(async ({ ctx, input }) => ({
    events: await standingAlarms(input.clusterId),
    mayOperate: mayOperate(ctx.actor.role),
  })),

  recent: signedInProcedure.query(() => recentEvents(recentMs)),

  acknowledge: operatorProcedure.input(acknowledgeInputSchema).mutation(({ ctx, input }) => acknowledge(ctx, input)),

  withdraw: operatorProcedure
    .input(z.object({ eventId: z.number().int() }))
    .mutation(({ ctx, input }) => withdrawAcknowledgement(ctx, input.eventId)),
});
