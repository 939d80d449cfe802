import { startFailure, startPanel } from "@/server/composition";
import { environment } from "@/server/env";
import { stopOnSignals } from "@/server/stop";

export async function start(): Promise<void> {
  try {
    if (environment().building) return;
    stopOnSignals();
    await startPanel();
  } catch (error) {
    // Not through the log: an environment that cannot be read has no log either. Next by itself would go on without us.
    console.error(startFailure(error));
    process.exit(1);
  }
}
