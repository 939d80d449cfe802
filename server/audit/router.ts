import { z } from "zod";
import { auditPage } from "@/server/audit/service";
import { router, signedInProcedure } from "@/server/trpc/init";

export const auditRouter = router({
  list: signedInProcedure
    .input(
      z.object({
        limit: z.number().int().min(1).max(200).default(50),
        before: z.number().int().nullable().default(null),
      }),
    )
    .query(({ input }) => auditPage(input.limit, input.before)),
});
