import { z } from "zod";
import { historyRangeNames } from "@/contract/history";
import { readHistory } from "@/server/history/service";
import { router, signedInProcedure } from "@/server/trpc/init";

const subjectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cluster") }),
  z.object({ kind: z.literal("node"), node: z.string().max(253) }),
  z.object({ kind: z.literal("panel") }),
]);
/** As many as any page draws at once; more would only make the panel work. */
const subjectsMost = 40;
const metricsMost = 40;
const wishSchema = z.object({
  subject: subjectSchema,
  metrics: z.array(z.string().max(100)).max(metricsMost),
  extremes: z.boolean(),
});
const questionSchema = z.object({
  clusterId: z.string(),
  range: z.enum(historyRangeNames),
  of: z.array(wishSchema).max(subjectsMost),
});

export const historyRouter = router({
  read: signedInProcedure.input(questionSchema).query(({ input }) => readHistory(input)),
});
