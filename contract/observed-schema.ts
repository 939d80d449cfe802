import { z } from "zod";
import { sentenceSchema } from "@/contract/sentence-schema";

/** `Observed` as it arrives from outside. Apart from its type: pages that only show readings do not load the validator. */
export function observedSchema<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion("state", [
    z.object({ state: z.literal("known"), at: z.string(), value }),
    z.object({ state: z.literal("unknown"), at: z.string(), reason: sentenceSchema }),
  ]);
}
