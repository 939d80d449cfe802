import { join } from "node:path";
import { readState } from "@/lab/state";
import { generateWhenMissing } from "@/scripts/build-panel";
import { runNext } from "@/scripts/run-next";
import { startDevelopmentNodes } from "@/testing/scripted-cluster/development-nodes";

/** npm run dev: serves from the sources and reloads them. Nodes to point it at are the test cluster's, or pretended ones. */
function isLabUp(): boolean {
  try {
    return readState()?.phase === "up";
  } catch {
    // Left behind by another version of the lab: nothing to develop against.
    return false;
  }
}

generateWhenMissing();
if (isLabUp() && !process.argv.includes("--scripted")) {
  console.log(
    "The test cluster is up: npm run lab -- status names its nodes. Pretended ones: npm run dev -- --scripted",
  );
} else {
  const dataDirectory = process.env["TRIVET_DATA"] ?? join(import.meta.dirname, "../data");
  const nodes = await startDevelopmentNodes(join(dataDirectory, "scripted-nodes.json"));
  process.on("exit", () => nodes.save());
  console.log(nodes.text);
}
runNext("dev", { NODE_ENV: "development" });
