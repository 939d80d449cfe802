import { z } from "zod";
import { scrapeTokenNameSchema } from "@/contract/scrape-token";
import { createScrapeToken, removeScrapeToken, scrapeTokens } from "@/server/metrics/service";
import { administratorProcedure, router } from "@/server/trpc/init";

export const metricsRouter = router({
  tokens: administratorProcedure.query(() => scrapeTokens()),

  createToken: administratorProcedure
    .input(z.object({ name: scrapeTokenNameSchema }))
    .mutation(({ ctx, input }) => createScrapeToken(input.name, ctx)),

  removeToken: administratorProcedure
    .input(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => removeScrapeToken(input.id, ctx)),
});
