import { z } from "zod";
import { mayAdminister } from "@/contract/account";
import { channelInputSchema } from "@/contract/notification-schema";
import { channels, remove, save, test } from "@/server/notification/service";
import { administratorProcedure, router, signedInProcedure } from "@/server/trpc/init";

export const notificationRouter = router({
  channels: signedInProcedure.query(async ({ ctx }) => ({
    channels: await channels(),
    mayAdminister: mayAdminister(ctx.actor.role),
  })),

  save: administratorProcedure.input(channelInputSchema).mutation(({ ctx, input }) => save(ctx, input)),

  test: administratorProcedure.input(channelInputSchema).mutation(({ ctx, input }) => test(ctx, input)),

  remove: administratorProcedure
    .input(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => remove(ctx, input.id)),
});
