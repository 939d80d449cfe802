import { z } from "zod";
import type { Saying } from "@/contract/sentence";

/** Sentences as they arrive from outside. Apart from `say`: pages that only show sentences do not load the validator. */
export const sayingSchema: z.ZodType<Saying> = z.object({
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.lazy(() => sayingSchema)])),
  text: z.string(),
});

/** A plain string is what another program printed, or what a version before codes wrote: shown as it is, and as output. */
export const sentenceSchema = z.union([z.string(), sayingSchema]);
