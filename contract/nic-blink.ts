import { z } from "zod";

/** Long enough to walk round a rack's corner; the lamp stops by itself. */
export const blinkSeconds = 15;

/** What the kernel takes for a link's name; never an option of a program. */
export const nicNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,14}$/);
