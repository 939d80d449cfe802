import * as lab from "@/lab/cluster";
import { removePanels, startPanel } from "@/e2e/panel";
import { buildPanel } from "@/scripts/build-panel";

async function takeDown(): Promise<void> {
  await removePanels();
  await lab.down();
}

/** Three bare nodes and a panel that knows nothing; the function returned ends both, also after failed tests. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await takeDown();
  buildPanel();
  try {
    await lab.up({ nodes: 3 });
    await startPanel("main");
  } catch (error) {
    await takeDown();
    throw error;
  }
  return takeDown;
}
