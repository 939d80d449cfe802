import { pino, type Logger } from "pino";
import { environment } from "@/server/env";
import { oncePerProcess } from "@/server/process";
import { scrub } from "@/server/secret/scrub";

/** JSON lines on standard output, one per event. Whole lines pass the scrubber: it finds a secret in any field. */
export const log = (): Logger =>
  oncePerProcess("log", () =>
    pino({ level: environment().logLevel, base: null }, { write: (line) => process.stdout.write(scrub(line)) }),
  );
