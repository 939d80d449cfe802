import { removePanels, startPanel } from "@/e2e/panel";
import * as lab from "@/lab/cluster";
import { buildPanel } from "@/scripts/build-panel";
import { freshlyInstalled } from "@/testing/bonded/bonded-cluster";

async function takeDown(): Promise<void> {
  await removePanels();
  await lab.down();
}

/** Three bonded nodes as an installer leaves them, and a panel that knows nothing. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await takeDown();
  buildPanel();
  try {
    const { nodes, rootPassword } = await lab.up(freshlyInstalled());
    // NetworkManager's package leaves its node with a list of passwords from before there was one.
    for (const { name } of nodes) await lab.exec(name, ["chpasswd"], { input: `root:${rootPassword}\n` });
    await startPanel("main");
  } catch (error) {
    await takeDown();
    throw error;
  }
  return takeDown;
}
