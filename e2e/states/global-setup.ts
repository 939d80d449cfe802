import { account } from "@/e2e/browser";
import { forgetData, startPanel, stopPanel, urlOf } from "@/e2e/panel";
import { buildPanel } from "@/scripts/build-panel";
import { panelClient } from "@/scripts/panel-client";

/** Who may look and not act. */
export const viewer = { username: "watch", name: "Watch", password: "nine copper geese kettle" } as const;

export default async function setup(): Promise<() => Promise<void>> {
  buildPanel();
  await stopPanel("states");
  forgetData("states");
  await startPanel("states");
  const client = panelClient(urlOf("states"));
  await client.auth.setup.mutate({ ...account });
  await client.auth.addPerson.mutate({ ...viewer, role: "viewer" });
  return async () => {
    await stopPanel("states");
    forgetData("states");
  };
}
