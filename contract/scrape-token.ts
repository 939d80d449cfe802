import { z } from "zod";

/** Who scrapes, so that its token can be told from the others and withdrawn alone. */
export const scrapeTokenNameSchema = z.string().trim().min(1).max(60);
