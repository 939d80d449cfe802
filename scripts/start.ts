import { buildPanel } from "@/scripts/build-panel";
import { runNext } from "@/scripts/run-next";

/** npm start: builds when the sources changed since the last build, then serves until it is told to stop. */
try {
  buildPanel();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
runNext("start", {});
