import { generateWhenMissing } from "@/scripts/build-panel";
import { runNext } from "@/scripts/run-next";

/** npm run dev: serves from the sources and reloads them. */
generateWhenMissing();
runNext("dev", { NODE_ENV: "development" });
